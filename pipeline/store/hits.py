"""Today's paragraphs among those of earlier runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.store.segment import WHO, Segment
from pipeline.text.runs import heads, places

PARTNERS = 12  # near candidates of one paragraph: those that share most hashes
SHARED = 2  # hashes of a near candidate, the key's apart: a stock phrase alone makes none
KNOWN = pa.schema(
    [
        ("id", pa.string()),
        ("pos", pa.int32()),
        ("size", pa.int32()),
        ("key", pa.uint64()),  # of no other paragraph, where it equals none of today's
        ("run", pa.string()),
        ("segment", pa.string()),  # where its text is
        ("row", pa.int64()),
        ("age", pa.int64()),  # the same in every look-up of a run; the oldest has the least
    ]
)


class Hits(NamedTuple):
    """Paragraphs of earlier runs, the oldest first, and pairs of one of today's with one of these."""

    known: pa.Table
    query: NDArray[np.int64]
    number: NDArray[np.int64]  # row of `known`


class _Pairs(NamedTuple):
    """Pairs in one column each; sorted by query and age."""

    query: NDArray[Any]
    age: NDArray[Any]  # number of the run << 40 | place in the run
    segment: NDArray[Any]
    row: NDArray[Any]
    shared: NDArray[Any]  # hashes
    equal: NDArray[Any]  # that of the key is among them

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> _Pairs:
        return _Pairs(*(column[which] for column in self))


def _joined(parts: Sequence[_Pairs]) -> _Pairs:
    return _Pairs(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def look_up(segments: Sequence[Segment], order: Mapping[str, int], keys: NDArray[np.uint64], hashes: pa.ListArray) -> Hits:
    """Pairs of today's paragraphs and those of the runs in `order`: an equal one, or the likeliest candidates.

    Args:
        segments: all of the state.
        order: age of each run that may be met.
        keys: of today's paragraphs.
        hashes: of each: first that of the key.
    """
    pairs = _met(segments, order, hashes)
    maybe = pairs.take(pairs.equal)
    same = _keys(segments, maybe) == keys[maybe.query].astype(np.uint32)
    equal = maybe.take(same)
    equal = equal.take(heads(equal.query))
    near = pairs.take((pairs.shared >= SHARED + pairs.equal) & ~np.isin(pairs.query, equal.query))
    near = near.take(np.lexsort((near.age, -near.shared, near.query)))
    near = near.take(places(heads(near.query), len(near.query)) < PARTNERS)
    chosen = _joined([equal, near])
    ages, number = np.unique(chosen.age, return_inverse=True)
    first = np.zeros(len(ages), np.int64)
    first[number] = np.arange(len(number))
    own = np.arange(len(ages)).astype(np.uint64)
    own[number[: len(equal.query)]] = keys[equal.query]
    known = _who(segments, order, chosen.take(first))
    return Hits(known.set_column(KNOWN.names.index("key"), KNOWN.field("key"), pa.array(own)), chosen.query, number)


def _met(segments: Sequence[Segment], order: Mapping[str, int], hashes: pa.ListArray) -> _Pairs:
    """All pairs that share a hash."""
    offsets, values = np.asarray(hashes.offsets.to_numpy(), np.int64), np.asarray(hashes.flatten().to_numpy(), np.uint32)
    offsets = offsets - offsets[0]
    packed = np.sort(values.astype(np.uint64) << np.uint64(32) | np.arange(len(values), dtype=np.uint64))
    wanted, place = (packed >> np.uint64(32)).astype(np.uint32), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    none = np.zeros(0, np.int64)
    parts = [_Pairs(none, none, none, none, none, none > 0)]
    for number, segment in enumerate(segments):
        if not any(piece.run in order for piece in segment.pieces):
            continue
        found = segment.find(wanted)
        hash_number = place[found.query]
        query = np.searchsorted(offsets, hash_number, side="right") - 1
        age = _ages(segment, order, found.row)
        seen = age >= 0
        parts.append(_summed(query[seen], age[seen], number, found.row[seen], (hash_number == offsets[query])[seen]))
    pairs = _joined(parts)
    return pairs.take(np.lexsort((pairs.age, pairs.query)))


def _ages(segment: Segment, order: Mapping[str, int], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Run << 40 | place of each row; -1 for those of runs that are not to be met."""
    piece = np.searchsorted(segment.firsts, rows, side="right") - 1
    base = np.array([(order.get(p.run, -1) << 40) + p.start for p in segment.pieces], np.int64)
    known = np.array([p.run in order for p in segment.pieces], bool)
    return np.where(known[piece], base[piece] + rows - segment.firsts[piece], -1)


def _summed(
    query: NDArray[np.int64], age: NDArray[np.int64], segment: int, row: NDArray[np.int64], equal: NDArray[np.bool_]
) -> _Pairs:
    """Pairs of one segment, each once."""
    by = np.lexsort((row, query))
    query, age, row, equal = query[by], age[by], row[by], equal[by]
    starts = heads(query, row)
    shared = np.diff(np.append(starts, len(query)))
    any_equal = np.logical_or.reduceat(equal, starts) if len(starts) else equal
    return _Pairs(query[starts], age[starts], np.full(len(starts), segment), row[starts], shared, any_equal)


def _keys(segments: Sequence[Segment], pairs: _Pairs) -> NDArray[np.uint32]:
    """The lower halves of the keys of the second side of some pairs."""
    out = np.zeros(len(pairs.row), np.uint32)
    for number in np.unique(pairs.segment).tolist():
        here = pairs.segment == number
        out[here] = segments[number].keys(pairs.row[here])
    return out


def _who(segments: Sequence[Segment], order: Mapping[str, int], pairs: _Pairs) -> pa.Table:
    """KNOWN rows of the second side of some pairs."""
    names = list(order)
    tables, at = [KNOWN.empty_table()], [np.zeros(0, np.int64)]
    for number in np.unique(pairs.segment).tolist():
        here = np.flatnonzero(pairs.segment == number)
        rows, back = np.unique(pairs.row[here], return_inverse=True)
        found = segments[number].who(rows).take(pa.array(back))
        runs = pa.array([names[age] for age in (pairs.age[here] >> 40).tolist()], pa.string())
        values = {name: found[name] for name in WHO}
        values["key"] = pa.nulls(len(here), pa.uint64())
        values |= {
            "run": runs,
            "segment": pa.array([segments[number].name] * len(here)),
            "row": pa.array(pairs.row[here]),
            "age": pa.array(pairs.age[here]),
        }
        tables.append(pa.table([values[name] for name in KNOWN.names], schema=KNOWN))
        at.append(here)
    places = np.argsort(np.concatenate(at), kind="stable")
    return pa.concat_tables(tables).take(pa.array(places))
