"""Lines that site software writes: the phrase table, `data/phrases.toml`, and how a line is looked up in it.

Adding a phrase is adding a line to the table. A phrase under `certain` is furniture wherever it stands alone on a line; one
under `likely` also heads sections of real text ("Search", "Contact"), so it counts only where the page around it agrees.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

LONGEST = 240  # characters; no phrase of the table is longer
EDGE = " \t\u00a0.,:;!?*•·-–—|»«›‹>→←↓↑▼▲…_[](){}\"'“”‘’#+&©\u200e\u200f"
SPACE = re.compile(r"\s+")
NUMBER = re.compile(r"\d+")


class Phrase(NamedTuple):
    """What the table says of a line."""

    family: str  # the software or the part of a page it belongs to: the evidence in the ledger
    certain: bool


def look_up(text: str, own: frozenset[str] = frozenset()) -> Phrase | None:
    """The table's word on a line, or None.

    Args:
        text: a block.
        own: keys of further phrases, from the user.

    >>> look_up("  Leave a Reply ").family, look_up("3 Comments").family, look_up("A reply that leaves questions")
    ('comments', 'comments', None)
    """
    if len(text) > LONGEST:
        return None
    key = normal(text)
    if key in own:
        return Phrase("settings", certain=True)
    exact, patterns = table()
    if key in exact:
        return exact[key]
    return next((phrase for pattern, phrase in patterns if pattern.fullmatch(key)), None)


def normal(text: str) -> str:
    """A line as the table holds it: lower case, one space between words, no marks at the ends, numbers as 0."""
    return NUMBER.sub("0", SPACE.sub(" ", text.replace("’", "'").lower()).strip(EDGE))


def keys(phrases: Iterable[str]) -> frozenset[str]:
    """Phrases of the user as keys."""
    return frozenset(normal(phrase) for phrase in phrases) - {""}


@lru_cache(maxsize=1)
def table() -> tuple[dict[str, Phrase], list[tuple[re.Pattern[str], Phrase]]]:
    """Exact keys, and patterns for the lines that hold a name; a key "..." stands for a few words."""
    data = tomllib.loads((files("pipeline.boilerplate") / "data" / "phrases.toml").read_text("utf-8"))
    exact: dict[str, Phrase] = {}
    patterns = []
    for group in ("certain", "likely"):
        for family, lines in data[group].items():
            phrase = Phrase(family, group == "certain")
            for line in lines:
                if "..." in line:
                    patterns.append((_pattern(line), phrase))
                else:
                    exact[normal(line)] = phrase
    return exact, patterns


def _pattern(line: str) -> re.Pattern[str]:
    """The phrase as a pattern; "..." is one to six words, so matching takes linear time in practice and is bounded."""
    parts = [re.escape(normal(part)) if normal(part) else "" for part in line.split("...")]
    return re.compile(r" ?(?:\S+ ){0,5}\S+ ?".join(parts))
