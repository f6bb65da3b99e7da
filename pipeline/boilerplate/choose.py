"""Which blocks of a page stay, from their probabilities: the balance between content lost and furniture left."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.features import Pages, number_pages
from pipeline.boilerplate.tagger import Tags
from pipeline.boilerplate.tokens import Flags, Ints

Balance = Literal["keep", "even", "strip"]
UNLIKELY, POWER = 0.25, 21  # "keep" drops content below 0.25 F**21, F being what the page's best blocks are expected to reach:
# an article (0.97) loses blocks below 0.13, a list of products (0.8) next to none. One border of 0.1 for all pages lost 1.8 %
# of the content words of unseen sites (collections 11 %), this 0.29 %
CLEAN = 0.05  # from here a page is left alone: 0.3 touched one letter in seven and found no more furniture
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
        return _likely(tags, np.asarray(page, np.int64), np.asarray(words, np.int64))
    fine = calibrated(tags.content)
    share = 1.0 if balance == "even" else _PRECISE
    best = _expected_f(fine, np.asarray(page, np.int64), np.asarray(words, np.int64), share)
    return best if balance == "even" else best & (tags.content >= 0.5)


def calibrated(content: NDArray[np.float32]) -> Ints:
    """Probabilities that are right as often as they say, in units of 1/65,536."""
    return _CALIBRATED[np.rint(content * _FINE).astype(np.int64)]


def _likely(tags: Tags, page: Ints, words: Ints) -> Flags:
    """All of a page that looks clean, else all but what is surely furniture on a page whose content is clear."""
    untouched: Flags = tags.clean[page] >= CLEAN
    clear = _Ranked.of(calibrated(tags.content), page, words, 1.0).best
    furniture = (tags.content < UNLIKELY * clear**POWER) | ((tags.closer >= _CLOSER) & (tags.content < 0.5))
    return untouched | ~furniture


def _expected_f(fine: Ints, page: Ints, words: Ints, share: float) -> Flags:
    """The set of each page with the highest expected F of its words; `share` 1 is F1, less favours precision."""
    ranked = _Ranked.of(fine, page, words, share)
    at = np.arange(len(page))
    reached = np.where(ranked.value >= ranked.best, at, len(page))
    cut = np.repeat(np.minimum.reduceat(reached, ranked.pages.first), ranked.pages.rows)
    keep = np.zeros(len(page), bool)
    keep[ranked.order] = at <= cut
    return keep


class _Ranked(NamedTuple):
    """The blocks of each page by falling probability.

    F of the first k is expected as (1 + share) sum(p w) / (sum(w) + share * all(p w)) (Lewis 1995: the optimum under a
    measure of effectiveness is a threshold of the page's own).
    """

    order: Ints
    pages: Pages
    value: NDArray[np.float64]  # of each block in this order: expected F of the blocks up to it
    best: NDArray[np.float64]  # of each block's page

    @classmethod
    def of(cls, fine: Ints, page: Ints, words: Ints, share: float) -> _Ranked:
        """From probabilities in units of 1/65,536."""
        weight = np.maximum(words, 1)
        order = np.argsort(page * (_FINE + 1) + _FINE - fine, kind="stable")
        pages = number_pages(page)
        right = _running(fine[order] * weight[order], pages.first, pages.rows)
        taken = _running(weight[order], pages.first, pages.rows)
        total = np.repeat(right[pages.first + pages.rows - 1], pages.rows)
        value = (1 + share) * right / (taken * _FINE + share * total + 1)
        return cls(order, pages, value, np.repeat(np.maximum.reduceat(value, pages.first), pages.rows))


def _running(values: Ints, first: Ints, count: Ints) -> Ints:
    """Running sums that begin anew with each page."""
    total = np.cumsum(values)
    return total - np.repeat(total[first] - values[first], count)
