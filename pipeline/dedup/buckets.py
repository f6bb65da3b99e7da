"""By band: paragraphs that agree in a whole band of their signatures are pairs to compare, up to so many of each.

A bucket of up to `NEIGHBOURS` + 1 members gives all its pairs. In a larger one, a template of a million pages say, each
member meets its neighbours in order of preference and the heads only; and of all that it meets, each paragraph keeps
`PARTNERS`: the most preferred, for which it would go, and those whose sketches are most like its own. So the number of pairs
is linear in the paragraphs, whatever the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Piece, Read
from pipeline.dedup import bands, numbers, sketch
from pipeline.dedup.numbers import column, matrix
from pipeline.dedup.preference import ranked, similar_sizes
from pipeline.dedup.settings import Settings
from pipeline.text.runs import heads, places

NEIGHBOURS = 4  # in a bucket each member meets so many before it in order of preference,
HEADS = 4  # and so many of the first, of which one is likely to stay
PAIRS, CUT = "pairs", "cut"  # streams: pairs; paragraphs that met only a part of their bucket
TASKS = 8  # each reads the rows of all paragraphs, however few it needs: with 32 of them that took half the time of 10 million
MEMBERS = 1 << 21  # of buckets that are held at a time
PENDING = 1 << 20  # pairs that are held, so that those met in several bands become one
PORTIONS = 8  # of a partition, in which pairs are read: each page of a template is in a hundred
_AT_ONCE = 1 << 17  # pairs whose columns are made at a time
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


def pairs_table(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    differing: NDArray[np.int32],
    size: NDArray[np.int32],
    settings: Settings,
    priority: NDArray[np.float64] | None = None,
) -> pa.Table:
    """Candidate pairs: how many values of their sketches differ, and by what the first is preferred."""
    columns = {"first": first, "second": second, "differing": differing, "size": size}
    if settings.priority:
        columns["priority"] = np.zeros(len(first)) if priority is None else priority
    return pa.table(columns)


@dataclass(frozen=True)
class Buckets:
    """The pairs of some bands; with more partitions than bands, of those whose keys lie in a range."""

    settings: Settings
    name: str = "buckets"

    def tasks(self, parts: int) -> int:
        """Some bands of a range each: there are more ranges than one with more partitions than bands."""
        groups, ranges = self._cut(parts)
        return groups * ranges

    def _cut(self, parts: int) -> tuple[int, int]:
        """Groups of bands, and ranges of keys."""
        ranges = -(-parts // self._bands)
        return max(1, min(parts, TASKS) // ranges), ranges

    @property
    def _bands(self) -> int:
        return len(bands.shape(self.settings.threshold, self.settings.permutations))

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Pairs, each once or a few times."""
        groups, ranges = self._cut(parts)
        held: list[NDArray[np.uint64]] = []
        for band in range(task % groups, self._bands, groups):
            held.append(_members(read("classes", f"band {band}", 0), task // groups, ranges))
            if sum(map(len, held)) > MEMBERS:
                yield from self._met(held, parts, read)
                held = []
        yield from self._met(held, parts, read)

    def _met(self, held: list[NDArray[np.uint64]], parts: int, read: Read) -> Iterator[Piece]:
        """The pairs of some bands, in each of which the members are packed: key << 32 | place among the representatives."""
        edges = np.cumsum([len(packed) for packed in held])
        if not edges.any():
            return
        members = np.concatenate(held)
        rows = ranked(members, read, self.settings)
        sizes, cut = column(rows, "size"), np.zeros(rows.num_rows, bool)
        fresh: list[NDArray[np.uint64]] = []
        for packed in np.split(members, edges[:-1]):
            for pairs in _pairs(packed, sizes, self.settings, cut):
                fresh.append(pairs)
                if sum(map(len, fresh)) > PENDING:
                    yield from self._pieces(rows, fresh, parts)
                    fresh = []
        yield from self._pieces(rows, fresh, parts)
        cut_numbers = pa.table({"number": column(rows, "number")[cut]})
        yield from numbers.by_number(CUT, cut_numbers, "number", PORTIONS * parts)

    def _pieces(self, rows: pa.Table, fresh: list[NDArray[np.uint64]], parts: int) -> Iterator[Piece]:
        """Packed ranks of pairs as rows, each once."""
        pairs = np.concatenate([np.zeros(0, np.uint64), *fresh])
        pairs.sort()
        pairs = pairs[heads(pairs)]
        for start in range(0, len(pairs), _AT_ONCE):
            table = self._rows(rows, pairs[start : start + _AT_ONCE])
            yield from numbers.by_number(PAIRS, table, "second", PORTIONS * parts)

    def _rows(self, rows: pa.Table, pairs: NDArray[np.uint64]) -> pa.Table:
        one, two = (pairs >> _HALF).astype(np.int64), (pairs & _LOW).astype(np.int64)
        found, seqs, head = column(rows, "number"), column(rows, "seq"), column(rows, "head").astype(bool)
        early = np.where(found[one] < found[two], one, two)
        keep = ~(head[early] & (seqs[one] == seqs[two]))  # a sub-head, and the sentence of its page that says it again
        most = sketch.most_differing(self.settings.threshold, self.settings.permutations)
        differing = sketch.differing(matrix(rows["sketch"]), one, two)
        keep &= differing <= most
        one, two = one[keep], two[keep]
        priority = column(rows, "priority")[one] if self.settings.priority else None
        size = column(rows, "size")[one]
        return pairs_table(found[one], found[two], differing[keep].astype(np.int32), size, self.settings, priority)


def _members(keys: Iterable[pa.Table], number: int, ranges: int) -> NDArray[np.uint64]:
    """Packed keys and places of those that are not alone in their bucket, sorted.

    Args:
        keys: of a band of all representatives.
        number: of the range whose keys are wanted.
        ranges: of equal size, so many.
    """
    least, below = (-(-(at << 32) // ranges) for at in (number, number + 1))
    packed, first = [np.zeros(0, np.uint64)], 0
    for rows in keys:
        some = column(rows, "key")
        here = np.flatnonzero((some >= np.uint32(least)) & (some <= np.uint32(below - 1)))
        packed.append(some[here].astype(np.uint64) << _HALF | (here + first).view(np.uint64))
        first += len(some)
    ordered = np.concatenate(packed)
    ordered.sort()
    met = np.zeros(len(ordered) + 1, bool)
    met[1:-1] = ordered[1:] >> _HALF == ordered[:-1] >> _HALF
    return np.asarray(ordered[met[1:] | met[:-1]])


def _pairs(
    members: NDArray[np.uint64], sizes: NDArray[np.int32], settings: Settings, cut: NDArray[np.bool_]
) -> Iterator[NDArray[np.uint64]]:
    """Packed pairs of one band; marks in `cut` the members of buckets too large to give all pairs.

    Args:
        members: key << 32 | rank in the order of preference.
        sizes: words, by rank.
        settings: of the stage.
        cut: by rank.
    """
    ordered = np.sort(members)
    row = (ordered & _LOW).astype(np.int64)
    at, place = np.arange(len(row)), places(heads(ordered >> _HALF), len(row))
    for step in range(1, NEIGHBOURS + 1):
        at, place = at[place >= step], place[place >= step]
        yield _alike(row[at - step], row[at], sizes, settings)
    for head in range(HEADS):
        at, place = at[place > NEIGHBOURS + head], place[place > NEIGHBOURS + head]
        yield _alike(row[at - place + head], row[at], sizes, settings)
    cut[row[at]] = True


def _alike(
    first: NDArray[np.int64], second: NDArray[np.int64], sizes: NDArray[np.int32], settings: Settings
) -> NDArray[np.uint64]:
    """Packed pairs whose sizes allow them to be similar."""
    keep = similar_sizes(sizes[first], sizes[second], settings)
    return first[keep].astype(np.uint64) << _HALF | second[keep].astype(np.uint64)
