"""By probe, with `contained = "corpus"`: longer paragraphs anywhere that share the rarest probes of a paragraph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Piece, Read
from pipeline.dedup.buckets import PAIRS
from pipeline.dedup.numbers import by_number, column
from pipeline.dedup.preference import ranked
from pipeline.dedup.settings import Settings
from pipeline.text.runs import distinct, heads, places

_HOSTS = 8  # the most preferred paragraphs with a probe, among which hosts are sought
_PROBES = 2  # probes of a paragraph by which they are sought: the rarest
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Probes:
    """The pairs by some probes: a range of them."""

    settings: Settings
    name: str = "probes"

    def tasks(self, parts: int) -> int:
        """One a range."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Pairs, with the probe and the number of paragraphs that have it."""
        members = _members(read, task, parts)
        if not len(members):
            return
        rows = ranked(members, read, self.settings)
        found, number = _pairs(np.sort(members), column(rows, "size")), column(rows, "number")
        table = pa.table([number[found[0]], number[found[1]], found[2], found[3]], names=["first", "second", "spread", "probe"])
        yield from by_number(PAIRS, table, "second", parts)


def rarest(rows: pa.Table) -> pa.Table:
    """The pairs by the rarest probes of each paragraph."""
    second, spread, probe = (column(rows, name) for name in ("second", "spread", "probe"))
    order = np.lexsort((column(rows, "first"), probe, spread, second))
    starts = heads(second[order], spread[order], probe[order])
    nth = places(heads(second[order][starts]), len(starts))
    keep = np.repeat(nth < _PROBES, np.diff(np.append(starts, len(order))))
    return rows.take(pa.array(order[keep]))


def _members(read: Read, task: int, parts: int) -> NDArray[np.uint64]:
    """Packed probes of the range, and the places of the representatives that have them; those of one alone left out."""
    packed, first = [np.zeros(0, np.uint64)], 0
    for table in read("classes", "probes", 0):
        lists = table.column("probes").combine_chunks()
        lists = lists.chunk(0) if isinstance(lists, pa.ChunkedArray) else lists
        owners = np.repeat(np.arange(first, first + len(lists), dtype=np.uint64), np.asarray(lists.value_lengths()))
        values = np.asarray(lists.flatten()).astype(np.uint64)
        packed.append(distinct((values << _HALF | owners)[values * np.uint64(parts) >> _HALF == task]))
        first += len(lists)
    ordered = np.sort(np.concatenate(packed))
    met = np.zeros(len(ordered) + 1, bool)
    met[1:-1] = ordered[1:] >> _HALF == ordered[:-1] >> _HALF
    return np.asarray(ordered[met[1:] | met[:-1]])


def _pairs(ordered: NDArray[np.uint64], sizes: NDArray[np.int32]) -> tuple[NDArray[np.int64], ...]:
    """Ranks of host and contained paragraph, how many have the probe, and the probe."""
    probe, owner = ordered >> _HALF, (ordered & _LOW).astype(np.int64)
    starts = heads(probe)
    counts = np.diff(np.append(starts, len(probe)))
    spread, start = np.repeat(counts, counts), np.repeat(starts, counts)
    at = np.arange(len(owner))
    found = [np.zeros((2, 0), np.int64)]
    for step in range(_HOSTS):
        at = at[start[at] + step < at]  # hosts are preferred, so they stand before
        host = start[at] + step
        longer = sizes[owner[host]] > sizes[owner[at]]
        found.append(np.stack((host[longer], at[longer])))
    host, at = np.concatenate(found, axis=1)
    return owner[host], owner[at], spread[at], probe[at].astype(np.int64)
