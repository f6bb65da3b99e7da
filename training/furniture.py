"""Invented furniture in eleven languages, from the phrase file beside this one, and furniture of annotated pages."""

from __future__ import annotations

import random
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from training.labels import CLOSER
from training.pages import Page, Row

_BRACES = re.compile(r"\{(net|site|name|sec|date|n|year)\}")
_COMMON = {"net": "networks", "site": "sites", "name": "names"}
_PHRASES = Path(__file__).with_name("phrases.toml")


@cache
def phrases() -> dict[str, Any]:
    """The phrase file: common lists, and a table for each language."""
    return tomllib.loads(_PHRASES.read_text(encoding="utf-8"))


@cache
def _list(language: str, name: str) -> list[str]:
    """A list of a language, or of the whole file; phrases stand one a line, names apart by bars."""
    table = phrases()[language] if language else phrases()
    return [p for p in table[name].strip().split("\n" if name in ("above", "below") else "|") if p]


def filled(phrase: str, language: str, rng: random.Random) -> str:
    """A phrase with its braces filled."""
    phrase = _BRACES.sub(lambda found: _value(found[1], language, rng), phrase)
    return phrase.upper() if rng.random() < 0.03 else phrase


def _value(name: str, language: str, rng: random.Random) -> str:
    if name in _COMMON:
        return rng.choice(_list("", _COMMON[name]))
    if name == "date":
        return date(language, rng)
    if name == "sec":
        return rng.choice(_list(language, "sections"))
    return str(rng.randint(0, 99) if name == "n" else rng.randint(2004, 2026))


def date(language: str, rng: random.Random) -> str:
    """A date as sites write it."""
    month, day = rng.choice(_list(language, "months")), rng.choice(_list(language, "days"))
    d, year = rng.randint(1, 28), rng.randint(2004, 2026)
    if language in ("zh", "ja"):
        return rng.choice([f"{year}年{month}{d}日", f"{year}年{month}{d}日 {day}", f"{year}-{rng.randint(1, 12):02}-{d:02}"])
    forms = [f"{day} {d} {month} {year}", f"{day}, {month} {d}, {year}", f"{month} {d}, {year}", f"{d} {month} {year}",
             f"{d:02}/{rng.randint(1, 12):02}/{year}", f"{day}, {d} {month} {year}"]  # fmt: skip
    return rng.choice(forms)


def above(language: str, rng: random.Random) -> list[Row]:
    """A few lines that stand over an article."""
    return _lines("above", language, rng, rng.choice([1, 1, 2, 3, 6, 12]))


def below(language: str, rng: random.Random) -> list[Row]:
    """A few lines that stand under an article; the first is its closer."""
    rows = _lines("below", language, rng, rng.choice([1, 1, 2, 3, 6, 15]))
    return [rows[0]._replace(role=CLOSER), *rows[1:]]


def closer(language: str, rng: random.Random) -> list[Row]:
    """One to three lines that end each of several articles."""
    return [row._replace(role=CLOSER) for row in _lines("below", language, rng, rng.choice([1, 1, 2, 2, 3]))]


def calendar(language: str, rng: random.Random) -> list[Row]:
    """The archive calendar of a blog."""
    months, gap = _list(language, "months"), rng.choice(["", " ", "  "])
    m, initials = rng.randrange(12), [d[0].upper() for d in _list(language, "days")]
    weeks = [gap.join(str(d) for d in range(a, min(a + 7, 32))) for a in range(1, 32, 7)]
    lines = [f"{months[m]} {rng.randint(2005, 2026)}", gap.join(initials), *weeks]
    return [Row(line) for line in [*lines, f"« {months[m - 1][:3]}   {months[(m + 1) % 12][:3]} »"]]


def menu(language: str, rng: random.Random) -> list[Row]:
    """Sections of a site, with or without bullets, perhaps twice."""
    names = _list(language, "sections")
    mark, indent = rng.choice(["", "• ", "* ", "- "]), rng.choice([0, 2, 4])
    chosen = rng.sample(names, min(rng.randint(3, 12), len(names)))
    return [Row(mark + name, indent + 2 * (rng.random() < 0.3)) for name in chosen] * rng.choice([1, 1, 2])


def borrowed(pool: list[list[Row]], rng: random.Random) -> list[Row]:
    """A run of another page's furniture."""
    rows = rng.choice(pool)
    first = rng.randrange(len(rows))
    return rows[first : first + rng.randint(1, 10)]


def pool_of(pages: list[Page]) -> list[list[Row]]:
    """The furniture of each page that has more than three lines of it."""
    found = [[row for row in page.rows if not row.content and row.weight and len(row.text) < 200] for page in pages]
    return [[row._replace(role=0) for row in rows] for rows in found if len(rows) > 3]


def _lines(place: str, language: str, rng: random.Random, n: int) -> list[Row]:
    blank = rng.choice([0, 0, 1])
    return [Row(filled(rng.choice(_list(language, place)), language, rng), 0, blank) for _ in range(n)]
