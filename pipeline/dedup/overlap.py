"""The proof: how many shingles two paragraphs share, exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.paragraphs import select
from pipeline.text.runs import distinct

_PAIRS = 1 << 11  # compared at a time


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
        stop = min(start + _PAIRS, len(first))
        items = [_packed(one, first[start:stop], 0), _packed(two, second[start:stop], 1)]
        counts[:, start:stop] = _counts(distinct(np.concatenate(items)), stop - start)
    return Overlap(*counts)


def _packed(lists: Lists, rows: NDArray[np.int64], side: int) -> NDArray[np.uint64]:
    """Pair number << 33 | hash << 1 | side."""
    counts = lists.offsets[rows + 1] - lists.offsets[rows]
    pair = np.repeat(np.arange(len(rows), dtype=np.uint64) << np.uint64(33) | np.uint64(side), counts)
    return np.asarray(pair | lists.hashes[select(lists.offsets, rows)].astype(np.uint64) << np.uint64(1))


def _counts(items: NDArray[np.uint64], pairs: int) -> NDArray[np.int64]:
    """Shared, first and second sizes from the packed items, sorted and distinct."""
    pair, side = (items >> np.uint64(33)).astype(np.int64), (items & np.uint64(1)).astype(np.int64)
    both = items[1:] >> np.uint64(1) == items[:-1] >> np.uint64(1)
    sizes = np.bincount(pair * 2 + side, minlength=2 * pairs)
    return np.stack((np.bincount(pair[1:][both], minlength=pairs), sizes[0::2], sizes[1::2]))
