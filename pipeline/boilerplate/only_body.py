"""The body alone: title, author and date go too, for runs that ask for it (and comments, by their own rule).

What a page says of itself names its title and author; where it says nothing, the tagger's likeliest headline stands for
the title. Author and date stand above the first paragraph; below it a short line with a date is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import orjson

from pipeline.boilerplate.byline import is_byline
from pipeline.boilerplate.templates import is_posting
from pipeline.boilerplate.tokens import Ints
from pipeline.boilerplate.view import PARAGRAPH, View

LIKELY = 0.5  # probability from which the tagger's word on headline and byline counts
BELOW_TITLE = 3  # blocks
BYLINE_WORDS = 14  # "Words by Ann Smith, photographs by Li Wei, 3 May 2024"
TITLE_WORDS = 3  # a shorter title is a section's name as often
LONGEST_TITLE = 25  # words
READING = re.compile(r"(?:estimated )?(?:reading time:?)?\s*\d+\s*min(?:ute)?s?\.?(?:\s+read(?:ing time)?)?", re.IGNORECASE)
WORD = re.compile(r"\w+")

Found = dict[int, str]


class Said(NamedTuple):
    """What a page says of itself, as words."""

    title: str
    author: str


def rows(view: View, titled: Sequence[int] = ()) -> Found:
    """Rows of title and byline, with the evidence.

    Args:
        view: whole documents.
        titled: rows of the likeliest headlines, however unsure.
    """
    out: Found = {}
    unsure = {int(view.doc[row]): row for row in titled}
    heads, paragraphs = _first_likely(view), _paragraphs(view)
    for doc, said in enumerate(_said(view)):
        low, high = int(view.first[doc]), int(view.first[doc + 1])
        head = heads.get(doc, low)
        above = min(int(paragraphs[np.searchsorted(paragraphs, head)]), high)
        byline = _of_byline(view, said.author, low, above)
        title = _of_title(view, said.title, low, high, above)
        title |= _over_byline(unsure.get(doc), byline)
        out |= byline | (title or _above_byline(view, low, min(byline, default=low)))
    bylines = np.flatnonzero(view.tags.byline >= LIKELY).tolist()
    return out | {row: f"byline {view.tags.byline[row]:.2f}" for row in bylines if row not in out}


def says_who_or_when(text: str, author: str) -> bool:
    """Whether a short line at the top of a page gives its author, date or reading time.

    >>> [says_who_or_when(t, "ann smith") for t in ("Words: Ann Smith", "Updated: May 3, 2024", "4 min read", "The mill")]
    [True, True, True, False]
    """
    words = " ".join(WORD.findall(text.lower()))
    named = bool(author) and f" {author} " in f" {words} " and len(words.split()) <= BYLINE_WORDS
    return named or is_byline(text) or is_posting(text) or bool(READING.fullmatch(text))


def _of_title(view: View, title: str, low: int, high: int, above: int) -> Found:
    """Blocks with the page's own title, and the likely headlines above its first paragraph."""
    length = len(title.split())
    near = np.flatnonzero((np.abs(view.tags.words[low:high] - length) <= 1) & (length >= TITLE_WORDS)) + low
    texts = zip(near.tolist(), view.batch.texts(near), strict=True)
    out = {row: "the title of the page" for row, text in texts if " ".join(WORD.findall(text.lower())) == title}
    likely = np.flatnonzero(view.tags.headline[low:above] >= LIKELY) + low
    return out | {row: f"headline {view.tags.headline[row]:.2f}" for row in likely.tolist() if row not in out}


def _over_byline(row: int | None, byline: Found) -> Found:
    """A headline of which the tagger is unsure, if author or date stands below: a menu above may hold what looks like one."""
    dated = row is not None and any(row < at <= row + BELOW_TITLE for at in byline)
    return {row: "over author and date"} if row is not None and dated else {}


def _above_byline(view: View, low: int, byline: int) -> Found:
    """The line over author and date, of a page whose headline the tagger does not know."""
    row = byline - 1
    if row < low or not TITLE_WORDS <= view.tags.words[row] <= LONGEST_TITLE or view.ends_sentence[row]:
        return {}
    return {row: "above author and date"}


def _of_byline(view: View, author: str, low: int, high: int) -> Found:
    short = np.flatnonzero(view.tags.words[low:high] <= BYLINE_WORDS) + low
    texts = zip(short.tolist(), view.batch.texts(short), strict=True)
    return {row: "author or date above the text" for row, text in texts if says_who_or_when(text, author)}


def _said(view: View) -> Iterator[Said]:
    for metadata in view.batch.docs.column("metadata").to_pylist():
        found = orjson.loads(metadata or "{}")
        title, author = (" ".join(WORD.findall((found.get(name) or "").lower())) for name in ("title", "author"))
        yield Said(title, author)


def _paragraphs(view: View) -> Ints:
    """The rows of paragraphs, and the row after the last block."""
    paragraph = (view.tags.words >= PARAGRAPH) & (view.tags.content >= LIKELY) & (view.tags.headline < LIKELY)
    return np.append(np.flatnonzero(paragraph), len(view))


def _first_likely(view: View) -> dict[int, int]:
    """The first likely headline of each document that has one."""
    likely = np.flatnonzero(view.tags.headline >= LIKELY)
    docs, at = np.unique(view.doc[likely], return_index=True)
    return dict(zip(docs.tolist(), likely[at].tolist(), strict=True))
