"""One look at a batch: which blocks are in a language with a lexicon, and which of their words nothing explains.

Distinct words are judged once, by their keys; strings are made only for the few words that the lexicon lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.language import FUNCTION_WORDS, KNOWN, KNOWN_ENGLISH, spoken
from pipeline.repair.lexicon import COMMON, SETTLED, Lexicon, lexicon
from pipeline.repair.text import Text, tokens
from pipeline.repair.words import keys_of

# The white-space token round an unknown word is no prose: an address, a path, markup, a number, a tag, code.
NO_PROSE = re.compile(rb"[/\\_=<>{}|~`0-9@#]|\w\.\w|:\w|\(\w*\)")
ADDRESS = re.compile(rb"://|@|\bwww\.")
SHARP_S = "ß"  # wordfreq writes "ss"
AROUND = 200  # bytes of a token looked at on each side of a word: one token may be ten megabytes
SHORTEST, LONGEST = 4, 40  # letters; no word of a filter is longer
SHORTER, LESS_RARE = 2, 4.0  # letters and zipf of a word that may have lost letters: "yze", "ets", "cl", "ping"


class Suspect(NamedTuple):
    """A word that the lexicon lacks, or a masked one: where it stands in its block (bytes), and how it is written."""

    row: int
    start: int
    end: int
    word: str

    @property
    def low(self) -> str:
        """The word in small letters."""
        return self.word.lower()


@dataclass(frozen=True)
class Scan:
    """A batch seen through one lexicon."""

    text: Text
    lexicon: Lexicon

    @cached_property
    def here(self) -> NDArray[np.bool_]:
        """True for each kept block whose function words, or whose page's, are of the language."""
        return np.asarray(self.text.language == list(FUNCTION_WORDS).index(self.lexicon.language))

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Words of each of these blocks; 0 for the others."""
        return self.text.sizes * self.here

    @cached_property
    def words(self) -> NDArray[np.int64]:
        """The words of these blocks, as places in `text.words`."""
        return np.flatnonzero(np.repeat(self.here, self.text.sizes))

    @cached_property
    def zipfs(self) -> NDArray[np.uint16]:
        """Hundredths of the zipf of each of these words; 0 for an unknown one."""
        return self.lexicon.table[self.text.words.key[self.words]]

    @cached_property
    def prose(self) -> NDArray[np.bool_]:
        """True for each kept block that is in the lexicon's language."""
        known, common = (self._count(self.zipfs >= least) for least in (1, round(100 * COMMON)))
        least = KNOWN_ENGLISH if self.lexicon.language == "en" else KNOWN
        return np.asarray(spoken(self.sizes, known, common, self.text.doc, least) & self.here)

    def _count(self, flag: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each block the number of its words with a flag."""
        total = np.concatenate(([0], np.cumsum(flag, dtype=np.int32)))
        first = np.concatenate(([0], np.cumsum(self.sizes)))
        return np.diff(total[first]).astype(np.int64)

    @cached_property
    def unsettled(self) -> list[Suspect]:
        """Words of the prose, of four letters or more, that no lexicon of good texts holds, and masked words.

        That is, those the lexicon lacks, and those so rare that it may have them from a damaged page.
        """
        return self._suspects(self.prose, self.rare(self.prose, SHORTEST, LONGEST))

    @cached_property
    def unknown(self) -> set[str]:
        """The words (in small letters) of `unsettled` that the lexicon lacks."""
        return self.lexicon.lacking(sorted({s.low for s in self.unsettled if s.word.isalpha()}))

    def damaged(self, docs: NDArray[np.bool_], cut: NDArray[np.bool_]) -> list[Suspect]:
        """As `unsettled`, in some documents, in code and headings too: a proven filter went through all of a page.

        Args:
            docs: The documents.
            cut: Those of them whose words have lost letters: shorter and less rare words, as "yze".
        """
        whole, shorter = self._all_of(docs & ~cut), self._all_of(docs & cut)
        found = self._suspects(whole, self.rare(whole, SHORTEST, LONGEST), ADDRESS)
        cut_short = self._suspects(shorter, self.rare(shorter, SHORTER, LONGEST, LESS_RARE), ADDRESS)
        return sorted(found + [s for s in cut_short if len(s.word) >= SHORTEST or not self._numbered(s)])

    def _numbered(self, suspect: Suspect) -> bool:
        """Whether a word stands beside a digit, as "cl" in "fd1035cl"."""
        text = self.text.bytes_of(suspect.row)
        return text[max(0, suspect.start - 1) : suspect.start].isdigit() or text[suspect.end : suspect.end + 1].isdigit()

    def written(self, words: list[str], docs: NDArray[np.bool_]) -> list[Suspect]:
        """Where some words (in small letters) stand in some documents."""
        here = np.isin(self.text.words.key[self.words], keys_of(words)) if words else np.zeros(len(self.words), bool)
        return list(self.worded(self.words[here & np.repeat(self._all_of(docs), self.sizes)], ADDRESS))

    def _all_of(self, docs: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The blocks of those of some documents that hold prose."""
        spoken_on = np.zeros(self.text.batch.docs.num_rows, bool)
        spoken_on[self.text.doc[self.prose]] = True
        return self.here & (docs & spoken_on)[self.text.doc]

    def documents(self, suspects: list[Suspect]) -> Iterator[tuple[int, list[Suspect]]]:
        """Documents that hold suspects, with these."""
        groups: dict[int, list[Suspect]] = {}
        docs = self.text.doc[[s.row for s in suspects]].tolist() if suspects else []
        for doc, suspect in zip(docs, suspects, strict=True):
            groups.setdefault(doc, []).append(suspect)
        yield from groups.items()

    def _suspects(
        self, blocks: NDArray[np.bool_], at: NDArray[np.int64], without: re.Pattern[bytes] = NO_PROSE
    ) -> list[Suspect]:
        masked = [Suspect(*found) for found in self.text.masked if blocks[found[0]]]
        taken = {(s.row, at) for s in masked for at in range(s.start, s.end)}
        found = [s for s in self.worded(at, without) if (s.row, s.start) not in taken]
        return sorted(found + masked) if masked else found

    def rare(self, blocks: NDArray[np.bool_], shortest: int, longest: int, below: float = SETTLED) -> NDArray[np.int64]:
        """Places (in `words`) of the words of some blocks that are unknown or rare (below a zipf), and so long in bytes."""
        words = self.text.words
        at = self.words[(self.zipfs < round(100 * below)) & np.repeat(blocks, self.sizes)]
        width = words.end[at] - words.start[at]
        return at[(width >= shortest) & (width <= longest)]

    def worded(self, at: NDArray[np.int64], without: re.Pattern[bytes] = NO_PROSE) -> Iterator[Suspect]:
        """Words as suspects, where the token round them holds nothing of `without`."""
        words, text = self.text.words, self.text
        rows, starts, ends = words.row(at), words.start[at], words.end[at]
        left, right = tokens(text, starts, rows)
        left, right = np.maximum(left, starts - AROUND), np.minimum(right, ends + AROUND)
        english, content = self.lexicon.language == "en", text.buffer.data
        columns = (rows, starts, ends, text.offsets[rows], left, right)
        for row, start, end, first, a, b in zip(*(c.tolist() for c in columns), strict=True):
            word = str(content[start:end], "utf8", "replace")
            if (word.isascii() or not (english or SHARP_S in word)) and not without.search(content, a, b):
                yield Suspect(row, start - first, end - first, word)


def scans(text: Text, languages: tuple[str, ...]) -> Iterator[Scan]:
    """One scan for each of the languages that a kept block of the batch is in; only these lexicons are loaded."""
    present = set(np.unique(text.language).tolist())
    for place, language in enumerate(FUNCTION_WORDS):
        if language in languages and place in present:
            yield Scan(text, lexicon(language))
