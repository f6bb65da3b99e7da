"""By exact key: classes of paragraphs with the same words. Of each class only the one that would stay is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Piece, Read
from pipeline.corpus.partition import ROWS, fold, grouped
from pipeline.corpus.stage import OBSERVED
from pipeline.dedup import known, relations
from pipeline.dedup.buckets import PAIRS, PORTIONS, pairs_table
from pipeline.dedup.numbers import by_batch, by_number, column, matrix
from pipeline.dedup.observe import KEYS
from pipeline.dedup.preference import preference, similar_sizes
from pipeline.dedup.settings import Settings
from pipeline.text.runs import distinct, heads

_AT_ONCE = 1 << 9  # rows that are turned into columns
INSIDE = "inside"  # the stream of representatives that stand inside another paragraph of their document


def best(rows: pa.Table, settings: Settings) -> pa.Table:
    """Of the rows with the same key the one that would stay, in order: one without a host, if there is any."""
    keys = column(rows, "key")
    by = np.argsort(keys)
    same = np.zeros(len(by) + 1, bool)
    same[1:-1] = keys[by][1:] == keys[by][:-1]
    twice = by[same[1:] | same[:-1]]
    if len(twice):
        some = rows.select([name for name in rows.column_names if name != "bands"]).take(pa.array(twice))
        order = np.lexsort([*preference(some, settings), column(some, "host") >= 0, keys[twice]])
        stays = np.ones(len(keys), bool)
        stays[twice] = False
        stays[twice[order[heads(keys[twice][order])]]] = True
        rows = rows.filter(pa.array(stays))
    found = column(rows, "number")
    return rows if (found[1:] > found[:-1]).all() else rows.take(pa.array(np.argsort(found)))


@dataclass(frozen=True)
class Classes:
    """The copies of a partition, and what later rounds need of the representatives."""

    settings: Settings
    name: str = "classes"

    def tasks(self, parts: int) -> int:
        """One a partition."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Over the rows for the representatives, then over the keys for their copies."""
        reps = fold(partial(best, settings=self.settings), read(OBSERVED, ROWS, task))
        if reps is None:
            return
        yield from self._representatives(reps)
        by = np.argsort(column(reps, "key"))
        index = _Index(column(reps, "key")[by], column(reps, "number")[by], column(reps, "size")[by])
        for rows in grouped(read(OBSERVED, KEYS, task)):
            yield from _copies(rows, index, parts)
        for met in read(OBSERVED, known.MET, task):
            for stream, pairs, portions in _met(met, index, self.settings):
                yield from by_number(stream, pairs, "second", portions * parts)

    def _representatives(self, reps: pa.Table) -> Iterator[Piece]:
        held = reps.filter(pa.array(column(reps, "host") >= 0)).select(["number", "host", "share"])
        yield Piece(INSIDE, 0, held)
        today = reps.filter(pa.array(column(reps, "number") >= 0))
        columns = ["number", "seq", "size", "head", "sketch"] + (["priority"] if self.settings.priority else [])
        yield Piece(ROWS, 0, today.select(columns))
        for band, keys in enumerate(_turned(matrix(today["bands"]).view(np.uint32))):
            yield Piece(f"band {band}", 0, pa.table({"key": keys}))
        if self.settings.contained == "corpus":
            yield Piece("probes", 0, today.select(["probes"]))


def _turned(keys: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """(bands, rows) of (rows, bands); a few rows at a time, which stay in the cache."""
    out = np.empty(keys.shape[::-1], np.uint32)
    for start in range(0, len(keys), _AT_ONCE):
        out[:, start : start + _AT_ONCE] = keys[start : start + _AT_ONCE].T
    return out


@dataclass(frozen=True)
class _Index:
    """Representatives by key."""

    keys: NDArray[np.uint64]
    numbers: NDArray[np.int64]
    sizes: NDArray[np.int32]

    def places(self, rows: pa.Table) -> NDArray[np.int64]:
        """Of the representative of each row."""
        keys = column(rows, "key")
        order, out = np.argsort(keys), np.empty(len(keys), np.int64)
        out[order] = np.searchsorted(self.keys, keys[order])  # in their order the keys find what they need in the cache
        return out


def _copies(rows: pa.Table, index: _Index, parts: int) -> Iterator[Piece]:
    """Relations of the rows that are copies, and of what they are copies of."""
    found, twins = column(rows, "number"), index.numbers[index.places(rows)]
    copies = (found != twins) & (found >= 0)
    yield from by_batch(relations.RELATIONS, relations.table(relations.COPY, found[copies], twins[copies]), parts)
    named = distinct(twins[copies])
    yield from by_batch(relations.RELATIONS, relations.table(relations.NAMED, named), parts)


def _met(rows: pa.Table, index: _Index, settings: Settings) -> Iterator[tuple[str, pa.Table, int]]:
    """Pairs of a known paragraph and the representative of one of today's: of similar sizes, or a whole and a part.

    With each the stream, and the portions of a partition in which it is read.
    """
    at = index.places(rows)
    first, second, one, two = column(rows, "known"), index.numbers[at], column(rows, "size"), index.sizes[at]
    near = (second >= 0) & similar_sizes(one, two, settings)
    yield PAIRS, pairs_table(first[near], second[near], np.zeros(int(near.sum()), np.int32), one[near], settings), PORTIONS
    if settings.contained == "corpus":
        held = (second >= 0) & (one > two) & (two >= settings.min_words)
        yield known.HELD, pa.table([first[held], second[held]], names=["first", "second"]), 1
