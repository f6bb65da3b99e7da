"""The words of a language with their frequencies, from the `wordfreq` package, loaded when first asked for."""

from __future__ import annotations

import gzip
import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

import msgpack  # type: ignore[import-untyped]  # wordfreq's own reader of its files
import numpy as np
from numpy.typing import NDArray

from pipeline.repair.words import keys_of

COMMON = 3.0  # zipf: once in a million words
SETTLED = 2.2
LETTERS = 6  # the longest string of letters looked for in the hole of a word


class Lexicon:
    """One language's list: 9 + log10 of the frequency of each word (its zipf value, 1 to 8)."""

    def __init__(self, language: str) -> None:
        """Read the large list of a language.

        Args:
            language: Code such as "en".

        Raises:
            FileNotFoundError: wordfreq has no large list for that language.
        """
        self.language = language
        self._zipf: dict[str, float] = {}
        for zipf, words in _packed(language):
            self._zipf.update(dict.fromkeys(words, zipf))

    def zipf(self, word: str) -> float:
        """Frequency of a lower-case word; 0 for an unknown one."""
        return self._zipf.get(word, 0.0)

    def __contains__(self, word: str) -> bool:
        return word in self._zipf

    @cached_property
    def keys(self) -> NDArray[np.uint64]:
        """Sorted keys of all words, see `words.keys_of`."""
        return np.sort(keys_of(list(self._zipf)))

    @cached_property
    def settled_keys(self) -> NDArray[np.uint64]:
        """Sorted keys of the words of zipf 2.2 or more: no filter made these. Rarer ones may be typos, "clbuttic"."""
        return np.sort(keys_of([w for w, z in self._zipf.items() if z >= SETTLED]))

    @cached_property
    def common_keys(self) -> NDArray[np.uint64]:
        """Sorted keys of the words of zipf 3 or more."""
        return np.sort(keys_of([w for w, z in self._zipf.items() if z >= COMMON]))

    def fill(self, before: str, after: str) -> Iterator[tuple[str, str]]:
        """(letters, word) for the words that read `before + letters + after`, of zipf 2.5 or more."""
        backward = len(after) > len(before)
        stem, words = (after[::-1], self._backward) if backward else (before, self._forward)
        if len(stem) < 2:
            return
        for found in _starting(words, stem):
            word = found[::-1] if backward else found
            width = len(word) - len(before) - len(after)
            if 1 < width <= LETTERS and word.startswith(before) and word.endswith(after):
                yield word[len(before) : len(before) + width], word

    def compounds(self, left: str, right: str) -> tuple[int, int]:
        """Words of zipf 2.5 or more that begin with `left`, that end with `right`, and whose rest is a common word."""
        heads = [w[len(left) :] for w in _starting(self._forward, left)]
        tails = [w[::-1][: -len(right)] for w in _starting(self._backward, right[::-1])]
        return self._common(heads), self._common(tails)

    def _common(self, words: list[str]) -> int:
        return sum(len(word) > 2 and self.zipf(word) >= COMMON for word in words)

    @lru_cache(maxsize=16384)  # noqa: B019 - there is one lexicon a language, for the life of the process
    def expected(self, letters: str) -> float:
        """Share of the words of a text that hold these letters, in plain prose."""
        joined, starts, shares = self._shares
        at = [m.start() for m in re.finditer(re.escape(letters), joined)]
        return float(shares[np.unique(np.searchsorted(starts, at, side="right") - 1)].sum()) if at else 0.0

    @cached_property
    def _shares(self) -> tuple[str, NDArray[np.int64], NDArray[np.float64]]:
        """The common words in one string, where each starts, and its share of a text."""
        words = [w for w, z in self._zipf.items() if z >= COMMON]
        starts = np.cumsum([0] + [len(w) + 1 for w in words[:-1]])
        return " ".join(words), starts, np.array([10 ** (self._zipf[w] - 9) for w in words])

    @cached_property
    def _forward(self) -> list[str]:
        return sorted(w for w, z in self._zipf.items() if z >= 2.5 and len(w) > 3 and w.isalpha())

    @cached_property
    def _backward(self) -> list[str]:
        return sorted(word[::-1] for word in self._forward)

    @cached_property
    def pieces(self) -> dict[str, float]:
        """Share of rare words (zipf 1 to 2.2) that hold each run of 3 to 6 letters: what unknown words look like."""
        rare = [w for w, z in self._zipf.items() if 1 <= z < 2.2 and w.isalpha()][:8000]
        counts: dict[str, int] = {}
        for word in rare:
            for piece in runs(word):
                counts[piece] = counts.get(piece, 0) + 1
        return {piece: n / len(rare) for piece, n in counts.items() if n > 1}


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


def _packed(language: str) -> list[tuple[float, list[str]]]:
    """(zipf, words) from wordfreq's file; read without its import, which costs as much as the file itself."""
    spec = find_spec("wordfreq")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the wordfreq package is not installed")
    path = Path(spec.submodule_search_locations[0]) / "data" / f"large_{language}.msgpack.gz"
    centibels = msgpack.unpackb(gzip.decompress(path.read_bytes()), raw=False)[1:]
    return [(9 - loss / 100, words) for loss, words in enumerate(centibels)]
