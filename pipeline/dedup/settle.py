"""From relations that hold to what goes, and for what: there are no chains.

A paragraph goes only if it is itself alike to one that stays.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Piece, Read
from pipeline.corpus.stage import OBSERVED
from pipeline.dedup.numbers import column, find
from pipeline.dedup.preference import preference
from pipeline.dedup.settings import Settings
from pipeline.dedup.twins import EDGE, EDGES, NODES, TURNS, proof_of, settle_of
from pipeline.text.runs import distinct

SETTLED = "settled"  # the stream of edges by which paragraphs go, one each
_AT_ONCE = 1 << 16  # edges as Python objects at a time


class Edges(NamedTuple):
    """Relations between rows that hold: `first` may go for `second`."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    score: NDArray[np.float64]
    contained: NDArray[np.bool_]


@dataclass(frozen=True)
class Settle:
    """One task: what one paragraph goes for depends on what becomes of others, along edges that hold."""

    settings: Settings
    turn: int = TURNS

    @property
    def name(self) -> str:
        """One a turn."""
        return settle_of(self.turn)

    def tasks(self, parts: int) -> int:
        """One."""
        return 1

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """The edges by which paragraphs go."""
        if self.turn and not any(rows.num_rows for rows in read(proof_of(self.turn), EDGES, 0)):
            yield from (Piece(SETTLED, 0, rows) for rows in read(settle_of(self.turn - 1), SETTLED, 0))
            return
        proved = (rows for turn in range(self.turn + 1) for rows in read(proof_of(turn), EDGES, 0))
        table = pa.concat_tables([EDGE.empty_table(), *read(OBSERVED, EDGES, 0), *proved])
        if not table.num_rows:
            return
        ends = column(table, "first"), column(table, "second")
        nodes = distinct(np.concatenate(ends))
        first, second = (np.searchsorted(nodes, end) for end in ends)
        edges = Edges(first, second, column(table, "score"), column(table, "contained").astype(bool))
        inside = np.arange(table.num_rows) < sum(rows.num_rows for rows in read(OBSERVED, EDGES, 0))
        rank = _ranks(_sizes(nodes, read), edges.first[inside], edges.second[inside], self.settings)
        edges = _oriented(edges, rank)
        by = settle(edges, rank)
        goes = np.flatnonzero(by >= 0)
        edge = by[goes]
        values = [nodes[goes], nodes[edges.second[edge]], edges.score[edge], edges.contained[edge]]
        yield Piece(SETTLED, 0, pa.table(values, schema=EDGE))


def _sizes(nodes: NDArray[np.int64], read: Read) -> pa.Table:
    """What the order of preference needs of some paragraphs."""
    every = (rows.select(["number", "size", "priority"]) for rows in read(OBSERVED, NODES, 0))
    found = [rows.filter(pa.array(find(nodes, column(rows, "number"))[1])) for rows in every]
    return pa.concat_tables(found).sort_by("number").combine_chunks()


def _ranks(nodes: pa.Table, held: NDArray[np.int64], hosts: NDArray[np.int64], settings: Settings) -> NDArray[np.int64]:
    """Place of each paragraph in the order of preference, but a contained one never before its host."""
    order, sizes = np.lexsort(preference(nodes, settings)), column(nodes, "size")
    own = np.empty(len(order), np.int64)
    own[order] = np.arange(len(order))
    rank = own.copy()
    for at in np.lexsort((own[held], -sizes[held])).tolist():
        rank[held[at]] = max(rank[held[at]], rank[hosts[at]])
    out = np.empty(len(order), np.int64)
    out[np.lexsort((own, -sizes, rank > own, rank))] = np.arange(len(order))
    return out


def _oriented(edges: Edges, rank: NDArray[np.int64]) -> Edges:
    """The edges, each from the paragraph that would go; none from a whole to its part."""
    turn = rank[edges.first] < rank[edges.second]
    first, second = np.where(turn, edges.second, edges.first), np.where(turn, edges.first, edges.second)
    keep = ~(turn & edges.contained)
    return Edges(first[keep], second[keep], edges.score[keep], edges.contained[keep])


def settle(edges: Edges, rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the edge by which it goes, or -1.

    Rows are settled in order of preference: when one is reached, all that it may go for are settled.

    Args:
        edges: relations that hold.
        rank: place of each row in the order of preference.
    """
    by = array("q", b"\xff" * 8 * len(rank))
    order = np.lexsort((rank[edges.second], -edges.score, ~edges.contained, rank[edges.first]))
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        ends = edges.first[some].tolist(), edges.second[some].tolist()
        for edge, one, two in zip(some.tolist(), *ends, strict=True):
            if by[one] < 0 and by[two] < 0:
                by[one] = edge
    return np.frombuffer(by, np.int64)
