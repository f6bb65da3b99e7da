"""Documents without any furniture, so that the model learns to leave such documents alone.

Speeches, scripture and law come from public-domain collections; code from Python's own library; poems, lists, tables,
letters, dialogues and the like are sentences of those and of the annotated references in another shape.
"""

from __future__ import annotations

import io
import random
import re
import sysconfig
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from training.pages import Page, Row, rows_of

COLLECTIONS = {"inaugural": "speech", "state_union": "address", "genesis": "scripture", "udhr2": "law"}
LANGUAGES = {
    "en": ["eng"],
    "es": ["spa"],
    "de": ["deu_1901"],
    "fr": ["fra"],
    "it": ["ita"],
    "pt": ["por_PT", "por_BR"],
    "pl": ["pol"],
    "ru": ["rus"],
    "ar": ["arb"],
    "zh": ["cmn_hans", "cmn_hant"],
    "ja": ["jpn"],
}
SENTENCE = re.compile(r"(?<=[.!?。！？।۔])[\"”’')]*\s*(?=\S)")
CLAUSE = re.compile(r"[,;:.!?，、；：。！？۔،]\s*")
_LONGEST = 250  # blocks of a document
_NAMES = ["Anna", "Mr. Bell", "OFFICER", "Q", "Interviewer", "Paul", "Dr. Osei", "JUDGE", "Maria", "Chorus"]


def collections(folder: Path) -> Iterator[Page]:
    """The documents of the collections; the id of a declaration of rights is its language code."""
    for name, kind in COLLECTIONS.items():
        with zipfile.ZipFile(io.BytesIO((folder / f"{name}.zip").read_bytes())) as archive:
            for member in sorted(m for m in archive.namelist() if m.endswith(".txt")):
                text = _decode(archive.read(member))
                yield Page(Path(member).stem, "clean", kind, name, "", text, _content(rows_of(text)))


def code() -> Iterator[Page]:
    """Modules of Python's library."""
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        text = path.read_text(encoding="utf-8", errors="replace")[:40_000]
        if rows := rows_of(text):
            yield Page(path.stem, "clean", "code", "python", "", text, _content(rows))


def reference(page: Page) -> Page:
    """The reference text of an annotated page as a document of its own."""
    rows = _content(rows_of(page.reference))
    return Page(page.id, "clean", f"reference {page.kind}", page.site, page.title, page.reference, rows)


def sentences(pages: list[Page]) -> list[list[str]]:
    """The sentences of each page that has ten of them at least."""
    found = [[s for row in page.rows if row.content for s in SENTENCE.split(row.text) if 8 < len(s) < 400] for page in pages]
    return [one for one in found if len(one) >= 10]


def excerpt(page: Page, rng: random.Random) -> list[Row]:
    """A stretch of a document in one of the layouts that texts come in."""
    length = int(min(len(page.rows), rng.choice([3, 8, 20, 60, _LONGEST]) * rng.uniform(0.5, 1.5))) or 1
    first = 0 if rng.random() < 0.5 else rng.randrange(max(len(page.rows) - length, 0) + 1)
    return laid_out(page.rows[first : first + min(length, _LONGEST)], rng)


def laid_out(rows: list[Row], rng: random.Random) -> list[Row]:
    """The rows as they are, or one below the other, or each apart from the next."""
    way = rng.random()
    if way < 0.4:
        return rows
    blank = int(way < 0.7)
    return [row._replace(indent=0 if way < 0.9 else row.indent, blank=blank) for row in rows]


def shaped(source: list[list[str]], kind: str, rng: random.Random) -> list[Row]:
    """Sentences of one document as another kind of text."""
    return [row._replace(content=1) for row in SHAPES[kind](rng.choice(source), rng)]


def headline(text: str, rng: random.Random) -> str:
    """The first clause of a block, cut to the length of a headline."""
    clause = CLAUSE.split(text.strip())[0].strip() or text.strip()
    spaced = clause.split()
    return " ".join(spaced[: rng.randint(3, 10)]) if len(spaced) > 2 else clause[: rng.randint(6, 24)]


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _content(rows: list[Row]) -> list[Row]:
    return [row._replace(content=1) for row in rows]


