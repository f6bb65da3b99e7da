"""The proof: how many shingles two paragraphs share, exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.paragraphs import select

_PAIRS = 1 << 9  # compared at a time: their items stay in the cache


class Overlap(NamedTuple):
    """Counts of distinct shingles for each pair."""

    shared: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]

    @property
    def jaccard(self) -> NDArray[np.float64]:
        """Shared shingles by all shingles of both."""
        return np.asarray(self.shared / np.maximum(1, self.first + self.second - self.shared))

    @property
    def inside(self) -> NDArray[np.float64]:
        """Share of the first's shingles that stand in the second."""
        return np.asarray(self.shared / np.maximum(1, self.first))


class Lists(NamedTuple):
    """Lists of hashes, one after the other."""

    hashes: NDArray[np.uint32]
    offsets: NDArray[np.int64]  # lists + 1 places in `hashes`


def overlap(one: Lists, first: NDArray[np.int64], two: Lists, second: NDArray[np.int64]) -> Overlap:
    """Compare pairs of lists as sets: number first[i] of `one` with number second[i] of `two`.

    Pair number, hash and side are packed into one integer and sorted, so that equal hashes of the two sides of a pair
    become neighbours.
    """
    counts = np.zeros((3, len(first)), np.int64)
    for start in range(0, len(first), _PAIRS):
        some = slice(start, start + _PAIRS)
        sizes = [lists.offsets[rows[some] + 1] - lists.offsets[rows[some]] for lists, rows in ((one, first), (two, second))]
        items = np.empty(int(sizes[0].sum() + sizes[1].sum()), np.uint64)
        left, right = np.split(items, [int(sizes[0].sum())])
        _pack(left, one, first[some], sizes[0], 0)
        _pack(right, two, second[some], sizes[1], 1)
        items.sort()
        counts[:, some] = _counts(items, sizes[0] + sizes[1])
    return Overlap(*counts)


def _pack(out: NDArray[np.uint64], lists: Lists, rows: NDArray[np.int64], sizes: NDArray[np.int64], side: int) -> None:
    """Pair number << 33 | hash << 1 | side."""
    out[:] = lists.hashes[select(lists.offsets, rows)]
    out <<= np.uint64(1)
    out |= np.repeat(np.arange(len(rows), dtype=np.uint64) << np.uint64(33) | np.uint64(side), sizes)


def _counts(items: NDArray[np.uint64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shared, first and second sizes from the sorted items, of which each pair has as many as `sizes` says."""
    out = np.zeros((3, len(sizes)), np.int64)
    some = np.flatnonzero(sizes)
    starts = (np.cumsum(sizes) - sizes)[some]
    step = np.full(len(items), 2, np.uint64)
    np.bitwise_xor(items[1:], items[:-1], out=step[1:])  # 0: the same again; 1: the same hash on the other side
    fresh = step > 0
    second = fresh & (items & np.uint64(1)).astype(bool)
    for row, which in enumerate((step == 1, fresh, second)):
        out[row, some] = np.add.reduceat(which.view(np.uint8), starts, dtype=np.int64) if len(some) else 0
    out[1] -= out[2]
    return out
