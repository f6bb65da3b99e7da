"""Verdicts and edits -> clean texts and ledger: the one place where anything is dropped.

A ledger row is a patch on the document's text, so that undoing needs no knowledge of blocks: the rows of one layer replace
`after`, which stands at `offset`, by `before`. The layers are undone from the last to the first: the drops of all stages
together, then the edits of each stage in the reverse of the order in which the stages ran.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.corpus import Batch
from pipeline.formats.cut import Cut, cut
from pipeline.text import count

LEDGER = pa.schema(
    [
        ("id", pa.string()),
        ("pos", pa.int32()),  # block of the document, from 0
        ("action", pa.string()),  # "drop" or "edit"
        ("stage", pa.string()),
        ("rule", pa.string()),
        ("evidence", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
        ("twin_id", pa.string()),  # of a duplicate: the document and block that stay
        ("twin_pos", pa.int32()),
        ("offset", pa.int64()),  # characters; where `after` stands in the text that the row's layer leaves
    ]
)

RESULTS = pa.schema(
    [
        ("seq", pa.int64()),
        ("id", pa.string()),
        ("text", pa.string()),
        ("source", pa.string()),
        ("url", pa.string()),
        ("site", pa.string()),
        ("kind", pa.string()),
        ("metadata", pa.string()),
        ("encoding", pa.string()),
        ("newline", pa.string()),
        ("part", pa.int32()),
        ("status", pa.string()),  # "written", or "emptied": nothing of the document is left
        ("sha256", pa.string()),  # of the original text
        ("clean_sha256", pa.string()),
        ("blocks", pa.int32()),
        ("blocks_kept", pa.int32()),
        ("words", pa.int64()),
        ("words_kept", pa.int64()),
        ("lengths", pa.list_(pa.int32())),  # of each block: characters, white space before it included, after all stages
        ("paths", pa.list_(pa.string())),  # of each block; with the links all that a page's text does not show
        ("links", pa.list_(pa.float32())),
    ]
)


EDIT_COLUMNS = ("pos", "stage", "rule", "evidence", "before", "after")


def settle(batch: Batch) -> tuple[pa.Table, pa.Table]:
    """The documents as they will be written (RESULTS) and the ledger rows of the batch (LEDGER), in order."""
    blocks, tails = batch.blocks, batch.docs.column("tail").to_pylist()
    leads = blocks.column("lead").to_pylist()
    bodies = pc.binary_join_element_wise(blocks.column("indent"), blocks.column("text"), "").to_pylist()
    kept, first = batch.kept(), batch.first_blocks()
    parts = zip(pairwise(first.tolist()), tails, strict=True)
    cuts = [cut(leads[a:b], bodies[a:b], kept[a:b], tail) for (a, b), tail in parts]
    return _results(batch, [done.text for done in cuts], first), _ledger(batch, kept, cuts)


def _ledger(batch: Batch, kept: NDArray[np.bool_], cuts: list[Cut]) -> pa.Table:
    """Drops and edits by document and block; at one block the drop first, then the edits from the last stage back."""
    drops, dropped = _drops(batch, np.flatnonzero(~kept), cuts)
    if not batch.edits.num_rows:
        return drops
    edits, edited = _edits(batch)
    table, docs = pa.concat_tables([drops, edits]), np.concatenate((dropped, edited))
    order = np.lexsort((np.arange(len(docs)), table["pos"].to_numpy(), docs))
    return table.take(pa.array(order)).combine_chunks()


def _drops(batch: Batch, rows: NDArray[np.int64], cuts: list[Cut]) -> tuple[pa.Table, NDArray[np.int64]]:
    """The ledger rows of the dropped blocks, and their documents."""
    docs, at, none = batch.column("doc")[rows].astype(np.int64), pa.array(rows), pa.scalar("")
    columns = {name: batch.blocks.column(name).take(at) for name in ("pos", "stage", "rule", "evidence", "twin_id", "twin_pos")}
    columns |= {
        "id": batch.docs.column("id").take(pa.array(docs)),
        "action": pa.repeat(pa.scalar("drop"), len(rows)),
        "before": pa.array([text for done in cuts for text in done.before], pa.string()),
        "after": pa.repeat(none, len(rows)),
        "offset": pa.array([offset for done in cuts for offset in done.offsets], pa.int64()),
    }
    return pa.table([columns[field.name] for field in LEDGER], schema=LEDGER), docs


def _edits(batch: Batch) -> tuple[pa.Table, NDArray[np.int64]]:
    """The ledger rows of the edits, those of the last stage first, and their documents.

    Offsets are counted in the whole text as the edit's stage left it: each stage's edits, undone, give the lengths of
    the blocks as the stage before it left them.
    """
    edits, first = batch.edits, batch.first_blocks()
    heads, lengths = _lengths(batch)
    docs = edits["doc"].to_numpy().astype(np.int64)
    blocks = first[docs] + edits["pos"].to_numpy()
    grown = (pc.utf8_length(edits["before"]).to_numpy() - pc.utf8_length(edits["after"]).to_numpy()).astype(np.int64)
    offsets, layers = heads[blocks] + edits["start"].to_numpy(), list[NDArray[np.int64]]()
    stages = edits["stage"].combine_chunks().dictionary_encode()  # in the order in which the stages ran
    for stage in reversed(range(len(stages.dictionary))):
        rows = np.flatnonzero(stages.indices.to_numpy() == stage)
        starts = np.cumsum(lengths) - lengths
        offsets[rows] += starts[blocks[rows]] - starts[first[docs[rows]]]
        np.add.at(lengths, blocks[rows], grown[rows])
        layers.append(rows)
    order = np.concatenate(layers)
    columns = {name: edits[name] for name in EDIT_COLUMNS} | {
        "id": batch.docs["id"].take(pa.array(docs)),
        "action": pa.repeat(pa.scalar("edit"), len(docs)),
        "offset": pa.array(offsets),
    }
    table = pa.table([columns.get(f.name, pa.nulls(len(docs), f.type)) for f in LEDGER], schema=LEDGER)
    return table.take(pa.array(order)), docs[order]


def _results(batch: Batch, texts: list[str], first: NDArray[np.int64]) -> pa.Table:
    """One RESULTS row a document."""
    kept, words, blocks = batch.kept(), count.words(*batch.buffer()), batch.blocks
    clean = pa.array(texts, pa.string())
    columns = {
        "text": clean,
        "status": pa.array(["written" if text.strip() else "emptied" for text in texts], pa.string()),
        "clean_sha256": pa.array([sha256(text) for text in texts], pa.string()),
        "blocks": _sums(np.ones(len(kept)), first),
        "blocks_kept": _sums(kept, first),
        "words": _sums(words, first),
        "words_kept": _sums(words * kept, first),
        "lengths": _lists(pa.array(_lengths(batch)[1], pa.int32()), first),
        "paths": _lists(blocks.column("path"), first),
        "links": _lists(blocks.column("link"), first),
    }
    columns = {field.name: columns.get(field.name) for field in RESULTS}
    return pa.table([batch.docs.column(name) if values is None else values for name, values in columns.items()], schema=RESULTS)


def _lengths(batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Characters of the white space before each block, and of block and white space."""
    lead, indent, text = (pc.utf8_length(batch.blocks.column(name)).to_numpy() for name in ("lead", "indent", "text"))
    return (lead + indent).astype(np.int64), (lead + indent + text).astype(np.int64)


def _lists(column: pa.Array | pa.ChunkedArray, first: NDArray[np.int64]) -> pa.Array:
    """The values of a block column, one list a document."""
    values = pa.concat_arrays(column.chunks or [pa.array([], column.type)]) if isinstance(column, pa.ChunkedArray) else column
    return pa.ListArray.from_arrays(pa.array(first, pa.int32()), values)


def _sums(values: NDArray[Any], first: NDArray[np.int64]) -> pa.Array:
    """The sum of a block column over each document."""
    total = np.concatenate(([0], np.cumsum(values)))
    return pa.array((total[first[1:]] - total[first[:-1]]).astype(np.int64))


def sha256(text: str) -> str:
    """Hex digest of a text's UTF-8 bytes.

    >>> sha256("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()
