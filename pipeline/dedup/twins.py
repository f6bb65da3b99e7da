"""Second look: the paragraphs to compare, and the verdicts that follow from comparing them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.corpus import Batch
from pipeline.dedup import guard, relations
from pipeline.dedup.inside import SHARE
from pipeline.dedup.overlap import Lists, overlap
from pipeline.dedup.paragraphs import Addresses, Paragraphs, lengths_to_offsets, read, read_texts
from pipeline.dedup.settings import Settings
from pipeline.dedup.settle import Edges, in_words, settle
from pipeline.text.runs import distinct
from pipeline.text.shingles import shingles

_PAIRS = 1 << 11  # compared at a time

ROWS = pa.schema(
    [
        ("seq", pa.int64()),
        ("pos", pa.int32()),
        ("rank", pa.int64()),  # place in the order of preference
        ("id", pa.string()),
        ("words", pa.list_(pa.uint32())),  # codes of the guard; none where only the id is needed
        ("numbers", pa.list_(pa.uint32())),
        ("names", pa.string()),  # the capitalised words, in lower case
    ]
)
VERDICTS = pa.schema(
    [
        ("seq", pa.int64()),
        ("pos", pa.int32()),
        ("rule", pa.string()),
        ("evidence", pa.string()),
        ("twin_seq", pa.int64()),
        ("twin_pos", pa.int32()),
        ("twin_id", pa.string()),
    ]
)


class Found(NamedTuple):
    """Rows of a table that address blocks of a batch, and the block rows they address."""

    table: pa.Table
    rows: NDArray[np.int64]


def lookup(batch: Batch, table: pa.Table) -> Found:
    """The rows of a table sorted by (seq, pos) that address blocks of the batch."""
    seqs = np.asarray(batch.docs.column("seq").to_numpy())
    if not len(seqs) or not table.num_rows:
        return Found(table.slice(0, 0), np.zeros(0, np.int64))
    column = table.column("seq").to_numpy()
    first, last = np.searchsorted(column, seqs.min()), np.searchsorted(column, seqs.max(), side="right")
    part = table.slice(first, last - first)
    order = np.argsort(seqs, kind="stable")
    at = np.minimum(np.searchsorted(seqs[order], part.column("seq").to_numpy()), len(seqs) - 1)
    docs = order[at]
    keys = batch.column("doc").astype(np.int64) << 32 | batch.column("pos")
    wanted = docs << 32 | part.column("pos").to_numpy()
    rows = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    here = (seqs[docs] == part.column("seq").to_numpy()) & (keys[rows] == wanted) if len(keys) else np.zeros(0, bool)
    return Found(part.filter(pa.array(here)), rows[here])


def observe(batch: Batch, related: pa.Table) -> pa.Table:
    """Rows of those paragraphs of the batch that a relation names."""
    found = lookup(batch, related)
    kinds = found.table.column("kind").to_numpy()
    wanted = np.flatnonzero(kinds <= relations.COMPARED)
    rows, table = found.rows[wanted], found.table.take(pa.array(wanted))
    compared = kinds[wanted] == relations.COMPARED
    words, numbers, names = _marked(batch, rows[compared])
    take = pa.array(np.where(compared, np.cumsum(compared) - 1, 0), mask=~compared)
    docs = pa.array(batch.column("doc")[rows])
    values = {
        "seq": table.column("seq"),
        "pos": table.column("pos"),
        "rank": table.column("rank"),
        "id": batch.docs.column("id").take(docs),
        "words": words.take(take),
        "numbers": numbers.take(take),
        "names": names.take(take),
    }
    return pa.table(values, schema=ROWS)


def _marked(batch: Batch, rows: NDArray[np.int64]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Words, numbers and names of some blocks."""
    return _marks(read(batch, rows))


def _marks(texts: Iterable[Paragraphs]) -> tuple[pa.Array, pa.Array, pa.Array]:
    parts = [(guard.mark(part), part) for part in texts]
    words = [_as_arrow(marked.codes) for marked, _ in parts]
    numbers = [_as_arrow(marked.numbers) for marked, _ in parts]
    names = [_names(texts, marked.codes.hashes) for marked, texts in parts]
    empty = pa.array([], pa.list_(pa.uint32()))
    return (
        pa.concat_arrays([empty, *words]),
        pa.concat_arrays([empty, *numbers]),
        pa.concat_arrays([pa.array([], pa.string()), *names]),
    )


def _as_arrow(lists: Lists) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(lists.offsets.astype(np.int32)), pa.array(lists.hashes))


def _names(texts: Paragraphs, codes: NDArray[np.uint32]) -> pa.Array:
    """The capitalised words of each text, a space after each."""
    chosen = np.flatnonzero(codes & guard.CAPITAL)
    sizes = texts.words.ends[chosen] - texts.words.starts[chosen] + 1
    ends = np.cumsum(sizes)
    places = np.arange(int(sizes.sum())) + np.repeat(texts.words.starts[chosen] - ends + sizes, sizes)
    data = texts.folded.folded[places]
    data[ends - 1] = 32
    edges = lengths_to_offsets(sizes)[np.searchsorted(chosen, texts.words.offsets)]
    return pa.StringArray.from_buffers(len(edges) - 1, pa.py_buffer(edges.astype(np.int32)), pa.py_buffer(data))


