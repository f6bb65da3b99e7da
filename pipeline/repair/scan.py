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

from pipeline.corpus import Batch
from pipeline.repair.known import MASKED
from pipeline.repair.language import FUNCTION_WORDS, KNOWN, KNOWN_ENGLISH, languages_of, spoken
from pipeline.repair.lexicon import Lexicon, lexicon
from pipeline.repair.words import Words, members, words_of

# The white-space token round an unknown word is no prose: an address, a path, markup, a number, a tag, code.
NO_PROSE = re.compile(rb"[/\\_=<>{}|~`0-9@#]|\w\.\w|:\w|\(\w*\)")
ADDRESS = re.compile(rb"://|@|\bwww\.")
SHARP_S = "ß".encode()  # wordfreq writes "ss"
SIGNS = frozenset("*@#$%^&")  # "!" and "?" alone are punctuation
AROUND = 200  # bytes of a token looked at on each side of a word: one token may be ten megabytes
SHORTEST, LONGEST = 4, 40  # letters; no word of a filter is longer


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
class Text:
    """The words of a batch, before any lexicon is loaded."""

    batch: Batch

    @cached_property
    def buffer(self) -> NDArray[np.uint8]:
        """The bytes of all blocks."""
        return self._buffer[0]

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Blocks + 1 places in the buffer."""
        return self._buffer[1]

    @cached_property
    def _buffer(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        return self.batch.buffer()

    @cached_property
    def spaces(self) -> NDArray[np.int64]:
        """Places of white space, with one before the buffer and one behind it."""
        return np.concatenate(([-1], np.flatnonzero(self.buffer <= 32), [len(self.buffer)]))

    @cached_property
    def content(self) -> bytes:
        """The buffer as a bytes object."""
        return self.buffer.tobytes()

    @cached_property
    def words(self) -> Words:
        """All words of all blocks."""
        return words_of(self.buffer, self.offsets)

    @cached_property
    def distinct(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Sorted distinct keys, and for each word its place in them."""
        keys, place = np.unique(self.words.key, return_inverse=True)
        return keys, place

    @cached_property
    def language(self) -> NDArray[np.int64]:
        """For each block its language, a place in `FUNCTION_WORDS`."""
        return languages_of(*self.distinct, self.words.row, len(self.batch), self.doc)

    @cached_property
    def doc(self) -> NDArray[np.int32]:
        """Document of each block."""
        return self.batch.column("doc")

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Words of each block."""
        return np.bincount(self.words.row, minlength=len(self.batch)).astype(np.int64)

    def bytes_of(self, row: int) -> bytes:
        """The UTF-8 bytes of a block."""
        return self.content[self.offsets[row] : self.offsets[row + 1]]


@dataclass(frozen=True)
class Scan:
    """A batch seen through one lexicon."""

    text: Text
    lexicon: Lexicon

    @cached_property
    def here(self) -> NDArray[np.bool_]:
        """True for each kept block whose function words, or whose page's, are of the language."""
        place = list(FUNCTION_WORDS).index(self.lexicon.language)
        return np.asarray((self.text.language == place) & self.text.batch.kept())

    @cached_property
    def prose(self) -> NDArray[np.bool_]:
        """True for each kept block that is in the lexicon's language."""
        known, common = (self._count(keys) for keys in (self.lexicon.keys, self.lexicon.common_keys))
        here = self.here
        least = KNOWN_ENGLISH if self.lexicon.language == "en" else KNOWN
        return np.asarray(spoken(self.text.sizes * here, known * here, common * here, self.text.doc, least) & here)

    @cached_property
    def unknown(self) -> list[Suspect]:
        """Words of the prose, of four letters or more, that the lexicon lacks, and masked words; by row and place."""
        return self._suspects(self._in(self.lexicon.keys), self.prose)

    @cached_property
    def unsettled(self) -> list[Suspect]:
        """As `unknown`, with the words that are so rare that the lexicon may have them from a damaged page."""
        return self._suspects(self._in(self.lexicon.settled_keys), self.prose)

    @cached_property
    def damaged(self) -> list[Suspect]:
        """As `unsettled`, in code and headings too: a filter that is proven went through all of a page."""
        spoken_on = np.zeros(self.text.batch.docs.num_rows, bool)
        spoken_on[self.text.doc[self.prose]] = True
        blocks = self.here & spoken_on[self.text.doc]
        return self._suspects(self._in(self.lexicon.settled_keys), blocks, ADDRESS)

    def documents(self, suspects: list[Suspect]) -> Iterator[tuple[int, list[Suspect]]]:
        """Documents that hold suspects, with these."""
        groups: dict[int, list[Suspect]] = {}
        docs = self.text.doc[[s.row for s in suspects]].tolist() if suspects else []
        for doc, suspect in zip(docs, suspects, strict=True):
            groups.setdefault(doc, []).append(suspect)
        yield from groups.items()

    def _in(self, keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
        distinct, place = self.text.distinct
        return np.asarray(members(distinct, keys)[place])

    def _count(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """For each block the number of its words that have one of the keys."""
        return np.bincount(self.text.words.row[self._in(keys)], minlength=len(self.text.batch)).astype(np.int64)

    def _suspects(
        self, explained: NDArray[np.bool_], blocks: NDArray[np.bool_], without: re.Pattern[bytes] = NO_PROSE
    ) -> list[Suspect]:
        masked = self._masked(blocks)
        taken = {(s.row, at) for s in masked for at in range(s.start, s.end)}
        at = np.flatnonzero(~explained & blocks[self.text.words.row])
        return sorted([s for s in self._worded(at, without) if (s.row, s.start) not in taken] + masked)

    def _worded(self, at: NDArray[np.int64], without: re.Pattern[bytes]) -> Iterator[Suspect]:
        """Words as suspects, where the token round them holds nothing of `without`."""
        words, text = self.text.words, self.text
        width = words.end[at] - words.start[at]
        at = at[(width >= SHORTEST) & (width <= LONGEST)]
        rows, starts, ends = words.row[at], words.start[at], words.end[at]
        left, right = _tokens(text.spaces, text.offsets, starts, rows)
        left, right = np.maximum(left, starts - AROUND), np.minimum(right, ends + AROUND)
        english, content = self.lexicon.language == "en", text.content
        columns = (rows, starts, ends, text.offsets[rows], left, right)
        for row, start, end, first, a, b in zip(*(c.tolist() for c in columns), strict=True):
            word = content[start:end]
            if (word.isascii() or not (english or SHARP_S in word)) and not without.search(content[a:b]):
                yield Suspect(row, start - first, end - first, word.decode(errors="replace"))

    def _masked(self, blocks: NDArray[np.bool_]) -> list[Suspect]:
        buffer, offsets = self.text.buffer, self.text.offsets
        sign = (buffer == ord("*")) | (buffer == ord("?"))
        sign[1:] |= (buffer[1:] == ord("$")) & (buffer[:-1] == ord("#"))
        rows = np.unique(np.searchsorted(offsets, np.flatnonzero(sign), side="right") - 1)
        out = []
        for row in rows[blocks[rows]].tolist():
            found = MASKED.finditer(self.text.bytes_of(row))
            out += [Suspect(row, m.start(), m.end(), m.group().decode()) for m in found if len(m.group()) <= LONGEST]
        return [s for s in out if any(c.isalpha() for c in s.word) and set(s.word) & SIGNS]


def scans(text: Text, languages: tuple[str, ...]) -> Iterator[Scan]:
    """One scan for each of the languages that a kept block of the batch is in; only these lexicons are loaded."""
    present = set(text.language[text.batch.kept()].tolist()) if len(text.batch) else set()
    for place, language in enumerate(FUNCTION_WORDS):
        if language in languages and place in present:
            yield Scan(text, lexicon(language))


def _tokens(
    spaces: NDArray[np.int64], offsets: NDArray[np.int64], start: NDArray[np.int64], row: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bounds of the white-space token round each place, within its block."""
    after = np.searchsorted(spaces, start)
    left, right = spaces[after - 1] + 1, spaces[np.minimum(after, len(spaces) - 1)]
    return np.maximum(left, offsets[row]), np.minimum(right, offsets[row + 1])
