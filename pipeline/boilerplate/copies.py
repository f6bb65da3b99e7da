"""Passages that an HTML page holds twice: once for wide screens and once for narrow, a thread's posts and its overview.

A reader sees one of them. Of 1,487 annotated pages 285 hold such passages, and the references of most have them once.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.boilerplate import html_model
from pipeline.boilerplate.choose import CLEAN
from pipeline.boilerplate.tokens import Flags, Ints
from pipeline.boilerplate.view import View

WORDS, LONGEST = 8, 6  # of a passage, and of its longest block: "Add to cart" stands in each item of a list
AGAIN = r"(^|>)(tr|pre)([.#][^>]*)?$"  # rows of tables and lines of code are often alike, and each has its place


def rows(view: View, gone: Ints) -> dict[int, str]:
    """Rows of passages that stand above on the same page, with the evidence; the first of them stays.

    Args:
        view: whole documents.
        gone: rows that other rules drop.
    """
    at = _left(view, gone)
    if not len(at):
        return {}
    origin = _origin(view, at)
    copy = origin < np.arange(len(at))
    goes_on = np.append(False, copy[1:] & copy[:-1] & (origin[1:] == origin[:-1] + 1))
    passage = np.cumsum(copy & ~goes_on) * copy  # 0 is none
    words = view.tags.words[at] * copy
    total = np.bincount(passage, words).astype(np.int64)
    longest = np.zeros_like(total)
    np.maximum.at(longest, passage, words)
    found = copy & (total >= WORDS)[passage] & (longest >= LONGEST)[passage]
    return {int(at[k]): f"{total[passage[k]]} words that the page has above" for k in np.flatnonzero(found)}


def _left(view: View, gone: Ints) -> Ints:
    """Rows with words of HTML pages that hold furniture, but for those that are dropped or often alike."""
    left: Flags = (html_model.is_html(view.batch) & (view.tags.clean < CLEAN))[view.doc] & (view.tags.words > 0)
    left[gone] = False
    at = np.flatnonzero(left)
    paths = view.batch.blocks.column("path").take(pa.array(at))
    again = np.asarray(pc.match_substring_regex(paths, AGAIN).to_numpy(), bool)
    return np.asarray(at[~again], np.int64)


def _origin(view: View, at: Ints) -> Ints:
    """Of each row the place among the rows of the first with its text on its page."""
    texts = view.batch.blocks.column("text").take(pa.array(at))
    text = np.asarray(pc.dictionary_encode(texts).combine_chunks().indices, np.int64)
    _, first, group = np.unique(view.doc[at] * (text.max() + 1) + text, return_index=True, return_inverse=True)
    origin: Ints = first[group]
    return origin
