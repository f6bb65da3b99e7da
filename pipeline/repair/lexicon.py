"""The words of a language with their frequencies, from the `wordfreq` package, loaded when first asked for."""

from __future__ import annotations

import gzip
import re
from bisect import bisect_left
from collections import Counter
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from zlib import crc32

import msgpack  # type: ignore[import-untyped]  # wordfreq's own reader of its files
import numpy as np
from numpy.typing import NDArray

from pipeline.repair.words import Table, keys_at, keys_of

COMMON = 3.0  # zipf: once in a million words
SETTLED = 2.2  # no filter made these; rarer ones may be typos, "clbuttic"
OUTER = 4
BUCKETS = (1 << 18) - 1
LETTERS = 6  # the longest string of letters looked for in the hole of a word


class Lexicon:
    """One language's list: 9 + log10 of the frequency of each word (its zipf value, 1 to 8).

    Kept in about 40 bytes a word and no object: a table of keys for the words of a buffer, the words themselves in one
    string for those of Python. A dict of them would take 50 to 100 MB for each language.
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
        buffer = np.frombuffer(self._joined, np.uint8)
        end = np.flatnonzero(buffer == ord("\n"))
        self._starts = np.append(0, end + 1).astype(np.int32)
        self.table = Table(keys_at(buffer, self._starts[:-1].astype(np.int64), end), self._hundredths)

    def zipf(self, word: str) -> float:
        """Frequency of a lower-case word; 0 for an unknown one."""
        return self._look_up(word) / 100

    def __contains__(self, word: str) -> bool:
        return self._look_up(word) > 0

    @lru_cache(maxsize=1 << 15)  # noqa: B019 - there is one lexicon a language, for the life of the process
    def _look_up(self, word: str) -> int:
        """Hundredths of a zipf; exact, as the word itself is compared."""
        sought = word.encode(errors="replace")
        first, members, start, zipf = self._buckets
        bucket = crc32(sought) & BUCKETS
        for i in members[first[bucket] : first[bucket + 1]]:
            if start[i + 1] - start[i] == len(sought) + 1 and self._joined.startswith(sought, start[i]):
                return int(zipf[i])
        return 0

    @cached_property
    def _buckets(self) -> tuple[memoryview, memoryview, memoryview, memoryview]:
        """First member of each bucket, the words by bucket; where each word starts, and its frequency."""
        words = self._joined.split(b"\n")[:-1]
        bucket = np.fromiter(map(crc32, words), np.uint32, len(words)) & np.uint32(BUCKETS)
        order = np.argsort(bucket, kind="stable").astype(np.int32)
        first = np.searchsorted(bucket[order], np.arange(BUCKETS + 2)).astype(np.int32)
        return first.data, order.data, self._starts.data, self._hundredths.data

    def _down_to(self, zipf: float) -> list[str]:
        """The words of at least this frequency, the most frequent first."""
        n = int(np.count_nonzero(self._hundredths >= round(100 * zipf)))
        return self._joined[: self._starts[n] - 1].decode().split("\n") if n else []

    @lru_cache(maxsize=16384)  # noqa: B019 - as above
    def fill(self, before: str, after: str) -> frozenset[str]:
        """All letters, two to six, that make a word of zipf 2.5 or more: `before + letters + after`."""
        openings, endings = self._outer
        if before[:OUTER] not in openings or after[-OUTER:] not in endings or max(len(before), len(after)) < 2:
            return frozenset()
        if len(after) > len(before):
            backward, start = after[::-1], before[::-1]
            words = [word[::-1] for word in _starting(self._backward, backward) if word.endswith(start)]
        else:
            words = [word for word in _starting(self._forward, before) if word.endswith(after)]
        first, rest = len(before), len(before) + len(after)
        sizes = range(2 + rest, LETTERS + rest + 1)
        return frozenset(word[first : first + len(word) - rest] for word in words if len(word) in sizes)

    def compounds(self, left: str, right: str) -> tuple[int, int]:
        """Words of zipf 2.5 or more that begin with `left`, that end with `right`, and whose rest is a common word."""
        return self._heads(left), self._tails(right)

    @lru_cache(maxsize=16384)  # noqa: B019 - as above
    def _heads(self, left: str) -> int:
        return self._common([word[len(left) :] for word in _starting(self._forward, left)])

    @lru_cache(maxsize=16384)  # noqa: B019 - as above
    def _tails(self, right: str) -> int:
        return self._common([word[::-1][: -len(right)] for word in _starting(self._backward, right[::-1])])

    def _common(self, words: list[str]) -> int:
        return sum(len(word) > 2 and self.zipf(word) >= COMMON for word in words)

    @lru_cache(maxsize=16384)  # noqa: B019 - as above
    def expected(self, letters: str) -> float:
        """Share of the words of a text that hold these letters, in plain prose."""
        joined, starts, shares = self._shares
        at = [m.start() for m in re.finditer(re.escape(letters), joined)]
        return float(shares[np.unique(np.searchsorted(starts, at, side="right") - 1)].sum()) if at else 0.0

    @cached_property
    def _shares(self) -> tuple[str, NDArray[np.int64], NDArray[np.float64]]:
        """The common words in one string, where each starts, and its share of a text."""
        words = self._down_to(COMMON)
        starts = np.cumsum([0] + [len(w) + 1 for w in words[:-1]])
        return " ".join(words), starts, 10 ** (self._hundredths[: len(words)] / 100 - 9)

    @lru_cache(maxsize=64)  # noqa: B019 - as above
    def gaps(self, letters: str) -> dict[str, list[str]]:
        """What the common words that hold these letters are without them."""
        found: dict[str, list[str]] = {}
        for word in self._down_to(COMMON):
            at = word.find(letters)
            while at >= 0:
                readings = found.setdefault(word[:at] + word[at + len(letters) :], [])
                readings += [word] * (word not in readings)
                at = word.find(letters, at + 1)
        return found

    @cached_property
    def _outer(self) -> tuple[set[str], set[str]]:
        """All first and all last letters, none to four, of the words that `fill` finds."""
        openings = {word[:n] for word in self._forward for n in range(OUTER + 1)}
        return openings, {word[len(word) - n :] for word in self._forward for n in range(OUTER + 1)}

    @cached_property
    def _forward(self) -> list[str]:
        return sorted(word for word in self._down_to(2.5) if len(word) > 3 and word.isalpha())

    @cached_property
    def _backward(self) -> list[str]:
        return sorted(word[::-1] for word in self._forward)

    def pieces(self, some: list[str]) -> list[float]:
        """Share of the rare words (zipf 1 to 2.2) that hold each of some runs of letters: what unknown words look like."""
        table, words = self._pieces
        return (table[keys_of(some)] / words).tolist() if some else []

    @cached_property
    def _pieces(self) -> tuple[Table, int]:
        """How many of 8,000 rare words hold each run of 3 to 6 letters, where more than one does; as a table to be small."""
        rare = [word for word in self._down_to(1)[len(self._down_to(SETTLED)) :] if word.isalpha()][:8000]
        counts = Counter(piece for word in rare for piece in runs(word))
        often = [piece for piece, n in counts.items() if n > 1]
        return Table(keys_of(often), np.array([counts[piece] for piece in often], np.uint16)), len(rare)


def _starting(words: list[str], stem: str) -> list[str]:
    """Words of a sorted list that start with a stem."""
    return words[bisect_left(words, stem) : bisect_left(words, stem + "\U0010ffff")]


def runs(word: str, shortest: int = 3, longest: int = 6) -> set[str]:
    """All runs of 3 to 6 letters of a word."""
    return {word[i : i + k] for k in range(shortest, longest + 1) for i in range(len(word) - k + 1)}


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
