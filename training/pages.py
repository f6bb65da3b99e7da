"""The annotated pages as rows with labels, in two views, kept in a Parquet file beside the model between runs."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlparse

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from bs4 import BeautifulSoup
from inscriptis import get_text
from numpy.typing import NDArray

from pipeline.boilerplate.features import Blocks, extract
from pipeline.formats.blocks import split_text
from training import labels

FOLDS = 5
Columns = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
_COMMENTS = re.compile(r"(?i)(^|[-_ ])(comments?|commentlist|disqus)([-_ ]|$)")


class Row(NamedTuple):
    """A block of a training page."""

    text: str
    indent: int = 0
    blank: int = 0  # lines before it
    content: int = 0
    role: int = 0
    weight: float = 1.0


@dataclass(frozen=True)
class Page:
    """A page in one view; `clean` documents have the view "clean"."""

    id: str
    view: str
    kind: str
    site: str
    title: str
    reference: str
    rows: list[Row]

    @property
    def fold(self) -> int:
        """Fold by site, 0 to 4, as in the evaluation."""
        return zlib.crc32(self.site.encode()) % FOLDS


def site_of(url: str) -> str:
    """The last two labels of the host."""
    return ".".join(urlparse(url).netloc.split(":")[0].split(".")[-2:])


def rows_of(text: str) -> list[Row]:
    """The blocks of a text as the package splits it, without labels."""
    return [Row(b.text, len(b.indent), max(b.lead.count("\n") - 1, 0)) for b in split_text(text)[0]]


def columns(pages: list[list[Row]]) -> Columns:
    """Text, offsets, page, blank lines and indent of all blocks, as the tagger takes them."""
    rows = [row for page in pages for row in page]
    raw = [row.text.encode("utf-8", "replace") for row in rows]
    offsets = np.concatenate(([0], np.cumsum([len(r) for r in raw]))).astype(np.int64)
    number = np.repeat(np.arange(len(pages)), [len(page) for page in pages])
    blank, indent = np.array([r.blank for r in rows]), np.array([r.indent for r in rows])
    return np.frombuffer(b"".join(raw), np.uint8), offsets, number, blank, indent


def blocks_of(pages: list[list[Row]]) -> Blocks:
    """Features of pages."""
    return extract(*columns(pages))


def load(data: Path, cache: Path) -> list[Page]:
    """All page views, from the cache or else made from the annotated pages and written there."""
    if not cache.exists():
        made = [page for row in pq.read_table(data).to_pylist() for page in _views(row)]
        pq.write_table(pa.Table.from_pylist([_packed(page) for page in made]), cache)
    return [_unpacked(row) for row in pq.read_table(cache).to_pylist()]


def headed(rows: list[Row]) -> list[Row]:
    """The rows with the headline as content, and without an opinion on the bylines below it.

    The references of 19 in 20 articles leave headline and byline out; in a corpus both belong to the text.
    """
    head = next((i for i, row in enumerate(rows) if row.role == labels.HEADLINE), None)
    if head is None:
        return rows
    below = [row._replace(weight=row.weight * (row.role != labels.BYLINE)) for row in rows[head + 1 : head + 6]]
    return [*rows[:head], rows[head]._replace(content=1, weight=2.0), *below, *rows[head + 6 :]]


def _views(row: dict[str, Any]) -> Iterator[Page]:
    """Every text node on a line of its own; and as a text browser lays the page out."""
    html = row["html"].decode("utf-8", "replace")
    soup = BeautifulSoup(html, "lxml")
    for element in soup(["script", "style", "noscript", "template"]):
        element.decompose()
    comments = _comments(soup)
    flat = "\n".join(line for line in _lines(soup) if line)
    for view, text in (("flat", flat), ("layout", _layout(html, flat))):
        rows = rows_of(text)
        if rows:
            texts = [r.text for r in rows]
            label = labels.content(texts, row["main_content"])
            role = labels.roles(texts, label, row["title"] or "", row["author"] or "", comments)
            labelled = [r._replace(content=int(c), role=k) for r, c, k in zip(rows, label, role, strict=True)]
            title, reference = row["title"] or "", row["main_content"]
            yield Page(row["id"], view, row["page_type"], site_of(row["url"]), title, reference, headed(labelled))


def _lines(element: Any) -> list[str]:
    return [" ".join(line.split()) for line in element.get_text("\n").split("\n")]


def _comments(soup: BeautifulSoup) -> set[str]:
    """The words of each line that stands in an element whose class or id names comments."""
    found = [*soup.find_all(class_=_COMMENTS), *soup.find_all(id=_COMMENTS)]
    inner = [element for element in found if element.name not in ("body", "html")]
    return {" ".join(labels.words(line)) for element in inner for line in _lines(element)}


def _layout(html: str, flat: str) -> str:
    try:
        text = get_text(html)
    except Exception:  # inscriptis fails on a few broken tables in ways of its own
        return flat
    return "\n".join(line.rstrip() for line in re.sub(r"(?m)^(\s*)\* ", r"\1• ", text).split("\n"))


def _packed(page: Page) -> dict[str, Any]:
    columns = dict(zip(Row._fields, map(list, zip(*page.rows, strict=True)), strict=True))
    return {**{k: v for k, v in vars(page).items() if k != "rows"}, "rows": columns}


def _unpacked(row: dict[str, Any]) -> Page:
    columns = row.pop("rows")
    return Page(rows=[Row(*values) for values in zip(*(columns[name] for name in Row._fields), strict=True)], **row)
