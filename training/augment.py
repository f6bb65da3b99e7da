"""What the model is shown: pages as they came, and pages made of them that the annotated set has too few of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from training import clean, furniture
from training.labels import BYLINE, CLOSER, HEADLINE
from training.pages import Page, Row

Rows = list[Row]
LANGUAGES = sorted(clean.LANGUAGES)
_ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзиклмнопрстуфхцчшщыя",
    "αβγδεζηθικλμνξοπρστυφχψωάέή",
    "աբգդեզէըթժիլխծկհձղճմյնշոչպ",
]
_REFERENCES = 0.4  # of the clean documents; those of shops and services look most like furniture
_LONGEST = 2_500  # blocks of a page


@dataclass(frozen=True)
class Source:
    """What the made pages are made of."""

    articles: list[Page]
    pool: list[Rows]  # furniture of annotated pages
    texts: list[Page]  # documents of the collections, code and references
    sentences: list[list[str]]
    by_language: dict[str, list[Page]]
    kinds: list[str]  # shapes to make


def source(pages: Sequence[Page], texts: Sequence[Page], left_out: Sequence[str] = ()) -> Source:
    """Sources from annotated pages, and from clean documents but for the kinds left out."""
    once = [p for p in pages if p.view == "flat"]
    references = [clean.reference(p) for p in once if p.reference.strip()]
    documents = [p for p in [*texts, *references] if p.kind not in left_out]
    named = {p.id: p for p in texts if p.kind == "law"}
    by_language = {k: [named[c] for c in codes] for k, codes in clean.LANGUAGES.items()}
    articles = [p for p in once if p.kind == "article" and sum(r.content for r in p.rows) >= 8]
    by_language["en"] = by_language["en"] + [r for r in references if r.kind == "reference article"]
    kinds = [k for k in clean.SHAPES if k not in left_out]
    told = [p for p in documents if p.kind in ("speech", "address", "scripture", "law", "reference article")]
    return Source(articles, furniture.pool_of(list(pages)), documents, clean.sentences(told), by_language, kinds)


def clean_document(made: Source, rng: random.Random) -> Rows:
    """A document without furniture: the reference of a page, or else each other kind as often as any."""
    kinds = sorted({p.kind for p in made.texts})
    references = [kind for kind in kinds if kind.startswith("reference")]
    kind = rng.choice(references) if rng.random() < _REFERENCES else rng.choice(kinds + made.kinds)
    if kind in clean.SHAPES:
        return clean.shaped(made.sentences, kind, rng)
    return clean.excerpt(rng.choice([p for p in made.texts if p.kind == kind]), rng)


def foreign(made: Source, rng: random.Random) -> Rows:
    """A text in one of eleven languages between furniture of that language."""
    language = rng.choice(LANGUAGES)
    text = clean.excerpt(rng.choice(made.by_language[language]), rng)[: rng.randint(3, 40)]
    if rng.random() < 0.7:  # the declarations begin without one, so headlines in other languages went with the menu above
        text = [Row(clean.headline(rng.choice(text).text, rng), content=1, role=HEADLINE, weight=2.0), *text]
    over = furniture.menu(language, rng) if rng.random() < 0.3 else []
    over += furniture.above(language, rng) if rng.random() < 0.8 else []
    under = furniture.below(language, rng) if rng.random() < 0.9 else []
    under += furniture.calendar(language, rng) if rng.random() < 0.1 else []
    return over + text + under


def seen(page: Page, made: Source, rng: random.Random) -> Rows:
    """An annotated page: as it came, among others, extracted already, or with more furniture."""
    way = rng.random()
    if way < 0.10:
        rows = _several(page, made, rng)
    elif way < 0.28:
        rows = _extracted(page, made, rng)
    elif way < 0.45:
        rows = page.rows
        for _ in range(rng.randint(1, 3)):
            more = _furniture(made, rng)
            rows = more + rows if rng.random() < 0.4 else rows + more
    else:
        rows = page.rows
    return weathered(rows, rng)[:_LONGEST]


def weathered(rows: Rows, rng: random.Random) -> Rows:
    """The page as others would leave it: indents, blank lines, bullets or a stretch lost, letters never seen."""
    if rng.random() < 0.25:
        rows = [row._replace(indent=0) for row in rows]
    way = rng.random()
    if way < 0.35:
        rows = [row._replace(blank=int(way >= 0.2)) for row in rows]
    elif way < 0.42:
        rows = [row._replace(blank=min(row.blank, 1)) for row in rows]
    if rng.random() < 0.2:
        rows = [row._replace(text=row.text.lstrip("•*- ") or row.text) for row in rows]
    if rng.random() < 0.3 and len(rows) > 30:
        first = rng.randrange(len(rows))
        rows = rows[:first] + rows[first + rng.randint(1, len(rows) // 4) :]
    return _ciphered(rows, rng) if rng.random() < 0.05 else rows


def _several(page: Page, made: Source, rng: random.Random) -> Rows:
    """Articles one after the other, each ended by the same closer."""
    closer, rows = furniture.closer("en", rng), list[Row]()
    for one in [page] * (page.kind == "article") + rng.sample(made.articles, rng.randint(2, 7)):
        rows += _article(one, rng, 0.95)[: rng.randint(4, 60)] + (closer if rng.random() < 0.93 else [])
    return rows + _furniture(made, rng) if rng.random() < 0.6 else rows


def _extracted(page: Page, made: Source, rng: random.Random) -> Rows:
    """The content of a page with a little furniture left, or none."""
    rows = _article(page, rng, 0.75)
    if rng.random() < 0.6:
        rows = (furniture.above("en", rng) if rng.random() < 0.7 else _furniture(made, rng))[: rng.randint(1, 8)] + rows
    if rng.random() < 0.8:
        rows = rows + (furniture.below("en", rng) if rng.random() < 0.7 else _furniture(made, rng))
    return rows


def _article(page: Page, rng: random.Random, headed: float) -> Rows:
    """The content of a page alone; with its headline on top as often as `headed` says."""
    flush = rng.random() < 0.8
    rows = [row._replace(indent=0) if flush else row for row in page.rows if row.content]
    head = next((i for i, row in enumerate(rows[:8]) if row.role == HEADLINE), None)
    if head is not None and rng.random() > headed:
        return rows[:head] + rows[head + 1 :]
    if head is not None or not page.title or rng.random() > headed:
        return rows
    tail = rng.choice([" | ", " - ", " – "]) + furniture.filled("{site}", "en", rng) if rng.random() < 0.25 else ""
    top = [Row(page.title + tail, 0, 0, 1, HEADLINE, 2.0)]
    if rng.random() < 0.1:
        top.append(Row(furniture.filled("By {name}", "en", rng), 0, 0, 0, BYLINE, 0.0))
    return top + rows


def _furniture(made: Source, rng: random.Random) -> Rows:
    """A calendar, a menu, a stretch of another page's furniture, or invented lines."""
    way = rng.random()
    if way < 0.12:
        return furniture.calendar("en", rng)
    if way < 0.24:
        return furniture.menu("en", rng)
    if way < 0.6:
        return furniture.borrowed(made.pool, rng)
    rows = furniture.below("en", rng) if rng.random() < 0.7 else furniture.above("en", rng)
    return [row._replace(role=0) if row.role == CLOSER else row for row in rows]


def _ciphered(rows: Rows, rng: random.Random) -> Rows:
    """The page in a language nobody knows: each letter is another, in any of four alphabets."""
    target = list(rng.choice(_ALPHABETS))
    rng.shuffle(target)
    plain = _ALPHABETS[0]
    letters = "".join(target[i % len(target)] for i in range(26))
    table = str.maketrans(plain + plain.upper(), letters + letters.upper())
    return [row._replace(text=row.text.translate(table)) for row in rows]
