"""What earlier runs have for the rounds of a learner, as though one more batch had been observed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import plan
from pipeline.corpus import Learner, Piece
from pipeline.corpus.partition import ROWS, Keyed, grouped, part_of, split
from pipeline.corpus.stage import EARLIER, OBSERVED
from pipeline.dedup import Candidates, known, numbers, relations, twins
from pipeline.dedup.numbers import column, find
from pipeline.dedup.paragraphs import read_texts
from pipeline.store import Hits, State, refused
from pipeline.tasks import TODAY, Task, facts, reader

_AT_ONCE = 1 << 16  # rows that are looked up or read at a time
_KNOWN = "known"  # the stream of what was met


def pieces(state: State, run: str, task: Task, learner: Learner) -> Iterator[Piece]:
    """The rows of earlier runs, by partition.

    Args:
        state: open.
        run: name of today's run, which never meets its own.
        task: any of the pass in which the learner observes.
        learner: of the pass.

    Raises:
        StateError: the state is damaged, or holds rows of another version.
    """
    if isinstance(learner, Keyed):
        yield from _learnt(state, run, task, learner)
    elif isinstance(learner, Candidates):
        for rows in grouped(reader(task).all(TODAY, ROWS), _AT_ONCE):
            yield from _met(state, run, rows, task.parts)
    else:
        yield from _compared(state, task)


def _learnt(state: State, run: str, task: Task, learner: Keyed) -> Iterator[Piece]:
    today = next(reader(task).all(TODAY, ROWS), None)
    for rows in state.learnt(run, learner.name):
        if today is not None and rows.schema != today.schema:
            raise refused(state.folder, f"its rows of {learner.name} were made by another version")
        yield from learner.spread(rows, task.parts)


def _met(state: State, run: str, rows: pa.Table, parts: int) -> Iterator[Piece]:
    """Paragraphs of earlier runs that today's equal, and pairs of others with today's that may be like them."""
    keys = column(rows, "key")
    hits = state.look_up(run, keys, pa.chunked_array(rows["hashes"]).combine_chunks())
    number = numbers.earlier(column(hits.known, "age"))
    yield Piece(_KNOWN, 0, hits.known.append_column("number", pa.array(number)))
    equal = column(hits.known, "key")[hits.number] == keys[hits.query]
    same = _as_rows(hits, number, np.unique(hits.number[equal]), rows.schema)
    yield from split(ROWS, same, part_of(column(same, "key"), parts), parts)
    query, other = hits.query[~equal], hits.number[~equal]
    values = [keys[query], number[other], column(hits.known, "size")[other]]
    met = pa.table(values, names=["key", "known", "size"])
    yield from split(known.MET, met, part_of(keys[query], parts), parts)


def _as_rows(hits: Hits, number: NDArray[np.int64], which: NDArray[np.int64], schema: pa.Schema) -> pa.Table:
    """Known paragraphs as rows of the first look; what only today's have is empty."""
    values = {name: hits.known[name].take(pa.array(which)) for name in ("size", "key")}
    values |= {"number": pa.array(number[which]), "seq": pa.array(number[which]), "host": pa.array(np.full(len(which), -1))}
    none = {"share": 0, "head": False, "priority": 0, "probes": [], "hashes": []}
    for field in schema:
        if field.name not in values:
            one = none[field.name] if field.name in none else b"\0" * field.type.byte_width
            values[field.name] = pa.array([one] * len(which), field.type)
    return pa.table([values[name] for name in schema.names], schema=schema)


def _compared(state: State, task: Task) -> Iterator[Piece]:
    """Where those stand that are named, and the words of those that are compared."""
    related = facts(task, EARLIER)[Candidates.name]
    if not related.num_rows:
        return
    number, kinds = column(related, "number"), column(related, "kind")
    first = next(n for n, step in enumerate(plan.passes(task.settings)) if isinstance(step.observe, Candidates))
    met = reader(task.of_pass(first))(OBSERVED, _KNOWN, 0)
    named = pa.concat_tables([rows.filter(pa.array(find(np.unique(number), column(rows, "number"))[1])) for rows in met])
    named = named.take(pa.array(np.unique(column(named, "number"), return_index=True)[1]))
    compared = find(np.unique(number[kinds == relations.COMPARED]), column(named, "number"))[1]
    yield Piece(twins.NODES, 0, _nodes(named))
    texts = named.filter(pa.array(compared))
    for start in range(0, texts.num_rows, _AT_ONCE):
        some = texts.slice(start, _AT_ONCE)
        marks = twins.mark(read_texts(state.texts(some)), task.settings.dedup)
        yield from twins.held_texts(column(some, "number"), marks.columns, task.parts)


def _nodes(rows: pa.Table) -> pa.Table:
    zero = pa.array(np.zeros(rows.num_rows))
    values = [rows["number"], rows["number"], rows["pos"], rows["id"], rows["size"], zero, rows["run"]]
    return pa.table(values, schema=twins.NODE)


def by_key(learner: Keyed, task: Task) -> Iterator[pa.Table]:
    """Today's rows of a learner, combined, in an order that no cut of the corpus changes."""
    for part in range(task.parts):
        rows = learner.combined(reader(task)(TODAY, ROWS, part))
        if rows is not None:
            rows = rows.append_column("hash", pa.array(learner.keys(rows)))
            order = [("hash", "ascending"), *((name, "ascending") for name in rows.column_names[:-1])]
            yield rows.sort_by(order).drop_columns(["hash"])
