"""Which blocks of a page stay, from their probabilities: the balance between content lost and furniture left."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.features import number_pages
from pipeline.boilerplate.tagger import Tags
from pipeline.boilerplate.tokens import Flags, Ints

Balance = Literal["keep", "even", "strip"]
_FINE = 1 << 16  # probabilities as whole numbers, so that running sums do not depend on what stands before a page


def choose(tags: Tags, page: NDArray[np.integer], words: NDArray[np.integer], balance: Balance = "keep") -> Flags:
    """The blocks to keep.

    Args:
        tags: What `tag` said of the batch.
        page: Row of the document of each block, ascending.
        words: Words of each block.
        balance: "keep" loses next to no content, "even" maximises the expected F1 of the page's words, "strip" leaves next to
            no furniture.

    Returns:
        True for each block to keep.
    """
    if not len(page):
        return np.zeros(0, bool)
    if balance == "keep":
        return _likely(tags, np.asarray(page, np.int64))
    share = 1.0 if balance == "even" else 0.25
    best = _expected_f(tags.content, np.asarray(page, np.int64), np.asarray(words, np.int64), share)
    return best if balance == "even" else best & (tags.content >= 0.5)


def _likely(tags: Tags, page: Ints) -> Flags:
    """All of a page that looks clean, else all but what is surely furniture."""
    untouched: Flags = tags.clean[page] >= 0.5
    return untouched | (tags.content >= 0.1)


def _expected_f(content: NDArray[np.float32], page: Ints, words: Ints, share: float) -> Flags:
    """The set of each page with the highest expected F of its words; `share` 1 is F1, less favours precision.

    With the blocks by falling probability, F of the first k is expected as sum(p w) / (sum(w) + share * all(p w)) (Lewis 1995:
    the optimum under a measure of effectiveness is a threshold of the page's own).
    """
    weight = np.maximum(words, 1)
    fine = np.rint(content * _FINE).astype(np.int64)
    order = np.lexsort((np.arange(len(page)), -fine, page))
    pages = number_pages(page)
    right = _running(fine[order] * weight[order], pages.first, pages.count)
    taken = _running(weight[order], pages.first, pages.count)
    total = np.repeat(right[pages.first + pages.count - 1], pages.count)
    value = right / (taken * _FINE + share * total + 1)
    best = np.repeat(np.maximum.reduceat(value, pages.first), pages.count)
    reached = np.where(value >= best, np.arange(len(page)), len(page))
    cut = np.repeat(np.minimum.reduceat(reached, pages.first), pages.count)
    keep = np.zeros(len(page), bool)
    keep[order] = np.arange(len(page)) <= cut
    return keep


def _running(values: Ints, first: Ints, count: Ints) -> Ints:
    """Running sums that begin anew with each page."""
    total = np.cumsum(values)
    return total - np.repeat(total[first] - values[first], count)
