"""What stands beside the body of an article and is no part of it: who wrote it, what it does not promise, what it asks for.

Only `--only-body` asks: in a corpus a biography is text like any other. The names of elements tell, and at the end of a page
the words of a biography. Words of disclaimers and of pleas for readers do not: 205 of 489 such words are in the references.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np

from pipeline.boilerplate.tokens import Ints
from pipeline.boilerplate.view import View

MOST = 0.25  # of a page's words may stand in such elements: more is a list of biographies, or a name that means another thing
LAST = 0.8  # of a page's words stand above a biography that its words alone tell
LONGEST = 1_000  # bytes of one
BODY = frozenset({"body", "main", "article"})
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
NAMES = frozenset({"bio", "biography", "disclaimer", "disclosure", "cta", "excerpt", "tooltip"})
PAIRS = frozenset(
    {("about", "author"), ("the", "author"), ("to", "action")}
    | {("author", of) for of in ("about", "box", "card", "desc", "description", "details", "info", "profile", "section")}
)
STATES = frozenset({"has", "hide", "is", "no", "show", "with"})  # "has-cta" is said of the page that has one
BIOGRAPHY = re.compile(
    r"(?i:about the author|über den autor|à propos de l['’]auteur|sobre (?:el|o) autor|sull['’]autore|o autorze)\b.*|"
    r"(?:[A-Z][\w.'’-]*\s+){1,3}[A-Z][\w'’-]+,?\s+(?:is|ist|est|es|è|é|jest)\s+(?:\S+\s+){0,8}?"
    r"(?i:writer|editor|journalist|reporter|author|columnist|contributor|correspondent|freelancer|blogger|copywriter|"
    r"autor|redakteur|auteur|autrice|rédact\w+|periodista|redactor|escritor|giornalist|scritt|redattor|jornalista|redator|"
    r"redacteur|schrijver|dziennikar|redaktor)\w*\b.*",
    re.DOTALL,
)


def rows(view: View) -> dict[int, str]:
    """Rows of what stands beside the body, with the evidence.

    Args:
        view: whole documents.
    """
    return _told(view) | _named(view)


@lru_cache(maxsize=1 << 16)
def named(path: str) -> str:
    """The outermost element whose class or id says that it holds no body; "" if there is none.

    >>> named("main>div.authorBio>p"), named("div#about-the-author>p"), named("article.has-disclaimer>p"), named("p.author")
    ('authorBio', 'about-the-author', '', '')
    """
    steps = (re.split(r"[.#]", step) for step in path.split(">"))
    return next((name for tag, *names in steps if tag not in BODY for name in names if _says(name)), "")


def _says(name: str) -> bool:
    words = [word.lower() for word in WORD.findall(name)]
    return not STATES.intersection(words[:1]) and not (NAMES.isdisjoint(words) and PAIRS.isdisjoint(pairwise(words)))


def _named(view: View) -> dict[int, str]:
    """Rows in elements with such names, of pages of which they are a small part."""
    paths = view.batch.blocks.column("path").combine_chunks().dictionary_encode()
    names = [named(path) for path in paths.dictionary.to_pylist()]
    if not any(names):
        return {}
    at = np.asarray(paths.indices)
    inside, words = np.array([bool(name) for name in names])[at], _words(view)
    some, all_words = (np.bincount(view.doc, values, len(view.first) - 1) for values in (words * inside, words))
    found = np.flatnonzero(inside & (some <= MOST * all_words)[view.doc])
    return {row: f"in {names[at[row]]!r}" for row in found.tolist()}


def _told(view: View) -> dict[int, str]:
    """Biographies at the end of a page."""
    words = _words(view)
    above = np.cumsum(words) - words
    begin, end = (np.append(above, words.sum())[edge][view.doc] for edge in (view.first[:-1], view.first[1:]))
    last = (words > 0) & (view.lengths <= LONGEST) & (above - begin >= LAST * (end - begin))
    at = np.flatnonzero(last)
    found = zip(at.tolist(), view.batch.texts(at), strict=True)
    return {row: "who wrote it" for row, text in found if BIOGRAPHY.fullmatch(text)}


def _words(view: View) -> Ints:
    """Words of each block that the tagger would keep."""
    words: Ints = view.tags.words * view.chosen
    return words