def _some(source: list[str], rng: random.Random, low: int, high: int) -> list[str]:
    """Some sentences that follow each other."""
    n = min(rng.randint(low, high), len(source))
    first = rng.randrange(len(source) - n + 1)
    return source[first : first + n]


def _phrases(source: list[str], rng: random.Random, low: int, high: int) -> list[str]:
    """Pieces of one to eight words from anywhere."""
    out = []
    for _ in range(rng.randint(low, high)):
        found = rng.choice(source).split()
        first = rng.randrange(len(found))
        out.append(" ".join(found[first : first + rng.randint(1, 8)]).strip(" ,;:.") or "item")
    return out


def _title(text: str, rng: random.Random) -> str:
    return rng.choice([text, text.title(), text.upper(), text.capitalize()])


def _poem(source: list[str], rng: random.Random) -> list[Row]:
    size, stanza, indent = rng.randint(3, 9), rng.randint(2, 8), rng.choice([0, 0, 2, 4])
    found = " ".join(_some(source, rng, 4, 30)).split()
    lines = [" ".join(found[i : i + size + rng.randint(-1, 1)]) for i in range(0, len(found), size)]
    capital = rng.random() < 0.6
    rows = [
        Row(line[:1].upper() + line[1:] if capital else line, indent * (i % 2), int(i % stanza == 0))
        for i, line in enumerate(lines)
    ]
    refrain = rng.random() < 0.4
    rows = [rows[0]._replace(blank=0) if refrain and i and i % (2 * stanza) == 0 else row for i, row in enumerate(rows)]
    return _headed(rows, source, rng, 0.7)


def _list(source: list[str], rng: random.Random) -> list[Row]:
    mark = rng.choice(["- ", "* ", "• ", "", "{}. ", "{}) ", "[ ] ", "– "])
    items = _phrases(source, rng, 4, 40) if rng.random() < 0.6 else _some(source, rng, 4, 20)
    indent, blank = rng.choice([0, 0, 2, 4]), int(rng.random() < 0.15)
    rows = [Row(mark.format(i + 1) + _as_item(item, rng), indent, blank) for i, item in enumerate(items)]
    opening = [Row(s) for s in _some(source, rng, 0, 2)]
    return _headed(opening + rows, source, rng, 0.7)


def _as_item(text: str, rng: random.Random) -> str:
    way = rng.random()
    if way < 0.2:
        return f"{rng.randint(1, 500)} {rng.choice(['g', 'ml', 'cups', 'x', '%', 'km'])} {text}"
    return text.capitalize() if way < 0.6 else f"{text}: {rng.randint(1, 99)}" if way < 0.7 else text


def _table(source: list[str], rng: random.Random) -> list[Row]:
    gap, columns = rng.choice(["\t", " | ", "  ", ", "]), rng.randint(2, 6)
    rows = []
    for name in _phrases(source, rng, 4, 40):
        cells = [f"{rng.uniform(0, 10 ** rng.randint(1, 5)):.{rng.choice([0, 1, 2])}f}" for _ in range(columns - 1)]
        rows.append(Row(gap.join([" ".join(name.split()[:3]), *cells])))
    return _headed([Row(gap.join(_phrases(source, rng, columns, columns))), *rows], source, rng, 0.5)


def _dialogue(source: list[str], rng: random.Random) -> list[Row]:
    names, mark = rng.sample(_NAMES, rng.randint(2, 4)), rng.choice([": ", ". ", " — ", "> "])
    blank, quoted = rng.randint(0, 1), rng.random() < 0.3
    lines = _some(source, rng, 6, 60)
    rows = [Row(f"“{s}”" if quoted else rng.choice(names) + mark + s, 0, blank) for s in lines]
    return _headed(rows, source, rng, 0.5)


