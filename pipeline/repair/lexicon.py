"""The words of a language with their frequencies, from the `wordfreq` package, loaded when first asked for."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import msgpack  # type: ignore[import-untyped]  # wordfreq's own reader of its files
import numpy as np
from numpy.typing import NDArray

from pipeline.repair.affixes import EIGHT, Affixes, agreeing, first_bytes, first_code
from pipeline.repair.words import Table, key_of, keys_at, keys_of
from pipeline.text.runs import heads

COMMON = 3.0  # zipf: once in a million words
FREQUENT = 4.0  # nine words of ten in a text are more frequent
KNOWN = 2.5  # of a word that a filter may have damaged
SETTLED = 2.2  # no filter made these; rarer ones may be typos, "clbuttic"
LETTERS = 6  # the longest string of letters looked for in the hole of a word
SHORTEST, LONGEST = 3, 6  # letters of a run
RARE = 8000  # words
WORD = np.uint64(13)  # bits of their numbers
BEYOND_ASCII = np.uint64(0x8080808080808080)


class Lexicon:
    """One language's list: 9 + log10 of the frequency of each word (its zipf value, 1 to 8).

    Kept in about 30 bytes a word and no object: a table of keys, and the words themselves in one string.
    A dict of them would take 50 to 100 MB for each language.
    """

    def __init__(self, language: str) -> None:
        """Read the large list of a language.

        Args:
            language: Code such as "en".

        Raises:
            FileNotFoundError: wordfreq has no large list for that language.
        """
        self.language = language
        self._joined, self._hundredths = _packed(language)
        self._bytes = np.frombuffer(self._joined, np.uint8)
        end = np.flatnonzero(self._bytes == ord("\n"))
        self._starts = np.append(0, end + 1).astype(np.int32)
        self.table = Table(keys_at(self._bytes, self._starts[:-1].astype(np.int64), end), self._hundredths)

    def zipf(self, word: str) -> float:
        """Frequency of a lower-case word; 0 for an unknown one."""
        return self._look_up(word) / 100

    def zipfs(self, words: list[str]) -> list[float]:
        """As `zipf`, of many words at once."""
        return [n / 100 for n in self.table[keys_of(words)].tolist()] if words else []

    def lacking(self, words: list[str]) -> set[str]:
        """Those that it lacks of some lower-case words."""
        return {word for word, zipf in zip(words, self.zipfs(words), strict=True) if not zipf}

    def __contains__(self, word: str) -> bool:
        return self._look_up(word) > 0

    @lru_cache(maxsize=1 << 15)  # noqa: B019 - there is one lexicon a language, for the life of the process
    def _look_up(self, word: str) -> int:
        """Hundredths of a zipf, by the 64 bits of the word's key: one unknown word in 10^13 would be taken for another."""
        return self.table.one(key_of(word.encode(errors="replace")))

    def _number(self, zipf: float) -> int:
        """How many words have at least this frequency; the most frequent stand first."""
        return int(np.count_nonzero(self._hundredths >= round(100 * zipf)))

    def _word(self, place: int) -> str:
        return self._joined[self._starts[place] : self._starts[place + 1] - 1].decode()

    def _down_to(self, zipf: float) -> list[str]:
        """The words of at least this frequency, the most frequent first."""
        n = self._number(zipf)
        return self._joined[: self._starts[n] - 1].decode().split("\n") if n else []

    @lru_cache(maxsize=16384)  # noqa: B019 - as above
    def fill(self, before: str, after: str) -> frozenset[str]:
        """All letters, two to six, that make a word of zipf 2.5 or more: `before + letters + after`."""
        if max(len(before), len(after)) < 2:
            return frozenset()
        found = map(bytes.decode, self._affixes.between(before.encode(), after.encode(), 2, 4 * LETTERS))
        return frozenset(letters for letters in found if 2 <= len(letters) <= LETTERS)

    def usual_fill(self, before: str, after: str) -> frozenset[str]:
        """As `fill`, of usual words (zipf 4 or more) with at most one letter before the hole and one behind it."""
        return self._usual_fills.get((before, after), frozenset())

    @cached_property
    def _usual_fills(self) -> dict[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for word in filter(str.isalpha, self._down_to(FREQUENT)):
            for a, b in ((0, 1), (1, 0), (1, 1)):
                if 2 <= len(word) - a - b <= LETTERS:
                    found.setdefault((word[:a], word[len(word) - b :]), set()).add(word[a : len(word) - b])
        return {ends: frozenset(fill) for ends, fill in found.items()}

    def fills(self, before: str, letters: str, after: str) -> bool:
        """Whether `fill` has these letters, of two to six."""
        word = before + letters + after
        return (
            max(len(before), len(after)) > 1 and len(word) > 3 and word.isalpha() and self._look_up(word) >= round(100 * KNOWN)
        )

    def compounds(self, left: str, right: str) -> tuple[int, int]:
        """Words of zipf 2.5 or more that begin with `left`, that end with `right`, and whose rest is a common word.

        Both of three letters or more, as is the rest.
        """
        heads, tails = self._compounds
        return heads.one(key_of(left.encode())), tails.one(key_of(right.encode()))

    def compounds_of(
        self, left: NDArray[np.uint64], right: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
        """As `compounds`, of many words by their keys."""
        heads, tails = self._compounds
        return heads[left], tails[right]

    @cached_property
    def _compounds(self) -> tuple[Table, Table]:
        """Under each beginning, and each end, the number of its compounds."""
        start, end = self._whole
        heads, tails = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)]
        for size in range(SHORTEST, int((end - start).max(initial=0)) - SHORTEST + 1):
            long = np.flatnonzero(end - start >= size + SHORTEST)
            middle = start[long] + size
            left, right = keys_at(self._bytes, start[long], middle), keys_at(self._bytes, middle, end[long])
            heads.append(left[self.table[right] >= round(100 * COMMON)])
            tails.append(right[self.table[left] >= round(100 * COMMON)])
        return Table(*_counted(np.concatenate(heads))), Table(*_counted(np.concatenate(tails)))

    @lru_cache(maxsize=16384)  # noqa: B019 - as above
    def expected(self, letters: str) -> float:
        """Share of the words of a text that hold these letters, in plain prose."""
        sought, (column, places) = letters.encode(), self._common
        at = places[agreeing(column.data, *first_code(sought))]
        if len(sought) > EIGHT:
            at = at[[self._joined.startswith(sought, place) for place in at.tolist()]]
        words = np.unique(np.searchsorted(self._starts, at, side="right") - 1)
        return float((10 ** (self._hundredths[words] / 100 - 9)).sum())

    def usual(self, size: int, share: float) -> list[str]:
        """The runs of so many ASCII letters that at least a share of the words of a text hold, sorted."""
        buffer = self._bytes[: self._starts[self._number(FREQUENT)]]
        ends = buffer == ord("\n")
        word = np.cumsum(ends) - ends  # a line end is the last place of its word
        at = np.flatnonzero(word[:-size] == word[size:])
        codes = first_bytes(buffer, at, at + size)
        at, codes = (column[codes & BEYOND_ASCII == 0] for column in (word[at], codes))
        order = np.lexsort((at, codes))
        at, codes = at[order], codes[order]
        once = heads(codes, at)
        at, codes = at[once], codes[once]
        run = heads(codes)
        shares = np.add.reduceat(10 ** (self._hundredths[at] / 100 - 9), run) if len(run) else np.zeros(0)
        return [code.to_bytes(EIGHT, "big")[:size].decode() for code in codes[run[shares >= share]].tolist()]

    @cached_property
    def _common(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """The eight bytes at each place within the common words, sorted, and these places."""
        size = int(self._starts[self._number(COMMON)])
        at = np.arange(size)
        column = first_bytes(self._bytes, at, at + EIGHT)
        order = np.argsort(column)
        return column[order], order.astype(np.int32)

    @lru_cache(maxsize=64)  # noqa: B019 - as above
    def gaps(self, letters: str) -> dict[str, list[str]]:
        """What the common words that hold these letters are without them."""
        found: dict[str, list[str]] = {}
        text, sought, last = self._joined, letters.encode(), int(self._starts[self._number(COMMON)])
        for place in _places(text, sought, last):
            first, end = text.rfind(b"\n", 0, place) + 1, text.find(b"\n", place)
            word = text[first:end].decode()
            readings = found.setdefault((text[first:place] + text[place + len(sought) : end]).decode(), [])
            readings += [word] * (word not in readings)
        return found

    @cached_property
    def _affixes(self) -> Affixes:
        return Affixes(self._bytes, *self._whole)

    @cached_property
    def _whole(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the words of zipf 2.5 or more, of four letters or more, start and end."""
        words = self._down_to(KNOWN)
        at = np.flatnonzero(np.fromiter((len(word) > 3 and word.isalpha() for word in words), bool, len(words)))
        return self._starts[at].astype(np.int64), self._starts[at + 1].astype(np.int64) - 1

    @lru_cache(maxsize=1 << 14)  # noqa: B019 - as above
    def piece(self, run: str) -> float:
        """Share of the rare words (zipf 1 to 2.2) that hold a run of letters: what unknown words look like."""
        table, words = self._pieces
        return table.one(key_of(run.encode()) >> int(WORD) << int(WORD)) / words

    @cached_property
    def _pieces(self) -> tuple[Table, int]:
        """How many of 8,000 rare words hold each run of 3 to 6 letters, where more than one does."""
        words = (self._word(place) for place in range(self._number(SETTLED), self._number(1)))
        rare = list(islice(filter(str.isalpha, words), RARE))
        buffer = np.frombuffer("".join(word + "\n" for word in rare).encode(), np.uint8)
        letters = np.flatnonzero(buffer & 0xC0 != 0x80)
        ends = buffer == ord("\n")
        word = (np.cumsum(ends) - ends)[letters]  # a line end is the last place of its word
        held = []
        for size in range(SHORTEST, LONGEST + 1):
            at = np.flatnonzero(word[:-size] == word[size:])
            held.append((keys_at(buffer, letters[at], letters[at + size]) >> WORD << WORD) | word[at].astype(np.uint64))
        keys, counts = _counted(_counted(np.concatenate(held))[0] >> WORD << WORD)
        return Table(keys[counts > 1], counts[counts > 1]), len(rare)


def _places(text: bytes, sought: bytes, last: int) -> Iterator[int]:
    """Where some bytes stand in the first ones of a text, overlapping ones too."""
    at = text.find(sought, 0, last)
    while at >= 0:
        yield at
        at = text.find(sought, at + 1, last)


def _counted(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint16]]:
    """Distinct keys, and how often each stands there; ten times as quick as `np.unique` from numpy 2.3 on."""
    keys = np.sort(keys)
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
    return keys[first], np.diff(first, append=len(keys)).astype(np.uint16)


@lru_cache(maxsize=8)
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language, loaded once a process."""
    return Lexicon(language)


def _packed(language: str) -> tuple[bytes, NDArray[np.uint16]]:
    """The words from wordfreq's file, the most frequent first, each with a line end, and hundredths of their zipf values.

    Read without the package's import, which costs as much as the file.
    """
    spec = find_spec("wordfreq")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the wordfreq package is not installed")
    path = Path(spec.submodule_search_locations[0]) / "data" / f"large_{language}.msgpack.gz"
    centibels = msgpack.unpackb(gzip.decompress(path.read_bytes()), raw=True)[1:]
    zipf = np.repeat(900 - np.arange(len(centibels)), [len(words) for words in centibels])
    return b"".join(b"\n".join(words) + b"\n" for words in centibels if words), zipf.astype(np.uint16)
