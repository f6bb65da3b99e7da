"""Damaged words of a site put together: a filter may leave one word on each page, too little for any page to prove.

A page tells its unknown words and, in a few hundred bytes, which usual strings of letters it lacks: when the words of a
site come together it is too late to look at the pages again, and absence is half of the evidence.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.evidence import Clues, stems
from pipeline.repair.lexicon import Lexicon, lexicon
from pipeline.repair.page import Page
from pipeline.repair.proposals import DELETED, Pair, from_gaps, from_holes, from_shared_strings

USUAL = 1.5e-4  # share of the words that hold a string: three pages of a thousand words should hold it once
RUNS = 3, 4  # letters of these strings; longer letters are absent where a part of them is
MOST = 500  # words of a site: where there are more, single pages prove its filters
BITS = np.uint32(5)  # of a letter
THREE = np.uint32(1 << 15)  # slots of runs of three letters
SLOTS = (1 << 15) + (1 << 20)  # of these, then of runs of four
PORTION = 1 << 16  # bytes at a time
ALPHABET = "abcdefghijklmnopqrstuvwxyz'"
LETTERS = np.zeros(256, np.uint32)
LETTERS[list(ALPHABET.encode())] = range(1, len(ALPHABET) + 1)


@dataclass(frozen=True)
class Pages:
    """What pages of a site lack: a row for each page, a column for each usual string."""

    lacks: NDArray[np.bool_]
    words: NDArray[np.int64]  # of each row
    pages: NDArray[np.int64]  # that each row stands for
    language: str

    @cached_property
    def lacking(self) -> list[int]:
        """How many rows lack each string."""
        return list(self.lacks.sum(axis=0).tolist())

    def all_lack(self, letters: str) -> bool:
        """Whether each row holds some letters nowhere, as far as the usual strings within them tell."""
        if len(letters) < RUNS[0]:
            return False
        places = _usual(self.language)[0]
        runs = {letters[i : i + size] for size in RUNS for i in range(len(letters) - size + 1)}
        at = [places[run] for run in runs if run in places]
        lacking, rows = [self.lacking[place] for place in at], len(self.lacks)
        if sum(lacking) < rows or max(lacking) == rows:  # most letters are told by these two, without a look at the rows
            return sum(lacking) >= rows
        return bool(self.lacks[:, at].any(axis=1).all())

    def absent(self, some: Iterable[str]) -> list[str]:
        """Those of some letters that all pages lack."""
        return [letters for letters in some if self.all_lack(letters)]


def sketch(page: Page) -> str:
    """The usual strings that a page lacks, as a string of bits."""
    _, usual = _usual(page.scan.lexicon.language)
    held = np.zeros(SLOTS, bool)
    for lo in range(0, len(page.content), PORTION):
        for slots in _slots(page.content[lo : lo + PORTION + RUNS[-1] - 1]):
            held[slots] = True
    return b64encode(np.packbits(~held[usual]).tobytes()).decode()


def pages_of(rows: Iterable[tuple[str, int, int]], language: str) -> Pages:
    """The pages of a site from (sketch, words, pages)."""
    sketches, words, pages = zip(*rows, strict=True)
    count = len(_usual(language)[1])
    packed = np.frombuffer(b"".join(map(b64decode, sketches)), np.uint8).reshape(len(sketches), -1)
    lacks = np.unpackbits(packed, axis=1, count=count).astype(bool)
    return Pages(lacks, np.array(words, np.int64), np.array(pages, np.int64), language)


def pooled(counts: Mapping[str, int], pages: Pages) -> dict[Pair, Clues]:
    """What the words of a site show of each pair that explains two families of them or more.

    Args:
        counts: Occurrences of its words that the lexicon lacks and that its pages write in small letters, and of masked ones.
        pages: Those that hold any of these words.
    """
    if len(counts) > MOST or pages.pages.sum() < 2:
        return {}
    known, total = lexicon(pages.language), int(pages.words.sum())
    words, masked = (sorted(word for word in counts if word.isalpha() is whole) for whole in (True, False))
    found = from_shared_strings(words, pages.absent, known) | from_holes(masked, pages.absent, known)
    found |= from_gaps(words, pages.absent(DELETED), known)
    shown = {pair: reads for pair, reads in found.items() if len(stems(pair, reads)) > 1}
    return {pair: _clues(pair, reads, counts, pages, total, known) for pair, reads in shown.items()}


def _clues(pair: Pair, reads: Mapping[str, str], counts: Mapping[str, int], pages: Pages, total: int, known: Lexicon) -> Clues:
    occurrences = {word: counts[word] for word in reads}
    return Clues(reads, occurrences, int(pages.pages.sum()), 0, total * known.expected(pair[0]))


def joined(some: Clues, others: Clues) -> Clues:
    """What two looks at the same pages show of a pair."""
    words = {**others.words, **some.words}
    counts = {word: max(some.counts.get(word, 0), others.counts.get(word, 0)) for word in words}
    pages, survivors = max(some.pages, others.pages), max(some.survivors, others.survivors)
    return Clues(words, counts, pages, survivors, max(some.expected, others.expected))


@lru_cache(maxsize=8)
def _usual(language: str) -> tuple[dict[str, int], NDArray[np.uint32]]:
    """The usual strings of a language with their places, and the slot of each."""
    usual = [[run for run in lexicon(language).usual(size, USUAL) if not run.strip(ALPHABET)] for size in RUNS]
    slots = [_slots("".join(runs).encode())[k][:: RUNS[k]] for k, runs in enumerate(usual)]
    return {run: place for place, run in enumerate(chain.from_iterable(usual))}, np.concatenate(slots)


def _slots(content: bytes) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The slots of all runs of three bytes, then of four: each of its own where all are small letters or apostrophes."""
    letters = LETTERS[np.frombuffer(content, np.uint8)]
    three = letters[:-2] << (BITS + BITS) | letters[1:-1] << BITS | letters[2:]
    return three, (three[:-1] << BITS | letters[3:]) + THREE
