"""What several blocks together show: calendars, menus, teasers, the closers of a page's articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from pipeline.boilerplate.choose import CLEAN, UNLIKELY
from pipeline.boilerplate.found import Found
from pipeline.boilerplate.phrases import Phrase
from pipeline.boilerplate.rules import AGO, NEXT, WEEKDAYS, calendars
from pipeline.boilerplate.tokens import Flags, Ints
from pipeline.boilerplate.view import View

MENU_LINES = 4
MENU_WORDS = 5
MENU_MEAN = 0.3  # probability; 0.5 finds 26 lines of furniture more in 112,535 and loses 38 of content more in 108,772
FINE = 1 << 16  # probabilities as whole numbers
TEASER_WORDS = 30
TEASERS = 8
CLOSER_WORDS = 40
CLOSER_PARTS = 3
NEXT_POST = re.compile(r"(?:next|previous|newer|older) (?:post|article|story)s?", re.IGNORECASE)
WEEK = r"^[a-z.]{1,4}([\s|]+[a-z.]{1,4}){6}\s*$|^[mtwfsldjvgx\s|]{7,30}$"  # seven short words, or seven letters
AGE = re.compile(r"(?:\d+|an?|one|two|three) (?:second|minute|hour|day|week|month|year)s? ago", re.IGNORECASE)


def calendar_rows(view: View) -> dict[int, str]:
    """Rows of archive calendars."""
    heads = view.rows(view.judge(WEEKDAYS.fullmatch, WEEK))
    out: dict[int, str] = {}
    for row in heads.tolist():
        low = max(row - 1, int(view.first[view.doc[row]]))
        high = min(row + 9, int(view.first[view.doc[row] + 1]))
        texts = view.batch.texts(np.arange(low, high))
        out |= dict.fromkeys((low + at for at in calendars(texts)), "month of an archive")
    return out


def menu_rows(view: View) -> Found:
    """Runs of short lines without a sentence's end that the tagger, taken together, does not take for content.

    A list inside an article stays: its run is judged as a whole, between the first and the last line that is unlikely to be
    content. Headline, author and date below a menu are no part of it, nor are the cells of a table.
    """
    words, tags = view.tags.words, view.tags
    short = (words > 0) & (words <= MENU_WORDS) & ~view.ends_sentence & (tags.clean[view.doc] < 0.5)
    low, high = _trimmed(*_runs(short, view.doc, view.blank_lines), np.flatnonzero(short & (tags.content < UNLIKELY)))
    fine = np.append(0, np.cumsum(np.rint(tags.content * FINE).astype(np.int64)))  # sums that no cut of the corpus changes
    menu = (high - low >= MENU_LINES) & (fine[high] - fine[low] < MENU_MEAN * FINE * (high - low))
    low, size = low[menu], (high - low)[menu]
    run = np.repeat(np.arange(len(size)), size)
    rows = np.arange(len(run)) + (low - np.cumsum(size) + size)[run]
    return Found(rows, pa.array([f"{lines} short lines in a run" for lines in size.tolist()], pa.string()).take(pa.array(run)))


def teaser_rows(view: View, phrases: Mapping[int, Phrase]) -> dict[int, str]:
    """Headlines of other articles: below "Next Post" and "Recommended", the same lines elsewhere, and the teaser's age."""
    out: dict[int, str] = {}
    for row in view.rows(view.judge(NEXT_POST.fullmatch, NEXT)).tolist():
        out |= dict.fromkeys(_below(view, row, 1, sure=True), "follows the link to the next or previous post")
    lists = [line for line, phrase in phrases.items() if phrase.family == "related"]
    for row in view.rows(lists).tolist():
        out |= dict.fromkeys(_below(view, row, TEASERS, sure=False), "below a list of other articles")
    out |= _same_lines(view, out)
    ages = view.rows(view.judge(AGE.fullmatch, AGO))
    return out | {int(row): "age of a teaser" for row in ages if view.doubtful[row]}