def verdicts(rows: pa.Table, related: pa.Table, known: pa.Table, settings: Settings) -> pa.Table:
    """What is dropped, and for which paragraph that stays.

    A paragraph goes only if it is itself alike to one that stays: there are no chains.

    Args:
        rows: of the second look, sorted by paragraph.
        related: relations.
        known: paragraphs of earlier runs, with the texts of those that are compared.
        settings: of the stage.
    """
    rows = pa.concat_tables([_known_rows(known, related), rows])
    if not rows.num_rows:
        return VERDICTS.empty_table()
    addresses = Addresses(rows.column("seq").to_numpy(), rows.column("pos").to_numpy())
    edges = _edges(rows, related, addresses, settings)
    twin, edge = settle(edges, rows.column("rank").to_numpy())
    copies = _of_kind(related, relations.COPY)
    leader = addresses.find(copies.column("twin_seq").to_numpy(), copies.column("twin_pos").to_numpy())
    goes = np.flatnonzero(twin >= 0)
    stays = twin[leader] < 0
    first = pa.concat_tables([rows.select(["seq", "pos"]).take(pa.array(goes)), copies.select(["seq", "pos"])])
    twins = np.concatenate((twin[goes], np.where(stays, leader, twin[leader])))
    by = np.concatenate((edge[goes], np.where(stays, -1, edge[leader])))
    named = rows.select(["seq", "pos", "id"]).take(pa.array(twins))
    runs = dict(zip(known["seq"].to_pylist(), known["run"].to_pylist(), strict=True))
    rule, evidence = in_words(by, edges, named, runs)
    values = [first.column("seq"), first.column("pos"), rule, evidence, *named.columns]
    return pa.table(values, schema=VERDICTS).sort_by([("seq", "ascending"), ("pos", "ascending")]).combine_chunks()


def _known_rows(known: pa.Table, related: pa.Table) -> pa.Table:
    """ROWS of those known paragraphs that a relation names."""
    wanted = related.filter(pc.and_(pc.less(related["seq"], 0), pc.less_equal(related["kind"], relations.COMPARED)))
    if not wanted.num_rows:
        return ROWS.empty_table()
    known = known.sort_by([("seq", "ascending")])
    rows = np.searchsorted(known["seq"].to_numpy(), wanted["seq"].to_numpy())
    found = known.take(pa.array(rows))
    compared = wanted["kind"].to_numpy() == relations.COMPARED
    words, numbers, names = _marks(read_texts(found["text"].filter(pa.array(compared))))
    take = pa.array(np.where(compared, np.cumsum(compared) - 1, 0), mask=~compared)
    marked = {"words": words.take(take), "numbers": numbers.take(take), "names": names.take(take)}
    values = {"seq": found["seq"], "pos": found["pos"], "rank": wanted["rank"], "id": found["id"], **marked}
    return pa.table(values, schema=ROWS)


def compared_known(related: pa.Table) -> NDArray[np.int64]:
    """`seq` of the known paragraphs whose texts are needed."""
    kinds, seqs = related["kind"].to_numpy(), related["seq"].to_numpy()
    return np.asarray(seqs[(seqs < 0) & (kinds == relations.COMPARED)])


def _of_kind(related: pa.Table, kind: int) -> pa.Table:
    return related.filter(pa.array(related.column("kind").to_numpy() == kind))


def _edges(rows: pa.Table, related: pa.Table, addresses: Addresses, settings: Settings) -> Edges:
    """All relations that hold, proved by their shingles and not stopped by the guard."""
    inside = _of_kind(related, relations.INSIDE)
    share = inside.column("share").to_numpy().astype(np.float64)
    found = [Edges(*_ends(inside, addresses), share, np.ones(len(share), bool))]
    for kind in (relations.NEAR, relations.MAYBE_INSIDE):
        table = _of_kind(related, kind)
        for start in range(0, table.num_rows, _PAIRS):
            ends = _ends(table.slice(start, _PAIRS), addresses)
            found.append(_proved(rows, *ends, kind == relations.MAYBE_INSIDE, settings))
    return Edges(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _proved(rows: pa.Table, first: NDArray[np.int64], second: NDArray[np.int64], contained: bool, settings: Settings) -> Edges:
    """Those of some pairs of rows that hold; only their own words are gathered, so that memory is bounded."""
    used = distinct(np.concatenate((first, second)))
    one, two = np.searchsorted(used, first), np.searchsorted(used, second)
    words, numbers, names = (take(rows.column(name), used) for name in ("words", "numbers", "names"))
    texts = guard.compared(as_lists(words), as_lists(numbers), names)
    parts = Lists(*shingles(texts.words.hashes.astype(np.uint64), texts.words.offsets, settings.shingle))
    found = overlap(parts, one, parts, two)
    score, least = (found.inside, SHARE) if contained else (found.jaccard, settings.threshold)
    holds = np.flatnonzero(score >= least)
    if settings.guard:
        stops = guard.lacks if contained else guard.swapped
        holds = holds[~stops(texts, one[holds], two[holds])]
    return Edges(first[holds], second[holds], score[holds], np.full(len(holds), contained))


def take(column: pa.ChunkedArray, rows: NDArray[np.int64]) -> pa.Array:
    """Rows, ascending, of a column, chunk by chunk: Arrow itself would put all chunks together first."""
    pieces, start = [column.chunk(0).slice(0, 0)], 0
    for chunk in column.chunks:
        first, last = np.searchsorted(rows, (start, start + len(chunk)))
        pieces.append(chunk.take(pa.array(rows[first:last] - start)))
        start += len(chunk)
    return pa.concat_arrays(pieces)


def as_lists(array: pa.ListArray) -> Lists:
    """A list column; nulls are empty lists."""
    lengths = np.asarray(pc.fill_null(pc.list_value_length(array), 0).to_numpy(), np.int64)
    return Lists(np.asarray(array.flatten().to_numpy()), lengths_to_offsets(lengths))


def _ends(table: pa.Table, addresses: Addresses) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    one = addresses.find(table.column("seq").to_numpy(), table.column("pos").to_numpy())
    return one, addresses.find(table.column("twin_seq").to_numpy(), table.column("twin_pos").to_numpy())
