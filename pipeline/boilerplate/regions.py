"""What the elements round an HTML block say: navigation, footer, form, sidebar."""

from __future__ import annotations

import re
from functools import lru_cache

TAGS = frozenset({"nav", "footer", "aside", "form", "button", "select", "dialog", "menu", "label"})
CLASSES = frozenset(
    """
    ad ads advert advertisement banner breadcrumb breadcrumbs byline-share comment-form comment-respond consent cookie cookies
    copyright footer gdpr masthead menu modal nav navbar navigation newsletter pager pagination popup popular promo promotion
    recommended related related-posts respond search share sharing sidebar signup site-footer site-header skip-link social
    sponsor sponsored subscribe subscription tagcloud teaser toolbar topbar trending widget widgets""".split()
)
KEPT = frozenset({"body", "html", "main", "article", "h1", "h2", "h3"})
ELEMENT = re.compile(r"[.#]")
WORDS = re.compile(r"[-_]")


@lru_cache(maxsize=1 << 16)
def region(path: str) -> str:
    """The innermost element that speaks against content; "" if none does.

    A form round the whole page is how some servers work; the classes of `body` say what the page has, not what the block is.

    >>> region("div#page>nav.main>ul>li"), region("form#aspnet>div.text>p"), region("article>aside.note>p")
    ('nav', '', 'aside')
    """
    elements = path.split(">")
    found = (_named(elements[depth], depth <= 1) for depth in range(len(elements) - 1, -1, -1))
    return next(filter(None, found), "")


@lru_cache(maxsize=1 << 16)
def _named(element: str, outermost: bool) -> str:
    """What one element says; the same few stand in the paths of all pages of a site."""
    tag, *classes = ELEMENT.split(element.lower())
    if tag in KEPT:
        return ""
    if tag in TAGS and not (tag == "form" and outermost):
        return tag
    return next((c for c in classes if c in CLASSES or _starts(c)), "")


def certain(name: str) -> bool:
    """Whether the element is enough, unless the tagger is sure of the contrary."""
    return name in (
        "nav",
        "footer",
        "button",
        "select",
        "menu",
        "navbar",
        "breadcrumb",
        "breadcrumbs",
        "cookie",
        "cookies",
        "gdpr",
    )


def _starts(name: str) -> bool:
    """Whether the first or last word of a compound class says it: "footer-links", "main-menu"."""
    words = WORDS.split(name)
    return len(words) > 1 and (words[0] in CLASSES or words[-1] in CLASSES)
