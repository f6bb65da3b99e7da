"""Which blocks of a page stay, from their probabilities: the balance between content lost and furniture left."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.features import number_pages
from pipeline.boilerplate.tagger import Tags
from pipeline.boilerplate.tokens import Flags, Ints

Balance = Literal["keep", "even", "strip"]
UNLIKELY = 0.1  # content below this goes even on "keep"; 0.15 lost 1.9 % of content words on unseen sites, not 1.5 %
CLEAN = 0.3  # from here a page is left alone: above 0.3 few pages with furniture are, below 0.5 some clean ones still
_CLOSER = 0.9  # a line that surely ends an article goes with half the evidence: readers expect none in running text
_FINE = 1 << 16  # probabilities as whole numbers, so that running sums do not depend on what stands before a page
_SLOPE, _SHIFT = 0.6, -1.0  # clean documents in training made the model too sure, and of content above all
_PRECISE = 0.25  # weight of recall on "strip"


def _calibration() -> Ints:
    """Whole-number probability -> calibrated one (Platt 1999); a table, so that equals stay equal in any batch."""
    p = (np.arange(_FINE + 1) + 0.5) / (_FINE + 1)
    return np.rint(_FINE / (1 + np.exp(-_SLOPE * np.log(p / (1 - p)) - _SHIFT))).astype(np.int64)


_CALIBRATED = _calibration()


def choose(tags: Tags, page: NDArray[np.integer], words: NDArray[np.integer], balance: Balance = "keep") -> Flags:
    """The blocks to keep.

    Args:
        tags: What `tag` said of the batch.
        page: Row of the document of each block, ascending.
        words: Words of each block.
        balance: "keep" loses next to no content, "even" maximises the expected F1 of the page's words, "strip" leaves
            next to no furniture.

    Returns:
        True for each block to keep.
    """
    if not len(page):
        return np.zeros(0, bool)
    if balance == "keep":
        return _likely(tags, np.asarray(page, np.int64))
    fine = calibrated(tags.content)
    share = 1.0 if balance == "even" else _PRECISE
    best = _expected_f(fine, np.asarray(page, np.int64), np.asarray(words, np.int64), share)
    return best if balance == "even" else best & (tags.content >= 0.5)


def calibrated(content: NDArray[np.float32]) -> Ints:
    """Probabilities that are right as often as they say, in units of 1/65,536."""
    return _CALIBRATED[np.rint(content * _FINE).astype(np.int64)]


def _likely(tags: Tags, page: Ints) -> Flags:
    """All of a page that looks clean, else all but what is surely furniture."""
    untouched: Flags = tags.clean[page] >= CLEAN
    furniture = (tags.content < UNLIKELY) | ((tags.closer >= _CLOSER) & (tags.content < 0.5))
    return untouched | ~furniture


def _expected_f(fine: Ints, page: Ints, words: Ints, share: float) -> Flags:
    """The set of each page with the highest expected F of its words; `share` 1 is F1, less favours precision.

    With the blocks by falling probability, F of the first k is expected as sum(p w) / (sum(w) + share * all(p w))
    (Lewis 1995: the optimum under a measure of effectiveness is a threshold of the page's own).
    """
    weight = np.maximum(words, 1)
    order = np.lexsort((np.arange(len(page)), -fine, page))
    pages = number_pages(page)
    right = _running(fine[order] * weight[order], pages.first, pages.rows)
    taken = _running(weight[order], pages.first, pages.rows)
    total = np.repeat(right[pages.first + pages.rows - 1], pages.rows)
    value = right / (taken * _FINE + share * total + 1)
    best = np.repeat(np.maximum.reduceat(value, pages.first), pages.rows)
    reached = np.where(value >= best, np.arange(len(page)), len(page))
    cut = np.repeat(np.minimum.reduceat(reached, pages.first), pages.rows)
    keep = np.zeros(len(page), bool)
    keep[order] = np.arange(len(page)) <= cut
    return keep


def _running(values: Ints, first: Ints, count: Ints) -> Ints:
    """Running sums that begin anew with each page."""
    total = np.cumsum(values)
    return total - np.repeat(total[first] - values[first], count)
