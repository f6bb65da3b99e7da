"""Verdicts and edits -> clean texts and ledger: the one place where anything is dropped.

A ledger row is a patch on the document's text, so that undoing needs no knowledge of blocks: the rows of one layer replace
`after`, which stands at `offset`, by `before`. The layers are undone from the last to the first: the drops of all stages
together, then the edits of each stage in the reverse of the order in which the stages ran.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Batch
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
    ]
)


EDIT_COLUMNS = ("pos", "stage", "rule", "evidence", "before", "after")


class Piece(NamedTuple):
    """A block as it stands between its neighbours: `lead + body`; the body is indent and text."""

    lead: str
    body: str

    @property
    def whole(self) -> str:
        """All of it."""
        return self.lead + self.body


class Drop(NamedTuple):
    """What the removal of block `block` took out of the text at `offset`."""

    block: int
    offset: int
    before: str


def settle(batch: Batch) -> tuple[pa.Table, pa.Table]:
    """The documents as they will be written (RESULTS) and the ledger rows of the batch (LEDGER), in order."""
    leads, indents, bodies = (batch.blocks.column(name).to_pylist() for name in ("lead", "indent", "text"))
    pieces = [Piece(lead, indent + text) for lead, indent, text in zip(leads, indents, bodies, strict=True)]
    heads = [len(lead) + len(indent) for lead, indent in zip(leads, indents, strict=True)]
    kept, first = batch.kept(), batch.first_blocks()
    edits = {doc: list(rows) for doc, rows in groupby(_edit_rows(batch), key=lambda row: row["doc"])}
    verdicts = _verdicts(batch, np.flatnonzero(~kept))
    ids, tails = batch.docs.column("id").to_pylist(), batch.docs.column("tail").to_pylist()
    texts: list[str] = []
    ledger: list[dict[str, Any]] = []
    for doc, name in enumerate(ids):
        a, b = int(first[doc]), int(first[doc + 1])
        text, drops = cut(pieces[a:b], kept[a:b], tails[doc])
        texts.append(text)
        rows = [{**verdicts[a + d.block], "before": d.before, "offset": d.offset} for d in drops]
        if doc in edits:
            lengths = np.array([len(piece.whole) for piece in pieces[a:b]])
            rows += _place(edits[doc], heads[a:b], lengths)
        ledger += [{"id": name, **row} for row in sorted(rows, key=lambda row: int(row["pos"]))]
    return _results(batch, texts, first), pa.Table.from_pylist(ledger, schema=LEDGER)


def cut(pieces: list[Piece], kept: NDArray[np.bool_], tail: str) -> tuple[str, list[Drop]]:
    r"""The text without the dropped blocks, and what each drop took.

    Between two blocks that stay, one of the gaps stays: the one with the most line breaks, so that paragraphs that stood
    apart still do.

    >>> cut([Piece("", "Menu"), Piece("\n\n", "A"), Piece("\n", "Share"), Piece("\n\n", "B")], np.array([0, 1, 0, 1]) > 0, "\n")
    ('A\n\nB\n', [Drop(block=0, offset=0, before='Menu\n\n'), Drop(block=2, offset=1, before='\nShare')])
    """
    if kept.all():
        return "".join(piece.whole for piece in pieces) + tail, []
    if not kept.any():
        drops = [Drop(i, 0, piece.whole) for i, piece in enumerate(pieces)]
        return "", [*drops[:-1], drops[-1]._replace(before=drops[-1].before + tail)]
    out, drops, size = [], [], 0
    for start, end in _runs(kept):
        if kept[start]:
            part = "".join(piece.whole for piece in pieces[start:end])
        elif end == len(pieces):
            drops += [Drop(i, size, pieces[i].whole) for i in range(start, end)]
            part = ""
        else:
            gap = start if start == 0 else max(range(start, end + 1), key=lambda i: (pieces[i].lead.count("\n"), i))
            drops += [Drop(i, size, pieces[i].whole) for i in range(start, gap)]
            part = pieces[gap].lead
            drops += [Drop(i, size + len(part), pieces[i].body + pieces[i + 1].lead) for i in range(gap, end)]
            pieces = [*pieces[:end], Piece("", pieces[end].body), *pieces[end + 1 :]]
        out.append(part)
        size += len(part)
    return "".join(out) + tail, drops


def _runs(kept: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Starts and ends of the runs of equal values."""
    edges = [0, *(np.flatnonzero(kept[1:] != kept[:-1]) + 1).tolist(), len(kept)]
    return pairwise(edges)


def _verdicts(batch: Batch, rows: NDArray[np.int64]) -> dict[int, dict[str, Any]]:
    """Row of each dropped block -> its part of the ledger row."""
    names = ["pos", "stage", "rule", "evidence", "twin_id", "twin_pos"]
    found = batch.blocks.select(names).take(pa.array(rows)).to_pylist()
    return {int(i): {"action": "drop", "after": "", **row} for i, row in zip(rows, found, strict=True)}


def _edit_rows(batch: Batch) -> list[dict[str, Any]]:
    """Edits by document; those of one document in the order in which they were made."""
    if not batch.edits.num_rows:
        return []
    order = np.argsort(batch.edits.column("doc").to_numpy(), kind="stable")
    return list(batch.edits.take(pa.array(order)).to_pylist())


def _place(edits: list[dict[str, Any]], heads: list[int], lengths: NDArray[np.int64]) -> list[dict[str, Any]]:
    """The edits of one document with offsets in the whole text as their stage left it.

    Args:
        edits: in the order of the stages.
        heads: characters of lead and indent of each block.
        lengths: characters of each block, lead and indent included, after all stages.
    """
    rows: list[dict[str, Any]] = []
    lengths = lengths.copy()
    layers = [list(layer) for _, layer in groupby(edits, key=lambda edit: edit["stage"])]
    for layer in reversed(layers):
        starts = np.cumsum(lengths) - lengths
        for edit in layer:
            offset = int(starts[edit["pos"]]) + heads[edit["pos"]] + edit["start"]
            rows.append({"action": "edit", "offset": offset, **{k: edit[k] for k in EDIT_COLUMNS}})
        for edit in layer:
            lengths[edit["pos"]] += len(edit["before"]) - len(edit["after"])
    return rows


def _results(batch: Batch, texts: list[str], first: NDArray[np.int64]) -> pa.Table:
    """One RESULTS row a document."""
    kept, words = batch.kept(), count.words(*batch.buffer())
    clean = pa.array(texts, pa.string())
    columns = {
        "text": clean,
        "status": pa.array(["written" if text.strip() else "emptied" for text in texts], pa.string()),
        "clean_sha256": pa.array([sha256(text) for text in texts], pa.string()),
        "blocks": _sums(np.ones(len(kept)), first),
        "blocks_kept": _sums(kept, first),
        "words": _sums(words, first),
        "words_kept": _sums(words * kept, first),
    }
    columns = {field.name: columns.get(field.name) for field in RESULTS}
    return pa.table([batch.docs.column(name) if values is None else values for name, values in columns.items()], schema=RESULTS)


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
