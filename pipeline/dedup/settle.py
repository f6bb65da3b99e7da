"""From relations that hold to what goes, and for what: no chains, and every verdict in words."""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.dedup.rules import CONTAINED, EXACT, NEAR

_AT_ONCE = 1 << 16  # edges or verdicts as Python objects at a time


class Edges(NamedTuple):
    """Relations between rows that hold: `first` may go for `second`."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    score: NDArray[np.float64]
    contained: NDArray[np.bool_]


def settle(edges: Edges, rank: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each row the row it goes for and the edge that says so, or -1.

    Rows are settled in order of preference: when one is reached, all that it may go for are settled.

    Args:
        edges: relations that hold.
        rank: place of each row in the order of preference.
    """
    twin, by = array("q", b"\xff" * 8 * len(rank)), array("q", b"\xff" * 8 * len(rank))
    order = np.lexsort((rank[edges.second], -edges.score, ~edges.contained, rank[edges.first]))
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        first, second = edges.first[some].tolist(), edges.second[some].tolist()
        for edge, one, two in zip(some.tolist(), first, second, strict=True):
            if twin[one] < 0 and twin[two] < 0:
                twin[one], by[one] = two, edge
    return np.frombuffer(twin, np.int64), np.frombuffer(by, np.int64)


def in_words(by: NDArray[np.int64], edges: Edges, named: pa.Table, runs: dict[int, str]) -> tuple[pa.Array, pa.Array]:
    """Rule and evidence of each verdict.

    Args:
        by: the edge of each, -1 for an exact copy.
        edges: relations that hold.
        named: `seq`, `pos` and `id` of the paragraph that stays, for each.
        runs: names of the earlier runs of paragraphs with a negative `seq`.
    """
    scores, inside = np.append(edges.score, 1.0), np.append(edges.contained, False)
    rules, evidence = [np.zeros(0, np.int64)], [pa.array([], pa.string())]
    for start in range(0, len(by), _AT_ONCE):
        some = by[start : start + _AT_ONCE]
        seqs, places, docs = (column.to_pylist() for column in named.slice(start, _AT_ONCE).columns)
        rows = zip(some.tolist(), scores[some].tolist(), inside[some].tolist(), seqs, places, docs, strict=True)
        said = [_said(*row) + (f" of run {runs[seq]}" if seq < 0 else "") for row, seq in zip(rows, seqs, strict=True)]
        evidence.append(pa.array(said, pa.string()))
        rules.append(np.where(some < 0, 0, np.where(inside[some], 1, 2)))
    return pa.array([EXACT, CONTAINED, NEAR]).take(pa.array(np.concatenate(rules))), pa.concat_arrays(evidence)


def _said(edge: int, score: float, contained: bool, _seq: int, pos: int, doc: str) -> str:
    return "same words" if edge < 0 else f"contained in {doc}:{pos} {score:.2f}" if contained else f"Jaccard {score:.2f}"
