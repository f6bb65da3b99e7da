"""Records -> batches: blocks, articles of one page, site, and mended text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import orjson
import pyarrow as pa

from pipeline.corpus import BLOCKS, DOCS, EDITS, Batch
from pipeline.formats import articles
from pipeline.formats.blocks import split_columns
from pipeline.formats.html import blocks_of
from pipeline.formats.mend import mend_batch
from pipeline.formats.records import Record
from pipeline.formats.settle import sha256

Row = dict[str, Any]
Refuse = Callable[[int, Record, str], None]
MANY = 100_000  # blocks of a page
HEAD = 4_000  # characters within which the first element of a page begins
PAGE = re.compile(
    r"\s*(?:<\?xml[^<>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b[^<>]*>", re.IGNORECASE | re.DOTALL
)
ROW = 100  # characters as which a row counts, so that a million documents of a letter each do not make one batch


class Document(NamedTuple):
    """The columns of DOCS that are known before the text is put together."""

    seq: int
    id: str
    site: str
    source: str
    url: str
    kind: str
    metadata: str
    encoding: str
    newline: str
    part: int


class Lines(NamedTuple):
    """The blocks of a document as columns of equal length."""

    lead: Sequence[str]
    indent: Sequence[str]
    text: Sequence[str]
    path: Sequence[str]
    link: Sequence[float]

    def part(self, start: int, end: int) -> Lines:
        """Some neighbouring blocks."""
        lead, indent, text, path, link = self
        return Lines(lead[start:end], indent[start:end], text[start:end], path[start:end], link[start:end])

    def whole(self) -> str:
        """The text, but for its tail."""
        if len(self.text) == 1:
            return self.lead[0] + self.indent[0] + self.text[0]
        return "".join(chain.from_iterable(zip(self.lead, self.indent, self.text, strict=True)))


@dataclass
class Columns:
    """Columns of one batch while it grows."""

    docs: list[tuple[Any, ...]] = field(default_factory=list)
    blocks: tuple[list[Any], ...] = field(default_factory=lambda: tuple([] for _ in Lines._fields))
    counts: list[int] = field(default_factory=list)  # blocks of each document
    size: int = 0  # characters, and `ROW` for each row

    def add(self, doc: Document, lines: Lines, tail: str) -> None:
        """One document."""
        text = lines.whole() + tail
        self.docs.append((*doc, tail, sha256(text)))
        for column, values in zip(self.blocks, lines, strict=True):
            column += values
        self.counts.append(len(lines.text))
        self.size += len(text) + ROW * (1 + len(lines.text))

    def batch(self) -> Batch:
        """The rows as a batch whose text is mended."""
        counts = np.array(self.counts, np.int64)
        ends = np.cumsum(counts)
        columns: dict[str, Any] = dict(zip(Lines._fields, self.blocks, strict=True))
        columns["doc"] = np.repeat(np.arange(len(counts)), counts)
        columns["pos"] = np.arange(counts.sum()) - np.repeat(ends - counts, counts)
        size = int(counts.sum())
        arrays = [pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(size, f.type) for f in BLOCKS]
        docs = [pa.array(values, f.type) for values, f in zip(zip(*self.docs, strict=True), DOCS, strict=True)]
        return mend_batch(Batch(pa.table(docs, schema=DOCS), pa.table(arrays, schema=BLOCKS), EDITS.empty_table()))


def batches(records: Iterable[tuple[int, Record]], size: int, refuse: Refuse | None = None) -> Iterator[Batch]:
    """Batches of whole documents.

    Args:
        records: each with its place in the order of the inputs; a place leaves room for the articles of one page.
        size: characters at which a batch is closed.
        refuse: is told of a document that is no text, which is left out, with its place and the reason; None takes all.
    """
    columns = Columns()
    for seq, given in records:
        record = _page_in_text(given)
        found = _lines(record)
        if refuse and _is_no_text(found[0].text):
            refuse(seq, record, f"more than {MANY:,} lines of one character: no text")
            continue
        for part in _parts(seq, record, *found):
            columns.add(*part)
        if columns.size >= size:
            yield columns.batch()
            columns = Columns()
    if columns.docs:
        yield columns.batch()


def _page_in_text(record: Record) -> Record:
    """The record as markup, if its text is a whole HTML page: many a "text" column and .txt file holds pages as fetched."""
    if record.markup is not None or not PAGE.match(record.text[:HEAD]):
        return record
    return record._replace(text="", markup=record.text)


def site_of(url: str, document: str) -> str:
    """The host of the URL; else the folder of the id, which is the path of a file, and may be a URL or path in a row.

    >>> site_of("https://www.example.org:8080/a", "x"), site_of("", "blogs/one/page"), site_of("", "a")
    ('example.org', 'blogs/one', '.')
    """
    host = ("//" in url and _host(url)) or ("//" in document and _host(document))
    return host.removeprefix("www.") if host else document.rpartition("/")[0] or "."


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # "http://[" and the like: no host, so the folder is the site
        return ""


def _is_no_text(texts: Sequence[str]) -> bool:
    """Whether there are very many blocks, of less than two characters on average: stages take time for each block."""
    return len(texts) > MANY and sum(map(len, texts)) < 2 * len(texts)


def _parts(seq: int, record: Record, lines: Lines, tail: str, metadata: Row) -> Iterator[tuple[Document, Lines, str]]:
    """The articles of a record, mostly one; the last takes the tail, the others the gap before the next."""
    url = record.url or metadata.pop("url", "")
    kind, found = "text" if record.markup is None else "html", orjson.dumps(metadata).decode()
    site = site_of(url, record.id)
    doc = Document(seq, record.id, site, record.source, url, kind, found, record.encoding, record.newline, 0)
    starts = articles.starts(lines.text)
    if len(starts) == 1:
        yield doc, lines, tail
        return
    ends = [*starts[1:], len(lines.text)]
    for part, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        gap = lines.lead[end] if end < len(lines.text) else tail
        own = lines.part(start, end)
        own = own if part == 1 else own._replace(lead=["", *own.lead[1:]])
        yield doc._replace(seq=seq + part, id=f"{record.id}#{part}", part=part), own, gap


def _lines(record: Record) -> tuple[Lines, str, Row]:
    """Blocks, tail, and metadata: fixed keys, and the input's own under "input"."""
    found = {"title": "", "author": "", "date": ""}
    if record.markup is None:
        (lead, indent, text), tail = split_columns(record.text)
        return Lines(lead, indent, text, [""] * len(text), [0.0] * len(text)), tail, {**found, "input": dict(record.metadata)}
    page = blocks_of(record.markup)
    columns = [list(map(attrgetter(name), page.blocks)) for name in ("lead", "text", "path", "link")]
    lines = Lines(columns[0], [""] * len(page.blocks), *columns[1:])
    found = {"title": page.title, "author": page.author, "date": page.date, "url": page.url}
    return lines, "", {**found, "input": dict(record.metadata)}
