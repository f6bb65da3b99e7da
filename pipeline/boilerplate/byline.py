"""Author and date under a headline stay: annotated pages leave them out, so the tagger takes them for furniture."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pipeline.boilerplate.rules import MONTHS
from pipeline.boilerplate.tokens import Ints
from pipeline.boilerplate.view import View

BELOW = 7  # blocks under the headline among which author and date stand; share bars stand among them too
HEADLINE = 0.3  # of the likeliest block of a document
NEARLY = 0.6  # of the likeliest block's probability
MONTH = rf"(?<!\w)(?:{MONTHS})(?!\w)"  # a vowel sign of Hindi ends a word and is no letter: \b fails after it
DATE = re.compile(
    rf"\b\d{{1,2}}\b.{{0,12}}{MONTH}.{{0,12}}\b\d{{4}}\b|{MONTH}.{{0,8}}\d{{1,2}}\b.{{0,4}}\b\d{{4}}\b|\b\d{{4}}\.?\s{MONTH}\s\d{{1,2}}\b|"
    r"\b\d{4}-\d\d-\d\d\b|\b(?:19|20)\d\d([./])\s?\d{1,2}\1\s?\d{1,2}\b|\b\d{1,2}([./])\d{1,2}\2(?:19|20)\d\d\b|"
    r"\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]",
    re.IGNORECASE,
)
DIGITS = re.compile(r"\d{4}")
BY = re.compile(
    r"(?:(?:written|posted|published|story|words|text)\s+)?(?:by|von|por|par|di|door)\s+\S+(?:\s+\S+){0,7}|"
    r"(?:author|autor(?:in|a)?|auteur|autore|автор|来源|作者|记者|文|記者)\s*[:：]\s*\S+(?:\s+\S+){0,5}",
    re.IGNORECASE,
)
PARTICLES = ("de", "da", "di", "del", "van", "von", "der", "la", "le", "bin", "al", "dos")
NAME = re.compile(rf"[^\W\d_a-z][^\W\d_]*\.?(?:[ '’-](?:(?:{'|'.join(PARTICLES)})[ -])*[^\W\d_a-z][^\W\d_]*\.?){{1,3}}")


def rows(view: View, heads: Sequence[int] = ()) -> set[int]:
    """Rows of author and date lines under the headline of each document.

    Args:
        view: whole documents.
        heads: rows of further headlines.
    """
    head, last = _headlines(view, heads)
    below = head[:, None] + np.arange(1, BELOW + 1)
    rows = below[below < last[:, None]]
    return {row for row, text in zip(rows.tolist(), view.batch.texts(rows), strict=True) if is_byline(text)}


def has_date(text: str) -> bool:
    """Whether a date stands in a text: all have four digits in a row, few lines do, and months are slow to look for.

    >>> [has_date(t) for t in ("Posted on 12 March 2024", "2024-03-12", "In March", "March 12")]
    [True, True, False, False]
    """
    return bool(DIGITS.search(text) and DATE.search(text))


def is_byline(text: str) -> bool:
    """A date, "By Ann Smith", or a bare name.

    >>> [is_byline(t) for t in ("12 March 2024", "By Ann Smith", "Óscar van der Berg", "Share this", "Home Culture", "Login")]
    [True, True, True, False, True, False]
    """
    if len(text) > 80 or "\n" in text:
        return False
    return bool(has_date(text) or BY.fullmatch(text) or (NAME.fullmatch(text) and _is_name(text)))


def _is_name(text: str) -> bool:
    """Whether the words begin with capitals, or are three at most in a script without: four may be a headline."""
    first = [word[0] for word in text.split() if word.lower() not in PARTICLES]
    return all(c.isupper() for c in first) or (len(first) <= 3 and not any(c.islower() or c.isupper() for c in first))


def _headlines(view: View, heads: Sequence[int]) -> tuple[Ints, Ints]:
    """For each document with a headline: its row, and the row after the document's last.

    Of several likely headlines the first: below it the standfirst, and even the author's office, look like one.
    """
    known = np.array(heads, np.int64)
    likely = np.flatnonzero(view.tags.headline >= HEADLINE)
    best = np.zeros(len(view.first), np.float32)
    np.maximum.at(best, view.doc[likely], view.tags.headline[likely])
    likely = likely[view.tags.headline[likely] >= NEARLY * best[view.doc[likely]]]
    likely = np.append(known, likely[~np.isin(view.doc[likely], view.doc[known])])
    docs, at = np.unique(view.doc[likely], return_index=True)
    return likely[at], view.first[docs + 1]
