"""Markdown as a reader sees it: a link is its text, a picture in a line is nothing. Only the verdicts are made on that.

Pages turned into Markdown have the address of each link in their lines, which no rule and no tagger has learnt to read: word
F1 of the stage on 309 such pages of unseen sites .806, with links as their text .844 (benchmarks).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.boilerplate.tokens import Ints
from pipeline.corpus import Batch
from pipeline.text.find import holding

_TARGET = r"\(\s*(?:<[^<>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)?)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
LINK = r"\[([^\[\]]*)\]" + _TARGET
IMAGE = "!" + LINK
CONTENTS = r"^(?:[*+-]|\d+[.)])\s+\[[^\[\]]*\]\(#[^()\s]*\)$"  # an entry in the list of a page's own sections, which is no menu
_TEXT, _WORD = "text", r"[\pL\pN]"


def reading(batch: Batch) -> Batch:
    """The batch with the targets of links and the pictures taken out of its texts; a block of nothing else keeps their names.

    Args:
        batch: whole documents; as many blocks come out.
    """
    rows, column = holding(*batch.buffer(), "["), batch.blocks.column(_TEXT)
    texts = column.take(pa.array(rows))
    marked = pc.and_not(pc.match_substring(texts, "]("), pc.match_substring_regex(texts, CONTENTS)).to_numpy()
    if not marked.any():
        return batch
    rows, texts = rows[marked], texts.filter(pa.array(marked)).combine_chunks()
    named = _linked(pc.replace_substring_regex(texts, IMAGE, r"\1"))
    bare = _linked(pc.replace_substring_regex(texts, IMAGE, ""))
    found = pc.if_else(_says(bare), bare, pc.if_else(_says(named), named, texts))
    flags = np.zeros(len(batch), bool)
    flags[rows] = True
    text = pc.replace_with_mask(column.combine_chunks(), pa.array(flags), found)
    place = batch.blocks.schema.get_field_index(_TEXT)
    return replace(batch, blocks=batch.blocks.set_column(place, batch.blocks.schema.field(place), text))


def pictures(batch: Batch) -> Ints:
    """Rows of the blocks that show nothing but pictures, linked or not."""
    text, offsets = batch.buffer()
    before = np.append(text[1:] == ord("["), False) & (text == ord("!"))
    rows = np.unique(np.searchsorted(offsets, np.flatnonzero(before), side="right") - 1)
    texts = batch.blocks.column(_TEXT).take(pa.array(rows))
    bare = _linked(pc.replace_substring_regex(texts, IMAGE, ""))
    return np.asarray(rows[pc.match_substring_regex(texts, IMAGE).to_numpy() & ~_says(bare).to_numpy()], np.int64)


def _linked(texts: pa.ChunkedArray) -> Any:
    """Links as their texts, white space at the ends taken off."""
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, LINK, r"\1"))


def _says(texts: pa.ChunkedArray) -> Any:
    return pc.match_substring_regex(texts, _WORD)
