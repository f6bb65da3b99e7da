"""What goes, for what, and why in words: the facts of each batch, and numbers for the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.corpus import Piece, Read
from pipeline.corpus.stage import OBSERVED, REPORT
from pipeline.dedup import gaps, numbers
from pipeline.dedup.numbers import by_batch, column, find
from pipeline.dedup.partners import CAPPED
from pipeline.dedup.relations import each_batch
from pipeline.dedup.rules import CONTAINED, EXACT, NEAR
from pipeline.dedup.settle import SETTLED
from pipeline.dedup.twins import COPIES, EDGE, NODE, NODES, TURNS, fetch_of, settle_of
from pipeline.text.runs import distinct, heads

LARGEST = 20  # clusters that are named to the report
_SAME, _BETWEEN = -1.0, -2.0  # in place of the score of an exact copy, and of a short one between copies
_AT_ONCE = 1 << 16  # verdicts as Python objects at a time

VERDICTS = pa.schema(
    [
        ("number", pa.int64()),
        ("rule", pa.string()),  # null: this one stays
        ("evidence", pa.string()),
        ("twin_seq", pa.int64()),
        ("twin_pos", pa.int32()),
        ("twin_id", pa.string()),
        ("copies", pa.int64()),  # that go for it
    ]
)
_WHERE = [("number", pa.int64()), ("id", pa.string()), ("pos", pa.int32())]
NUMBERS = pa.schema([("what", pa.string()), ("count", pa.int64()), *_WHERE])


@dataclass(frozen=True)
class Verdicts:
    """The verdicts on a partition of the batches."""

    name: str = "verdicts"

    def tasks(self, parts: int) -> int:
        """One a partition of the batches."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Rows of those that go, for this partition, and of those that stay for them, for theirs."""
        copies = [np.zeros((2, 0), np.int64)]
        copies += [np.stack((column(rows, "number"), column(rows, "twin"))) for rows in read(OBSERVED, COPIES, task)]
        number, leader = np.concatenate(copies, axis=1)
        gone = _settled(distinct(leader), task, parts, read)
        own = gone.filter(pa.array(_of_task(column(gone, "number"), task, parts)))
        at, goes = find(column(gone, "number"), leader)
        at = at[goes]
        twin, score, inside = leader.copy(), np.full(len(leader), _SAME), np.zeros(len(leader), bool)
        twin[goes], score[goes], inside[goes] = (column(gone, name)[at] for name in ("second", "score", "contained"))
        short, same = _taken_over(task, read)
        number = np.concatenate((column(own, "number"), number, short))
        twin = np.concatenate((column(own, "second"), twin, same))
        score = np.concatenate((column(own, "score"), score, np.full(len(short), _BETWEEN)))
        inside = np.concatenate((column(own, "contained").astype(bool), inside, np.zeros(len(short), bool)))
        if len(number):
            named = _nodes(distinct(twin), read)
            for start in range(0, len(number), _AT_ONCE):
                some = slice(start, start + _AT_ONCE)
                yield from by_batch(SETTLED, _rows(number[some], twin[some], score[some], inside[some], named), parts)
            yield from by_batch(SETTLED, _stay(twin, named), parts)


def _taken_over(task: int, read: Read) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Short paragraphs between copies in this partition that stand between the twins of these too, and where."""
    copied = pa.concat_tables([gaps.GAP.empty_table(), *read(OBSERVED, gaps.COPIED, task)])
    wanted = distinct(column(copied, "key"))
    every = (rows.filter(pa.array(find(wanted, column(rows, "key"))[1])) for rows in read(OBSERVED, gaps.KEPT, 0))
    kept = pa.concat_tables([gaps.GAP.empty_table(), *every])
    order = np.lexsort((column(kept, "number"), column(kept, "key")))
    keys, twins = column(kept, "key")[order], column(kept, "number")[order]
    first = heads(keys)
    at, found = find(keys[first], column(copied, "key"))
    return column(copied, "number")[found], twins[first][at[found]] if len(first) else twins


def _of_task(found: NDArray[np.int64], task: int, parts: int) -> NDArray[np.bool_]:
    return np.asarray((numbers.batches(found) % parts == task) & (found >= 0))


def _settled(leaders: NDArray[np.int64], task: int, parts: int, read: Read) -> pa.Table:
    """The edges by which paragraphs of this partition go, and those by which others go that stand for copies here."""
    found = [EDGE.empty_table()]
    for rows in read(settle_of(TURNS), SETTLED, 0):
        number = column(rows, "first")
        found.append(rows.filter(pa.array(_of_task(number, task, parts) | find(leaders, number)[1])))
    return pa.concat_tables(found).rename_columns(["number", *EDGE.names[1:]]).sort_by("number").combine_chunks()


def _nodes(wanted: NDArray[np.int64], read: Read) -> pa.Table:
    """Where some paragraphs stand."""
    every = read(OBSERVED, NODES, 0)
    found = [rows.filter(pa.array(find(wanted, column(rows, "number"))[1])) for rows in every]
    return pa.concat_tables([NODE.empty_table(), *found]).sort_by("number").combine_chunks()


def _rows(
    number: NDArray[np.int64],
    twin: NDArray[np.int64],
    score: NDArray[np.float64],
    inside: NDArray[np.bool_],
    named: pa.Table,
) -> pa.Table:
    """Verdicts; a score below zero is an exact copy's."""
    at = named.take(pa.array(find(column(named, "number"), twin)[0]))
    rule = pa.array([EXACT, CONTAINED, NEAR]).take(pa.array(np.where(score < 0, 0, np.where(inside, 1, 2))))
    values = [
        pa.array(number),
        rule,
        _evidence(score, inside, at),
        at["seq"],
        at["pos"],
        at["id"],
        pa.array(np.zeros(len(number), np.int64)),
    ]
    return pa.table(values, schema=VERDICTS)


