"""Text that a page only declares: JSON-LD of pages that show next to nothing until a script has run.

On pages that do show something, what JSON-LD says besides is no content: of 1,497 annotated pages one product description
in nineteen that are not on display belongs to the content, five answers in 71, no description of an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PATH = "script.json-ld"  # the element of such blocks
TEXTS = {  # type -> what of it is text, in reading order
    **dict.fromkeys(("Article", "NewsArticle", "BlogPosting", "Report", "TechArticle"), ("headline", "articleBody")),
    **dict.fromkeys(("DiscussionForumPosting", "SocialMediaPosting"), ("headline", "articleBody", "text")),
    **dict.fromkeys(("Product", "ProductGroup", "Book", "Course", "Event", "SoftwareApplication"), ("name", "description")),
    "Recipe": ("name", "description", "recipeIngredient", "recipeInstructions"),
    "JobPosting": ("title", "description"),
    "FAQPage": ("mainEntity",),
    "Question": ("name", "acceptedAnswer"),
    "Answer": ("text",),
    "HowToStep": ("text",),
    "HowToSection": ("name", "itemListElement"),
    "Comment": ("text",),
}
DEEPEST = 8  # lists and objects inside each other
LONG = 200  # characters: what is shorter says less than the page's title
NEW = 0.7  # share of a text's runs of words from which the page lacks it: it may show its own text cut and marked up
TAG = re.compile(r"<[^<>]*>")
WORD = re.compile(r"\w+")


def texts(things: Sequence[Mapping[str, Any]], shown: str) -> list[tuple[str, str]]:
    """(path, text or markup) of what the objects hold and the page does not show; nothing if that is little.

    Args:
        things: the objects of the page's JSON-LD.
        shown: the text of the page's visible blocks.
    """
    seen, found = _runs(shown), []
    for path, text in (pair for thing in things for pair in _texts(thing, PATH, 0)):
        runs = _runs(text)
        if len(runs - seen) > NEW * len(runs):
            seen |= runs
            found.append((path, text))
    return found if sum(len(text) for _, text in found) >= LONG else []


def _texts(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """The strings of a value that are text; deeper than a page has reason to nest nothing is looked at."""
    if isinstance(value, str):
        yield path, value
    elif depth < DEEPEST and isinstance(value, list):
        for item in value:
            yield from _texts(item, path, depth + 1)
    elif depth < DEEPEST and isinstance(value, Mapping):
        kind = kind_of(value)
        for name in TEXTS.get(kind, ()):
            yield from _texts(value.get(name), f"{path}>{kind}.{name}", depth + 1)


def kind_of(thing: Mapping[str, Any]) -> str:
    """The type of an object, the first known one if it has several."""
    kinds = thing.get("@type")
    named = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]
    return next((kind for kind in named if kind in TEXTS), "")


def _runs(text: str) -> set[tuple[str, ...]]:
    """Runs of four words; of a shorter text its words as one."""
    words = WORD.findall(TAG.sub(" ", text.lower()))
    return {tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))} if words else set()
