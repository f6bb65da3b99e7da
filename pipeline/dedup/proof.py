"""By twin: candidates are compared, shingle by shingle, and by what the guard looks at.

A task holds the texts of its partition that others are compared with, and lets those others pass by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.corpus import Piece, Read
from pipeline.corpus.partition import grouped
from pipeline.corpus.stage import OBSERVED
from pipeline.dedup import guard
from pipeline.dedup.inside import SHARE
from pipeline.dedup.numbers import column, find
from pipeline.dedup.overlap import Lists, overlap
from pipeline.dedup.paragraphs import lengths_to_offsets
from pipeline.dedup.settings import Settings
from pipeline.dedup.twins import EDGE, EDGES, TEXTS, TWINS, fetch_of, proof_of
from pipeline.text.runs import distinct
from pipeline.text.shingles import shingles

_PAIRS = 1 << 12  # compared at a time


@dataclass(frozen=True)
class Proof:
    """The pairs of a partition that hold."""

    settings: Settings
    turn: int = 0

    @property
    def name(self) -> str:
        """One a turn."""
        return proof_of(self.turn)

    def tasks(self, parts: int) -> int:
        """One a partition."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Edges."""
        twins: _Held | None = None
        for texts in grouped(read(fetch_of(self.turn) if self.turn else OBSERVED, TEXTS, task), _PAIRS):
            twins = twins or _Held.of(pa.concat_tables(read(OBSERVED, TWINS, task)).combine_chunks())
            yield Piece(EDGES, 0, self._holding(twins, texts))

    def _holding(self, twins: _Held, texts: pa.Table) -> pa.Table:
        """The edges of some texts to twins that hold."""
        to = texts.column("twins").combine_chunks()
        first = np.repeat(np.arange(texts.num_rows), np.asarray(pc.list_value_length(to)))
        second = twins.places(np.asarray(to.flatten())) + texts.num_rows
        inside = np.asarray(texts.column("inside").combine_chunks().flatten().to_numpy(zero_copy_only=False), bool)
        rows = pa.concat_tables([texts, twins.rows])
        number, found = column(rows, "number"), []
        for contained in (False, True):
            of_kind = np.flatnonzero(inside == contained)
            for start in range(0, len(of_kind), _PAIRS):
                some = of_kind[start : start + _PAIRS]
                one, two = first[some], second[some]
                holds, score = _proved(rows, one, two, contained, self.settings)
                values = [number[one[holds]], number[two[holds]], score]
                found.append(pa.table([*values, np.full(len(holds), contained)], schema=EDGE))
        return pa.concat_tables([EDGE.empty_table(), *found])


class _Held(NamedTuple):
    """Texts that others are compared with, as they came: to sort them costs more than to look their numbers up."""

    rows: pa.Table
    order: NDArray[np.int64]
    numbers: NDArray[np.int64]  # in order

    @classmethod
    def of(cls, rows: pa.Table) -> _Held:
        number = column(rows, "number")
        order = np.argsort(number)
        return cls(rows, order, number[order])

    def places(self, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        return self.order[find(self.numbers, wanted)[0]]


def _proved(
    rows: pa.Table, first: NDArray[np.int64], second: NDArray[np.int64], contained: bool, settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Those of some pairs of rows that hold, and their scores; only their own words are gathered: memory is bounded.

    Numbers come first: they are few, and tell the pages of a template before all their words are read.
    """
    holds = np.arange(len(first))
    if settings.guard:
        used, one, two = _used(first, second)
        numbers = as_lists(_take(rows.column("numbers"), used))
        holds = np.flatnonzero(~guard.other_numbers(numbers, one, two, contained=contained))
    used, one, two = _used(first[holds], second[holds])
    texts = guard.compared(as_lists(_take(rows.column("words"), used)), _take(rows.column("names"), used))
    parts = Lists(*shingles(texts.words.hashes.astype(np.uint64), texts.words.offsets, settings.shingle))
    found = overlap(parts, one, parts, two)
    score, least = (found.inside, SHARE) if contained else (found.jaccard, settings.threshold)
    alike = np.flatnonzero(score >= least)
    if settings.guard:
        alike = alike[~guard.other_names(texts, one[alike], two[alike], contained=contained)]
    return holds[alike], score[alike]


def _used(first: NDArray[np.int64], second: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """The rows of some pairs, and the places of both sides among them."""
    used = distinct(np.concatenate((first, second)))
    return used, np.searchsorted(used, first), np.searchsorted(used, second)


def _take(values: pa.ChunkedArray, rows: NDArray[np.int64]) -> pa.Array:
    """Rows, ascending, of a column, chunk by chunk: Arrow itself would put all chunks together first."""
    pieces, start = [values.chunk(0).slice(0, 0)], 0
    for chunk in values.chunks:
        first, last = np.searchsorted(rows, (start, start + len(chunk)))
        pieces.append(chunk.take(pa.array(rows[first:last] - start)))
        start += len(chunk)
    return pa.concat_arrays(pieces)


def as_lists(array: pa.ListArray) -> Lists:
    """A list column; nulls are empty lists."""
    lengths = np.asarray(pc.fill_null(pc.list_value_length(array), 0).to_numpy(), np.int64)
    return Lists(np.asarray(array.flatten().to_numpy()), lengths_to_offsets(lengths))
