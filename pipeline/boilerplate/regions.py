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
PART = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@lru_cache(maxsize=1 << 16)
def region(path: str) -> str:
    """The innermost element that speaks against content; "" if none does.

    A form round the whole page is how some servers work; the classes of `body` say what the page has, not what the block is.

    >>> region("div#page>nav.main>ul>li"), region("form#aspnet>div.text>p"), region("article>aside.note>p")
    ('nav', '', 'aside')
    """
    elements = path.split(">")
    for depth in range(len(elements) - 1, -1, -1):
        tag, *classes = re.split(r"[.#]", elements[depth].lower())
        if tag in ("body", "html", "main", "article") or re.fullmatch(r"h[1-3]", tag):
            continue
        if tag in TAGS and not (tag == "form" and depth <= 1):
            return tag
        named = next((c for c in classes if c in CLASSES or _starts(c)), "")
        if named:
            return named
    return ""


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
    words = re.split(r"[-_]", name)
    return len(words) > 1 and (words[0] in CLASSES or words[-1] in CLASSES)
