"""A batch: whole documents as Arrow columns, one row a block, with the verdicts and edits so far.

A document's text is, exactly, the blocks in order, each as `lead + indent + text`, and then the document's `tail`:

* `lead`   the line break that ends the line before, blank lines, trailing spaces; empty for most first blocks
* `indent` the white space before the block's first character
* `text`   the block: a paragraph, headline, list item, menu line; it starts and ends with a visible character, and
  holds line breaks only where hard-wrapped lines form one paragraph

Nothing is lost in that partition, so that a dropped block can be put back where it stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

DOCS = pa.schema(
    [
        ("seq", pa.int64()),  # place in the order of the sorted inputs; ties between twins go to the smallest
        ("id", pa.string()),
        ("site", pa.string()),  # host of the URL, else the folder
        ("source", pa.string()),  # path of the input file within INPUT
        ("url", pa.string()),
        ("kind", pa.string()),  # "text" or "html"
        ("metadata", pa.string()),  # JSON object: what the input row held beside the known keys
        ("encoding", pa.string()),  # of the input bytes: "utf-8", "utf-8-sig", "cp1252", ...
        ("newline", pa.string()),  # "\n", or "\r\n" and "\r" where the whole input used them
        ("part", pa.int32()),  # 0: the only record of its input; 1, 2, ...: articles split from one page
        ("tail", pa.string()),
        ("sha256", pa.string()),  # of the decoded original text of this record, UTF-8, before any edit
    ]
)

BLOCKS = pa.schema(
    [
        ("doc", pa.int32()),  # row of the document in this batch
        ("pos", pa.int32()),  # place of the block in its document, from 0
        ("lead", pa.string()),
        ("indent", pa.string()),
        ("text", pa.string()),
        ("path", pa.string()),  # HTML: tags and classes from body to the block, "div.main>p"; "" for plain text
        ("link", pa.float32()),  # HTML: share of the block's characters that stand in links; 0 for plain text
        ("stage", pa.string()),  # verdict: the stage that drops the block; null while it stays
        ("rule", pa.string()),
        ("evidence", pa.string()),
        ("twin_seq", pa.int64()),  # the paragraph that stays, for a duplicate; else null
        ("twin_pos", pa.int32()),
        ("twin_id", pa.string()),
    ]
)

EDITS = pa.schema(
    [
        ("doc", pa.int32()),
        ("pos", pa.int32()),
        ("stage", pa.string()),
        ("rule", pa.string()),
        ("evidence", pa.string()),
        ("start", pa.int32()),  # characters from the start of the block's text as this stage leaves it
        ("before", pa.string()),
        ("after", pa.string()),
    ]
)


class Edit(NamedTuple):
    """One replacement inside a block: `before` became `after`, which starts at `start` in the text after the stage."""

    row: int  # row of the block in its batch
    start: int  # characters
    before: str
    after: str
    rule: str
    evidence: str


class Verdicts(NamedTuple):
    """Blocks to drop: columns of equal length; `twins` is (seq, pos, id) columns where another paragraph stays."""

    rows: NDArray[np.int64]
    rules: Sequence[str] | pa.Array
    evidence: Sequence[str] | pa.Array
    twins: tuple[Sequence[int], Sequence[int], Sequence[str]] | None = None


@dataclass(frozen=True)
class Batch:
    """Whole documents; immutable by contract: a stage returns a batch with replaced columns."""

    docs: pa.Table
    blocks: pa.Table
    edits: pa.Table
    number: int = 0  # place among all batches, which are in the order of the input

    def __len__(self) -> int:
        return int(self.blocks.num_rows)

    def column(self, name: str) -> NDArray[Any]:
        """A block column without nulls as numpy (numbers), for tests that all blocks need."""
        return np.asarray(self.blocks.column(name).combine_chunks().to_numpy(zero_copy_only=False))

    def kept(self) -> NDArray[np.bool_]:
        """True for each block that no stage has dropped."""
        return np.asarray(self.blocks.column("stage").is_null().to_numpy())

    def texts(self, rows: NDArray[np.int64] | None = None) -> list[str]:
        """The texts of all blocks, or of some rows, as Python strings."""
        column = self.blocks.column("text")
        return list((column if rows is None else column.take(pa.array(rows))).to_pylist())

    def buffer(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """UTF-8 bytes of all texts, and len+1 offsets into them; views of Arrow memory where it is one chunk from 0."""
        return utf8(self.blocks.column("text"))

    def first_blocks(self) -> NDArray[np.int64]:
        """Docs+1 row numbers: the blocks of document d are the rows first[d] to first[d + 1]."""
        return np.searchsorted(self.column("doc"), np.arange(self.docs.num_rows + 1)).astype(np.int64)

    def drop(self, stage: str, verdicts: Verdicts) -> Batch:
        """This batch with verdicts on blocks that had none; an earlier stage's verdict stays."""
        free = self.kept()[verdicts.rows]
        if not free.any():
            return self
        rows, at = verdicts.rows[free], pa.array(np.flatnonzero(free))
        new = {"stage": pa.repeat(stage, len(rows))}
        new |= {"rule": _strings(verdicts.rules).take(at), "evidence": _strings(verdicts.evidence).take(at)}
        if verdicts.twins is not None:
            for name, values in zip(("twin_seq", "twin_pos", "twin_id"), verdicts.twins, strict=True):
                new[name] = pa.array(values, BLOCKS.field(name).type).take(at)
        return replace(self, blocks=_scatter(self.blocks, rows, new))

    def rewrite(self, stage: str, rows: NDArray[np.int64], texts: Sequence[str], edits: Sequence[Edit]) -> Batch:
        """This batch with new texts in some rows (ascending, unique), and the edits that made them."""
        if not len(rows):
            return self
        blocks = _scatter(self.blocks, rows, {"text": pa.array(texts, pa.string())})
        at = pa.array([e.row for e in edits], pa.int64())
        table = pa.table(
            {
                "doc": self.blocks.column("doc").take(at),
                "pos": self.blocks.column("pos").take(at),
                "stage": pa.array([stage] * len(edits), pa.string()),
                "rule": pa.array([e.rule for e in edits], pa.string()),
                "evidence": pa.array([e.evidence for e in edits], pa.string()),
                "start": pa.array([e.start for e in edits], pa.int32()),
                "before": pa.array([e.before for e in edits], pa.string()),
                "after": pa.array([e.after for e in edits], pa.string()),
            },
            schema=EDITS,
        )
        return replace(self, blocks=blocks, edits=pa.concat_tables([self.edits, table]))


def utf8(column: pa.ChunkedArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of a string column and their len+1 offsets."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.string())
    if array.null_count:
        array = pc.fill_null(array, "")
    _, offset_buffer, data = array.buffers()
    if not len(array):
        return np.zeros(0, np.uint8), np.zeros(1, np.int64)
    offsets = np.frombuffer(offset_buffer, np.int32)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    content = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    return content[offsets[0] : offsets[-1]], offsets - offsets[0]


def _strings(values: Sequence[str] | pa.Array) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, pa.string())


def _scatter(table: pa.Table, rows: NDArray[np.int64], new: Mapping[str, pa.Array]) -> pa.Table:
    """The table with new values written over the rows of some columns."""
    index = np.arange(table.num_rows)
    index[rows] = table.num_rows + np.arange(len(rows))
    at = pa.array(index)
    for name, values in new.items():
        column = pa.concat_arrays([*table.column(name).chunks, values]).take(at)
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)
    return table