def _below(view: View, row: int, most: int, *, sure: bool) -> Iterator[int]:
    """Up to `most` headlines under a row; where it is not sure that they are teasers, only those the tagger doubts."""
    for at in range(row + 1, min(row + 1 + most, int(view.first[view.doc[row] + 1]))):
        if view.tags.words[at] > TEASER_WORDS or view.ends_sentence[at] or not (sure or view.doubtful[at]):
            return
        yield at


def _same_lines(view: View, found: dict[int, str]) -> dict[int, str]:
    """Rows with the text of a teaser of the same page."""
    rows = np.array([row for row in found if view.line[row] >= 0], np.int64)
    size = int(view.line.max(initial=0)) + 1
    maybe = np.flatnonzero((view.line >= 0) & view.doubtful)
    again = maybe[np.isin(view.doc[maybe] * size + view.line[maybe], view.doc[rows] * size + view.line[rows])]
    return dict.fromkeys(again.tolist(), "the text of a teaser of this page")


def between_rows(view: View, dropped: Ints) -> dict[int, str]:
    """Blocks that the tagger doubts and that stand between furniture, by whatever rule that is furniture.

    Of 390 such lines between two dropped ones, 374 were furniture; of 561 beside one, with a probability below 0.2, 532
    (21 MB of pages with known truth, on which the two bounds were chosen).
    """
    gone = np.zeros(len(view) + 2, bool)
    gone[dropped + 1] = True
    edge = np.ones(len(view) + 1, bool)
    edge[1:-1] = view.doc[1:] != view.doc[:-1]
    above, below = gone[:-2] & ~edge[:-1], gone[2:] & ~edge[1:]
    both = (above | edge[:-1]) & (below | edge[1:]) & (above | below)
    doubt = np.where(both, 0.5, np.where(above | below, 0.2, 0.0))
    rows = (view.tags.content < doubt) & ~gone[1:-1] & (view.tags.clean[view.doc] < CLEAN) & (view.tags.headline < 0.5)
    return {row: f"content {view.tags.content[row]:.2f}, beside furniture" for row in np.flatnonzero(rows).tolist()}


def closer_rows(view: View) -> dict[int, str]:
    """Lines that stand in most of the articles of one page: what its site put after each."""
    source, part = view.batch.docs.column("source").to_pylist(), view.batch.docs.column("part").to_numpy()
    if not part.any():
        return {}
    page = np.cumsum([i == 0 or source[i] != source[i - 1] or part[i] <= part[i - 1] for i in range(len(part))])
    rows = np.flatnonzero((view.line >= 0) & (part[view.doc] > 0) & (view.tags.words <= CLOSER_WORDS))
    seen = np.unique(np.stack((page[view.doc[rows]], view.line[rows], view.doc[rows])), axis=1)
    pairs, count = np.unique(seen[:2], axis=1, return_counts=True)
    parts = np.bincount(page[part > 0])
    often = {
        (p, line): f"in {n} of {parts[p]} articles of its page"
        for p, line, n in zip(*pairs.tolist(), count.tolist(), strict=True)
        if n >= max(CLOSER_PARTS, 0.5 * parts[p])
    }
    keys = zip(rows.tolist(), page[view.doc[rows]].tolist(), view.line[rows].tolist(), strict=True)
    return {row: often[p, line] for row, p, line in keys if (p, line) in often}


def _trimmed(low: Ints, high: Ints, unlikely: Ints) -> tuple[Ints, Ints]:
    """Runs from their first unlikely row to their last; those without one are left out."""
    first, last = np.searchsorted(unlikely, low), np.searchsorted(unlikely, high) - 1
    some = first <= last
    return unlikely[first[some]], unlikely[last[some]] + 1


def _runs(flags: Flags, doc: Ints, blank_lines: Ints) -> tuple[Ints, Ints]:
    """First row, and row after the last, of runs of flagged rows of one document that no blank line parts."""
    same = flags[1:] & flags[:-1] & (doc[1:] == doc[:-1]) & (blank_lines[1:] == 0)
    alone = np.zeros(min(len(flags), 1), bool)
    starts = np.flatnonzero(flags & ~np.append(alone, same))
    return starts, np.flatnonzero(flags & ~np.append(same, alone)) + 1
