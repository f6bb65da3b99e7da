"""Passages that a page holds twice: for wide screens and for narrow, a post and the overview of its thread, a quotation of all.

A reader wants one of them. Of 1,487 annotated pages as HTML 285 hold such passages, and the references of most have them once.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.boilerplate.choose import CLEAN
from pipeline.boilerplate.tokens import Flags, Ints
from pipeline.boilerplate.view import View

WORDS, LONGEST = 8, 6  # of a passage, and of its longest block: "Add to cart" stands in each item of a list
ALIKE = 20  # words of a passage in the same elements as the first, or of plain text: a manual says one thing of many functions
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
    path, origin = _numbered(view, "path", at), _first(view.doc[at], _numbered(view, "text", at))
    passage = _passages(origin)
    words, elsewhere = view.tags.words[at] * (passage > 0), path != path[origin]
    total, longest = np.bincount(passage, words), np.zeros(passage.max() + 1, np.int64)
    np.maximum.at(longest, passage, words)
    enough = np.where(np.bincount(passage, elsewhere) > 0, WORDS, ALIKE)
    is_copy = (total >= enough) & (longest >= LONGEST)
    found = np.flatnonzero(is_copy[passage])
    return {int(at[k]): f"{int(total[passage[k]])} words that the page has above" for k in found}


def _passages(origin: Ints) -> Ints:
    """Numbers runs of copies of rows that follow one another, from 1; 0 for what is no copy."""
    copy = origin < np.arange(len(origin))
    goes_on = np.append(False, copy[1:] & copy[:-1] & (origin[1:] == origin[:-1] + 1))
    return np.asarray(np.cumsum(copy & ~goes_on) * copy, np.int64)


def _left(view: View, gone: Ints) -> Ints:
    """Rows with words of pages that hold furniture, but for those that are dropped or often alike; others have refrains."""
    left: Flags = (view.tags.clean < CLEAN)[view.doc] & (view.tags.words > 0)
    left[gone] = False
    at = np.flatnonzero(left)
    paths = view.batch.blocks.column("path").take(pa.array(at))
    again = np.asarray(pc.match_substring_regex(paths, AGAIN).to_numpy(), bool)
    return np.asarray(at[~again], np.int64)


def _numbered(view: View, name: str, at: Ints) -> Ints:
    """A number for each distinct value of some rows of a column."""
    values = view.batch.blocks.column(name).take(pa.array(at))
    return np.asarray(pc.dictionary_encode(values).combine_chunks().indices, np.int64)


def _first(doc: Ints, text: Ints) -> Ints:
    """Of each row the place of the first with its text in its document."""
    _, first, group = np.unique(doc * (text.max() + 1) + text, return_index=True, return_inverse=True)
    return np.asarray(first[group], np.int64)
