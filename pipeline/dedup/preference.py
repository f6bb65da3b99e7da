"""Which of two paragraphs would stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Read
from pipeline.corpus.partition import ROWS
from pipeline.dedup.numbers import column
from pipeline.dedup.settings import Settings
from pipeline.text.runs import heads

_LEAST_SIZE = 0.7  # of the threshold: sizes count words, not distinct shingles, so the exact bound would lose pairs
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


def preference(rows: pa.Table, settings: Settings) -> list[NDArray[Any]]:
    """Columns for `numpy.lexsort` that put the most preferred paragraph first; what an earlier run wrote comes before all.

    Args:
        rows: with `number`, `size` and, if the settings ask for it, `priority`.
        settings: of the stage.
    """
    found = column(rows, "number")
    by = [found]
    if settings.keep != "first":
        by.append(-column(rows, "size"))
    if settings.priority:
        by.append(-column(rows, "priority"))
    return [*by, found >= 0]


def similar_sizes(one: NDArray[np.int32], two: NDArray[np.int32], settings: Settings) -> NDArray[np.bool_]:
    """Whether texts of so many words may be similar."""
    return np.asarray(np.minimum(one, two) >= _LEAST_SIZE * settings.threshold * np.maximum(one, two))


def ranked(members: NDArray[np.uint64], read: Read, settings: Settings) -> pa.Table:
    """Puts ranks in the place of the places of representatives: the most preferred is 0. Their rows, by rank.

    Args:
        members: key << 32 | place, which is changed.
        read: of the round.
        settings: of the stage.
    """
    by = members << _HALF
    by |= np.arange(len(members), dtype=np.uint64)
    by.sort()  # place << 32 | member: a search for each place takes five times as long
    starts = heads(by >> _HALF)
    rows = _representatives(read, (by[starts] >> _HALF).astype(np.int64))
    order = np.lexsort(preference(rows, settings))
    rank = np.empty(len(order), np.uint64)
    rank[order] = np.arange(len(order), dtype=np.uint64)
    at = (by & _LOW).astype(np.int64)
    members &= ~_LOW
    members[at] |= np.repeat(rank, np.diff(np.append(starts, len(by))))
    return rows.take(pa.array(order))


def _representatives(read: Read, wanted: NDArray[np.int64]) -> pa.Table:
    """Rows at some places, ascending, among all representatives."""
    found: list[pa.Table] = []
    first = 0
    for table in read("classes", ROWS, 0):
        here = wanted[np.searchsorted(wanted, first) : np.searchsorted(wanted, first + table.num_rows)]
        found.append(table.take(pa.array(here - first)))
        first += table.num_rows
    return pa.concat_tables(found).combine_chunks()
