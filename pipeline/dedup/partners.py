"""By paragraph: of all that it met in buckets, those few with which it is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Piece, Read
from pipeline.corpus.partition import fold
from pipeline.dedup import known, probes, relations
from pipeline.dedup.buckets import CUT, HEADS, PAIRS, PORTIONS
from pipeline.dedup.numbers import by_batch, column, find
from pipeline.dedup.settings import Settings
from pipeline.text.runs import distinct, heads, places

PARTNERS = 12  # paragraphs preferred to it that one is compared with; those of earlier runs come on top
CAPPED = "capped"  # the stream of paragraphs that met only a part of what they might


@dataclass(frozen=True)
class Partners:
    """The pairs of a partition's paragraphs with those preferred to them."""

    settings: Settings
    name: str = "partners"

    def tasks(self, parts: int) -> int:
        """One a partition."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Relations, and which paragraphs have not all of theirs; a portion at a time, so that little is held."""
        for portion in range(task * PORTIONS, (task + 1) * PORTIONS):
            yield from self._near(portion, parts, read)
        found = fold(probes.rarest, read("probes", PAIRS, task))
        for pairs in (*([found] if found is not None else []), *read("classes", known.HELD, task)):
            yield from _compared(relations.MAYBE_INSIDE, column(pairs, "first"), column(pairs, "second"), parts)

    def _near(self, portion: int, parts: int, read: Read) -> Iterator[Piece]:
        """Relations of those that met in buckets, and which of them met only a part of their bucket."""
        found = (column(rows, "number") for rows in read("buckets", CUT, portion))
        cut = distinct(np.concatenate([np.zeros(0, np.int64), *found]))
        yield from by_batch(CAPPED, pa.table({"number": cut}), parts)
        met = fold(once, chain(read("classes", PAIRS, portion), read("buckets", PAIRS, portion)))
        if met is None:
            return
        keep = _best(met, self.settings)
        first, second = (column(met, name) for name in ("first", "second"))
        yield from _compared(relations.NEAR, first[keep], second[keep], parts)
        part = ~keep | find(cut, second)[1]
        crowd = distinct(np.concatenate((first[part], second[part])))
        yield from by_batch(relations.RELATIONS, relations.table(relations.CROWDED, crowd[crowd >= 0]), parts)


def once(rows: pa.Table) -> pa.Table:
    """Pairs, each once; it may have been met in several bands."""
    first, second = column(rows, "first"), column(rows, "second")
    order = np.lexsort((first, second))
    starts = heads(second[order], first[order])
    return rows.take(pa.array(order[starts]))


def _best(rows: pa.Table, settings: Settings) -> NDArray[np.bool_]:
    """The pairs that stay: those with the most preferred paragraphs, for which one would go, and those that seem most alike.

    Args:
        rows: as `once` has them. Only those of paragraphs that met too many are sorted again, which are few.
        settings: of the stage.
    """
    starts = heads(column(rows, "second"))
    counts = np.diff(np.append(starts, rows.num_rows))
    many = np.flatnonzero(np.repeat(counts > PARTNERS - HEADS, counts))
    keep = np.ones(rows.num_rows, bool)
    keep[many] = _best_of_many(rows.take(pa.array(many)), settings)
    return keep


def _best_of_many(rows: pa.Table, settings: Settings) -> NDArray[np.bool_]:
    first, second = column(rows, "first"), column(rows, "second")
    older = first < 0
    preferred = [first, -column(rows, "size")] if settings.keep != "first" else [first]
    preferred += [-column(rows, "priority")] if settings.priority else []
    best, alike = np.lexsort([*preferred, second]), np.lexsort([*preferred, column(rows, "differing"), second])
    keep = older.copy()
    for order, most in ((best, HEADS), (alike, PARTNERS - HEADS)):
        later = order[~older[order]]
        keep[later[places(heads(second[later]), len(later)) < most]] = True
    return keep


def _compared(kind: int, first: NDArray[np.int64], second: NDArray[np.int64], parts: int) -> Iterator[Piece]:
    """Relations of both sides: the first would stay."""
    order = np.lexsort((first, second))
    each = order[heads(second[order], first[order])]
    yield from by_batch(relations.RELATIONS, relations.table(kind, second[each], first[each]), parts)
    yield from by_batch(relations.RELATIONS, relations.table(relations.COMPARED, distinct(first)), parts)
