"""Hash -> rows, in four bytes an entry and a directory: a look-up costs a handful of steps however large the index is.

Entries are sorted by hash. As many leading bits of the hash as a row number has choose a bucket of the directory, so an
entry need not hold them, and has room for the row number instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.store.columns import Columns

HITS = 16  # rows of one hash that a look-up gives: the first; a stock phrase may stand in a million paragraphs
PART = 1 << 18  # entries that are sorted at a time: they stay in the cache
_HASH = 32
_CACHED = 1 << 14  # queries at a time, which with their part of the index stay in the cache
_USUAL = 4  # halvings that nearly all buckets need


class Found(NamedTuple):
    """Pairs of a query and a row that has its hash."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]


def bits(rows: int) -> int:
    """Of a row number."""
    return max(1, (rows - 1).bit_length())


class Builder:
    """Makes the two columns of an index from parts of (hashes, row numbers)."""

    def __init__(self, rows: int) -> None:
        """Takes the number of rows."""
        self._width = bits(rows)
        self._counts = np.zeros(1 << self._width, np.int64)

    def entries(self, parts: Iterable[tuple[NDArray[np.uint32], NDArray[np.int64]]]) -> Iterator[NDArray[np.uint32]]:
        """The entries; all hashes of a part are below those of the next."""
        keep = np.uint64((1 << (_HASH - self._width)) - 1)
        for hashes, numbers in parts:
            packed = np.sort(hashes.astype(np.uint64) << np.uint64(_HASH) | numbers.astype(np.uint64))
            if not len(packed):
                continue
            bucket = (packed >> np.uint64(2 * _HASH - self._width)).astype(np.int64)
            found = np.bincount(bucket - bucket[0])
            self._counts[bucket[0] : bucket[0] + len(found)] += found
            rest = packed >> np.uint64(_HASH) & keep
            row = packed & np.uint64((1 << self._width) - 1)
            yield (rest << np.uint64(self._width) | row).astype(np.uint32)

    def directory(self) -> Iterator[NDArray[np.uint32]]:
        """Where each bucket begins, and the end; once all entries are made."""
        yield np.concatenate((np.zeros(1, np.int64), np.cumsum(self._counts))).astype(np.uint32)


def decode(columns: Columns, rows: int, least: int, most: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Hashes and row numbers of the entries whose hash is at least `least` and below `most`."""
    width = bits(rows)
    first, last = least >> (_HASH - width), -(-most >> (_HASH - width))
    edges = columns.all("directory")[first : last + 1].astype(np.int64)
    start, stop = edges[0], edges[-1]
    entries = columns.ranges("entries", np.array([start]), np.array([stop]))[start:stop]
    top = np.repeat(np.arange(first, last, dtype=np.uint32), np.diff(edges)) << np.uint32(_HASH - width)
    hashes, numbers = top | entries >> np.uint32(width), entries & np.uint32((1 << width) - 1)
    inside = slice(*np.searchsorted(hashes, (least, most)))  # entries of a bucket are sorted by hash
    return hashes[inside], numbers[inside].astype(np.int64)


def find(columns: Columns, rows: int, queries: NDArray[np.uint32]) -> Found:
    """The first `HITS` rows of each query, sorted by query.

    Args:
        columns: of the index.
        rows: of the segment.
        queries: sorted, so that neighbours in the index are read together.
    """
    if not rows or not len(queries):
        return Found(np.zeros(0, np.int64), np.zeros(0, np.int64))
    width = np.uint32(bits(rows))
    bucket = (queries >> (np.uint32(_HASH) - width)).astype(np.int64)
    edges = columns.all("directory")
    low, stop = edges[bucket].astype(np.int64), edges[bucket + 1].astype(np.int64)
    entries = columns.ranges("entries", low, stop)
    rest = queries & np.uint32((1 << (_HASH - int(width))) - 1)
    low = _lower_bound(entries, low, stop, rest << width)
    at = np.flatnonzero(low < stop)
    query, row = [], []
    for _ in range(HITS):
        at = at[low[at] < stop[at]]
        entry = entries[low[at]]
        here = entry >> width == rest[at]
        at = at[here]
        query.append(at)
        row.append((entry[here] & ((np.uint32(1) << width) - np.uint32(1))).astype(np.int64))
        low[at] += 1
    queried, found = np.concatenate(query), np.concatenate(row)
    by = np.lexsort((found, queried))
    return Found(queried[by], found[by])


def _lower_bound(
    entries: NDArray[np.uint32], low: NDArray[np.int64], stop: NDArray[np.int64], least: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """The first place of each range whose entry is not below; ranges are short but for hashes of stock phrases."""
    out = np.empty_like(low)
    for start in range(0, len(low), _CACHED):
        part = slice(start, start + _CACHED)
        out[part] = _bound(entries, low[part], stop[part], least[part])
    return out


def _bound(
    entries: NDArray[np.uint32], low: NDArray[np.int64], high: NDArray[np.int64], least: NDArray[np.uint32]
) -> NDArray[np.int64]:
    if not len(entries):
        return low
    last = len(entries) - 1
    for _ in range(_USUAL):
        middle = (low + high) >> 1
        below = (entries[np.minimum(middle, last)] < least) & (low < high)
        low, high = np.where(below, middle + 1, low), np.where(below, high, middle)
    at = np.flatnonzero(low < high)
    while len(at):
        middle = (low[at] + high[at]) >> 1
        below = entries[middle] < least[at]
        low[at[below]] = middle[below] + 1
        high[at[~below]] = middle[~below]
        at = at[low[at] < high[at]]
    return low