def _evidence(score: NDArray[np.float64], inside: NDArray[np.bool_], at: pa.Table) -> pa.Array:
    """Why each goes, in words, which are few for those that name nothing but their score."""
    scores, nth = np.unique(score, return_inverse=True)
    own = np.flatnonzero(inside | np.asarray(pc.not_equal(at["run"], "").to_numpy()))
    where = at.select(["pos", "id", "run"]).take(pa.array(own)).to_pydict().values()
    said = [_said(one) for one in scores.tolist()]
    said += [_said(*row) for row in zip(score[own].tolist(), *where, inside[own].tolist(), strict=True)]
    nth[own] = np.arange(len(scores), len(said))
    return pa.array(said, pa.string()).take(pa.array(nth))


def _said(score: float, pos: int = 0, doc: str = "", run: str = "", contained: bool = False) -> str:
    said = f"contained in {doc}:{pos} {score:.2f}" if contained else f"Jaccard {score:.2f}"
    said = {_SAME: "same words", _BETWEEN: "same words between the same paragraphs"}.get(score, said)
    return said + (f" of run {run}" if run else "")


def _stay(twin: NDArray[np.int64], named: pa.Table) -> pa.Table:
    """Those that stay, each with how many go for it."""
    ordered = np.sort(twin)
    starts = heads(ordered)
    at = named.take(pa.array(find(column(named, "number"), ordered[starts])[0]))
    none = pa.nulls(len(starts), pa.string())
    count = np.diff(np.append(starts, len(ordered)))
    values = [pa.array(ordered[starts]), none, none, at["seq"], at["pos"], at["id"], pa.array(count)]
    return pa.table(values, schema=VERDICTS)


@dataclass(frozen=True)
class Conclude:
    """Gathers the verdicts of each batch: the facts, and the numbers."""

    name: str = "conclude"

    def tasks(self, parts: int) -> int:
        """One a partition of the batches."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Facts, sorted by paragraph, and numbers."""
        rows = pa.concat_tables([VERDICTS.empty_table(), *read("verdicts", SETTLED, task)])
        stays = rows["rule"].is_null()
        gone = rows.filter(pc.invert(stays))
        by = rows.filter(stays).group_by(["number", "twin_id", "twin_pos"], use_threads=False)
        clusters = by.aggregate([("copies", "sum")])
        largest = clusters.sort_by([("copies_sum", "descending"), ("number", "ascending")]).slice(0, LARGEST)
        counts = {row["values"]: row["counts"] for row in pc.value_counts(gone["rule"]).to_pylist()}
        counts |= {"clusters": clusters.num_rows, "against state": int(pc.sum(pc.less(gone["twin_seq"], 0)).as_py() or 0)}
        counts["capped"] = 0 if task else sum(sum(column(one, "count").tolist()) for one in read(fetch_of(1), CAPPED, 0))
        yield from (said(what, [count]) for what, count in counts.items())
        yield said("largest", (column(largest, "copies_sum") + 1).tolist(), largest)
        yield from each_batch(rows)


def said(what: str, count: list[int], clusters: pa.Table | None = None) -> Piece:
    """Numbers for the report: of something, or of clusters."""
    names = [pa.array([what] * len(count)), pa.array(count, pa.int64())]
    if clusters is None:
        where = [pa.nulls(len(count), NUMBERS.field(name).type) for name in ("number", "id", "pos")]
    else:
        where = [clusters["number"], clusters["twin_id"], clusters["twin_pos"]]
    return Piece(REPORT, 0, pa.table([*names, *where], schema=NUMBERS))
