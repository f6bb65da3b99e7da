"""The proof: how many shingles two paragraphs share, exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.paragraphs import select
from pipeline.text.runs import distinct

_PAIRS = 1 << 13  # compared at a time


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


def overlap(
    hashes: NDArray[np.uint32], offsets: NDArray[np.int64], first: NDArray[np.int64], second: NDArray[np.int64]
) -> Overlap:
    """Compare pairs of lists as sets.

    Pair number, hash and side are packed into one integer and sorted, so that equal hashes of the two sides of a pair
    become neighbours.

    Args:
        hashes: of all lists.
        offsets: lists + 1 places in `hashes`.
        first: numbers of lists.
        second: numbers of the lists to compare them with.
    """
    counts = np.zeros((3, len(first)), np.int64)
    for start in range(0, len(first), _PAIRS):
        stop = min(start + _PAIRS, len(first))
        counts[:, start:stop] = _block(hashes, offsets, first[start:stop], second[start:stop])
    return Overlap(*counts)


def _block(
    hashes: NDArray[np.uint32], offsets: NDArray[np.int64], first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.int64]:
    sides = [_packed(hashes, offsets, rows, side) for side, rows in enumerate((first, second))]
    items = distinct(np.concatenate(sides))
    pair, side = (items >> np.uint64(33)).astype(np.int64), (items & np.uint64(1)).astype(np.int64)
    both = items[1:] >> np.uint64(1) == items[:-1] >> np.uint64(1)
    sizes = np.bincount(pair * 2 + side, minlength=2 * len(first))
    return np.stack((np.bincount(pair[1:][both], minlength=len(first)), sizes[0::2], sizes[1::2]))


def _packed(hashes: NDArray[np.uint32], offsets: NDArray[np.int64], rows: NDArray[np.int64], side: int) -> NDArray[np.uint64]:
    pair = np.repeat(np.arange(len(rows), dtype=np.uint64), offsets[rows + 1] - offsets[rows])
    return pair << np.uint64(33) | hashes[select(hashes, offsets, rows)].astype(np.uint64) << np.uint64(1) | np.uint64(side)
