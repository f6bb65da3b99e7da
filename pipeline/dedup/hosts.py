"""Of paragraphs that stand inside another one of their document: by which host they go, or by which twin of that host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Piece, Read
from pipeline.dedup import relations
from pipeline.dedup.classes import INSIDE
from pipeline.dedup.numbers import by_batch, column, find
from pipeline.text.runs import distinct, heads, places

_HOSTS = 8  # twins of a host in which a contained paragraph is sought beside it


@dataclass(frozen=True)
class Hosts:
    """One task: paragraphs inside others are few."""

    name: str = "hosts"

    def tasks(self, parts: int) -> int:
        """One."""
        return 1

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Relations."""
        held = list(read("classes", INSIDE, 0))
        if not held:
            return
        rows = pa.concat_tables(held)
        one = column(rows, "number")
        hosts = _representatives(column(rows, "host"), parts, read)
        share = column(rows, "share")
        yield from by_batch(relations.RELATIONS, relations.table(relations.INSIDE, one, hosts, share), parts)
        yield from by_batch(relations.RELATIONS, relations.table(relations.HOST, distinct(hosts)), parts)
        inner, twins = _twins(one, hosts, parts, read)
        yield from by_batch(relations.RELATIONS, relations.table(relations.MAYBE_INSIDE, inner, twins), parts)
        yield from by_batch(relations.RELATIONS, relations.table(relations.COMPARED, distinct(twins)), parts)


def _representatives(wanted: NDArray[np.int64], parts: int, read: Read) -> NDArray[np.int64]:
    """For each paragraph the representative of its class."""
    out, known = wanted.copy(), distinct(wanted)
    number, twin = _related("classes", relations.COPY, known, parts, read)
    order = np.argsort(number)
    at, found = find(number[order], wanted)
    out[found] = twin[order][at[found]]
    return out


def _twins(
    one: NDArray[np.int64], hosts: NDArray[np.int64], parts: int, read: Read
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Should a host go for a twin of its own, that twin may hold the contained paragraph as well."""
    number, twin = _related("partners", relations.NEAR, distinct(hosts), parts, read)
    order = np.lexsort((twin, number))
    order = order[places(heads(number[order]), len(order)) < _HOSTS]
    number, twin = number[order], twin[order]
    start, stop = (np.searchsorted(number, hosts, side=side) for side in ("left", "right"))
    counts = stop - start
    at = np.repeat(start - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
    inner = np.repeat(one, counts)
    other = inner != twin[at]
    return inner[other], twin[at][other]


def _related(
    step: str, kind: int, wanted: NDArray[np.int64], parts: int, read: Read
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Paragraph and twin of the relations of one kind that some paragraphs have; they are read a piece at a time."""
    numbers, twins = [wanted[:0]], [wanted[:0]]
    for part in range(parts):
        for rows in read(step, relations.RELATIONS, part):
            number = column(rows, "number")
            here = (column(rows, "kind") == kind) & find(wanted, number)[1]
            numbers.append(number[here])
            twins.append(column(rows, "twin")[here])
    return np.concatenate(numbers), np.concatenate(twins)