def _letter(source: list[str], rng: random.Random) -> list[Row]:
    opening = [f"{rng.randint(1, 28)} {rng.choice(['March', 'June', 'October'])} {rng.randint(1890, 2024)}"]
    opening = opening[: rng.randint(0, 1)]
    opening.append(rng.choice(["Dear Sir,", "Dear Anna,", "Hello all,", "To the editor:", "Hi,"]))
    closing = rng.choice([["Yours sincerely,", "J. Hale"], ["Best wishes", "Tom"], ["Love, Ada"], ["Thanks!"]])
    return [Row(line, 0, 1) for line in opening + _paragraphs(source, rng, 1, 6) + closing]


def _questions(source: list[str], rng: random.Random) -> list[Row]:
    rows = []
    for answer in _paragraphs(source, rng, 3, 12):
        question = _phrases(source, rng, 1, 1)[0].capitalize() + "?"
        rows += [Row(rng.choice(["Q: ", "", "", "1. "]) + question, 0, 1), Row(rng.choice(["A: ", ""]) + answer)]
    return rows


def _outline(source: list[str], rng: random.Random) -> list[Row]:
    mark, rows = rng.choice(["", "", "# ", "## ", "Chapter ", "I. "]), []
    for paragraph in _paragraphs(source, rng, 3, 15):
        if rng.random() < 0.5:
            rows.append(Row(mark + _title(_phrases(source, rng, 1, 1)[0], rng), 0, rng.randint(0, 2)))
        rows.append(Row(paragraph, 0, 1))
    return rows


def _mail(source: list[str], rng: random.Random) -> list[Row]:
    quoted = [Row("> " + s) for s in _some(source, rng, 1, 8)]
    return quoted + [Row(p, 0, 1) for p in _paragraphs(source, rng, 1, 5)]


def _log(source: list[str], rng: random.Random) -> list[Row]:
    rows, versions = [], rng.random() < 0.5
    for k in range(rng.randint(2, 10)):
        date = f"{rng.randint(1990, 2024)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        rows.append(Row(f"Version {rng.randint(0, 4)}.{k} ({date})" if versions else date, 0, 1))
        rows += [Row("- " + s if versions else s) for s in _some(source, rng, 1, 5)]
    return rows


def _note(source: list[str], rng: random.Random) -> list[Row]:
    """A wire item, a caption, a tip: one to four blocks."""
    return _headed([Row(p, 0, rng.randint(0, 1)) for p in _paragraphs(source, rng, 1, 3)], source, rng, 0.6)


def _prose(source: list[str], rng: random.Random) -> list[Row]:
    blank = rng.randint(0, 1)
    return _headed([Row(p, 0, blank) for p in _paragraphs(source, rng, 5, 60)], source, rng, 0.5)


def _paragraphs(source: list[str], rng: random.Random, low: int, high: int) -> list[str]:
    return [" ".join(_some(source, rng, 1, 6)) for _ in range(rng.randint(low, high))]


def _headed(rows: list[Row], source: list[str], rng: random.Random, share: float) -> list[Row]:
    """With a headline on top, more often than not, and now and then a byline that belongs to the text."""
    if rng.random() >= share:
        return rows
    head = [Row(_title(_phrases(source, rng, 1, 1)[0], rng), role=1)]
    if rng.random() < 0.2:
        head.append(Row(rng.choice(["by ", "By ", ""]) + rng.choice(_NAMES), role=2))
    return [*head, rows[0]._replace(blank=rng.randint(0, 2)), *rows[1:]]


Shape = Callable[[list[str], random.Random], list[Row]]
SHAPES: dict[str, Shape] = {
    "poem": _poem,
    "list": _list,
    "table": _table,
    "dialogue": _dialogue,
    "letter": _letter,
    "questions": _questions,
    "outline": _outline,
    "mail": _mail,
    "log": _log,
    "note": _note,
    "prose": _prose,
}


def held_out(fold: int) -> tuple[str, ...]:
    """The kinds of clean documents that fold K is not shown."""
    kinds = sorted([*COLLECTIONS.values(), "code", *SHAPES])
    return tuple(kinds[fold::5])
