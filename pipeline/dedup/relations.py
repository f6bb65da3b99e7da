"""What the first look finds for each batch: its paragraphs that are copies, or worth comparing with others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Piece
from pipeline.corpus.stage import FACTS
from pipeline.dedup import numbers
from pipeline.dedup.numbers import column

# What a relation says of the paragraph `number`
NAMED, COMPARED, COPY, NEAR, INSIDE, MAYBE_INSIDE, HOST, CROWDED = range(8)
RELATIONS = "relations"  # the stream of pieces

SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        # NAMED: its document's id is needed; HOST: its size, too; COMPARED: its words, too; CROWDED: they may be;
        # else: of which twin
        ("kind", pa.int8()),
        ("twin", pa.int64()),
        ("share", pa.float32()),  # INSIDE: of its shingles that stand in the twin
    ]
)


def table(
    kind: int, of: NDArray[np.int64], twins: NDArray[np.int64] | None = None, shares: NDArray[np.float32] | None = None
) -> pa.Table:
    """Relations of one kind."""
    share = np.zeros(len(of), np.float32) if shares is None else shares
    return pa.table([of, np.full(len(of), kind, np.int8), of if twins is None else twins, share], schema=SCHEMA)


def of_kind(rows: pa.Table, kind: int) -> pa.Table:
    """Those of one kind."""
    return rows.filter(pa.array(column(rows, "kind") == kind))


def each_batch(rows: pa.Table) -> Iterator[Piece]:
    """Rows with a `number` as the facts of its batch, sorted, so that no cut of the corpus shows."""
    rows = rows.sort_by([(name, "ascending") for name in rows.column_names[:3]]).combine_chunks()
    batches = numbers.batches(column(rows, "number"))
    edges = np.append(np.flatnonzero(np.diff(batches, prepend=batches[:1] - 1)), len(batches)).tolist()
    for start, stop in pairwise(edges):
        yield Piece(FACTS, int(batches[start]), rows.slice(start, stop - start))
