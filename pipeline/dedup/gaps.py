"""Short paragraphs between two copies: of a page that was taken over whole, its sub-heads and list items go too.

A short paragraph alone is no copy, for quotations, refrains and stock phrases stand in many texts. But one that stands
between the same two paragraphs as its twin, or between one of them and the same end of the page, was taken over with them.
Of pages that earlier runs wrote the state keeps no short paragraphs, so between copies of theirs they stay.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.corpus import Batch
from pipeline.dedup import numbers, relations
from pipeline.dedup.numbers import column
from pipeline.dedup.paragraphs import read
from pipeline.text.shingles import sequence_keys
from pipeline.text.words import mix

COPIED, KEPT = "copied gaps", "kept gaps"  # streams: between paragraphs that go, and between those that stay for them
GAP = pa.schema(
    [
        ("number", pa.int64()),  # of a short paragraph
        ("key", pa.uint64()),  # its words, and the paragraphs that stay above and below it
    ]
)
_LONG = 300  # bytes from which a text is not read, and breaks its gap
_EDGE = -1  # in place of the paragraph above the first, and below the last of a document
_ODD = np.uint64(0x9E3779B97F4A7C15)


class _Blocks(NamedTuple):
    """The blocks that stay of some documents, in order."""

    rows: NDArray[np.int64]
    doc: NDArray[np.int64]
    end: NDArray[np.int64]  # place among the ends of gaps; -1 of all others


def copied(batch: Batch, related: pa.Table, min_words: int) -> pa.Table:
    """The short paragraphs between copies.

    Args:
        batch: whole documents.
        related: its relations, sorted by number.
        min_words: of the paragraphs that are copies without regard to what stands round them.
    """
    ends = relations.of_kind(related, relations.COPY)
    return _gaps(batch, column(ends, "number"), column(ends, "twin"), min_words)


def kept(batch: Batch, related: pa.Table, min_words: int) -> pa.Table:
    """The short paragraphs between those that stay for copies; arguments as above."""
    ends = column(relations.of_kind(related, relations.NAMED), "number")
    return _gaps(batch, ends, ends, min_words)


def _gaps(batch: Batch, ends: NDArray[np.int64], labels: NDArray[np.int64], min_words: int) -> pa.Table:
    """Those between some paragraphs, with keys made of their labels; a gap that holds a longer paragraph is none."""
    blocks = _blocks(batch, numbers.rows(ends))
    gap = np.cumsum((blocks.end >= 0) | np.append(True, blocks.doc[1:] != blocks.doc[:-1])[: len(blocks.doc)])
    between = np.flatnonzero(blocks.end < 0)
    lengths = pc.fill_null(pc.binary_length(batch.blocks["text"]), 0).to_numpy()
    between = between[_whole(gap[between], lengths[blocks.rows[between]] > _LONG)]
    words, sizes = np.zeros(len(between), np.uint64), np.zeros(len(between), np.int64)
    for texts in read(batch, blocks.rows[between]):
        at = np.searchsorted(blocks.rows[between], texts.rows)
        words[at], sizes[at] = sequence_keys(texts.words.hashes, texts.words.offsets), texts.sizes
    some = (sizes > 0) & _whole(gap[between], sizes >= min_words)
    above, below = _labels(blocks, labels)
    at = between[some]
    key = mix(mix(mix(above[at].view(np.uint64)) * _ODD + below[at].view(np.uint64)) * _ODD + words[some])
    return pa.table([numbers.first(batch.number) + blocks.rows[at], key], schema=GAP)


def _whole(gap: NDArray[np.int64], breaks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each is of a gap that none of them breaks."""
    broken = np.zeros(int(gap.max(initial=0)) + 1, bool)
    broken[gap[breaks]] = True
    return ~broken[gap]


def _blocks(batch: Batch, ends: NDArray[np.int64]) -> _Blocks:
    docs = batch.column("doc").astype(np.int64)
    rows = np.flatnonzero(batch.kept() & np.isin(docs, np.unique(docs[ends])))
    place = np.full(len(docs), -1, np.int64)
    place[ends] = np.arange(len(ends))
    return _Blocks(rows, docs[rows], place[rows])


def _labels(blocks: _Blocks, labels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each block the label of the end above it and of the one below it in its document."""
    at = np.flatnonzero(blocks.end >= 0)
    label = np.append(labels[blocks.end[at]], _EDGE)
    doc = np.append(blocks.doc[at], _EDGE)
    place = np.searchsorted(at, np.arange(len(blocks.rows)))  # of the next end
    above = np.where(doc[place - 1] == blocks.doc, label[place - 1], _EDGE)
    return above, np.where(doc[place] == blocks.doc, label[place], _EDGE)
