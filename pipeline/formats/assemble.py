"""Records -> batches: blocks, articles of one page, site, and mended text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
import pyarrow as pa

from pipeline.corpus import BLOCKS, DOCS, EDITS, Batch
from pipeline.formats import articles
from pipeline.formats.blocks import split_text
from pipeline.formats.html import blocks_of
from pipeline.formats.mend import mend_batch
from pipeline.formats.records import Record
from pipeline.formats.settle import sha256

Row = dict[str, Any]


@dataclass
class Columns:
    """Rows of one batch while it grows."""

    docs: list[Row] = field(default_factory=list)
    blocks: list[Row] = field(default_factory=list)
    size: int = 0  # characters

    def add(self, doc: Row, blocks: list[Row], tail: str) -> None:
        """One document; its blocks get their numbers here."""
        at = len(self.docs)
        text = "".join(block["lead"] + block["indent"] + block["text"] for block in blocks) + tail
        self.docs.append({**doc, "tail": tail, "sha256": sha256(text)})
        self.blocks += [{"doc": at, "pos": pos, **block} for pos, block in enumerate(blocks)]
        self.size += len(text)

    def batch(self) -> Batch:
        """The rows as a batch whose text is mended."""
        docs, blocks = pa.Table.from_pylist(self.docs, DOCS), pa.Table.from_pylist(self.blocks, BLOCKS)
        return mend_batch(Batch(docs, blocks, EDITS.empty_table()))


def batches(records: Iterable[tuple[int, Record]], size: int) -> Iterator[Batch]:
    """Batches of whole documents.

    Args:
        records: each with its place in the order of the inputs; a place leaves room for the articles of one page.
        size: characters at which a batch is closed.
    """
    columns = Columns()
    for seq, record in records:
        for part in _parts(seq, record):
            columns.add(*part)
        if columns.size >= size:
            yield columns.batch()
            columns = Columns()
    if columns.docs:
        yield columns.batch()


def site_of(url: str, document: str) -> str:
    """The host of the URL; else the folder of the id, which is the path of a file, and may be a URL or path in a row.

    >>> site_of("https://www.example.org:8080/a", "x"), site_of("", "blogs/one/page"), site_of("", "a")
    ('example.org', 'blogs/one', '.')
    """
    host = _host(url) or _host(document)
    return host.removeprefix("www.") if host else document.rpartition("/")[0] or "."


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # "http://[" and the like: no host, so the folder is the site
        return ""


def _parts(seq: int, record: Record) -> Iterator[tuple[Row, list[Row], str]]:
    """The articles of a record, mostly one; the last takes the tail, the others the gap before the next."""
    blocks, tail, metadata = _blocks(record)
    url = record.url or metadata.pop("url", "")
    doc = {
        "seq": seq,
        "id": record.id,
        "site": site_of(url, record.id),
        "source": record.source,
        "url": url,
        "kind": "text" if record.markup is None else "html",
        "metadata": orjson.dumps(metadata).decode(),
        "encoding": record.encoding,
        "newline": record.newline,
        "part": 0,
    }
    starts = articles.starts([block["text"] for block in blocks])
    if len(starts) == 1:
        yield doc, blocks, tail
        return
    ends = [*starts[1:], len(blocks)]
    for part, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        gap = blocks[end]["lead"] if end < len(blocks) else tail
        first = {**blocks[start], "lead": blocks[start]["lead"] if part == 1 else ""}
        yield {**doc, "seq": seq + part, "id": f"{record.id}#{part}", "part": part}, [first, *blocks[start + 1 : end]], gap


def _blocks(record: Record) -> tuple[list[Row], str, Row]:
    """Block rows, tail, and metadata: fixed keys, and the input's own under "input"."""
    found = {"title": "", "author": "", "date": ""}
    if record.markup is None:
        lines, tail = split_text(record.text)
        rows = [{**line._asdict(), "path": "", "link": 0.0} for line in lines]
        return rows, tail, {**found, "input": record.metadata}
    page = blocks_of(record.markup)
    rows = [{"lead": b.lead, "indent": "", "text": b.text, "path": b.path, "link": b.link} for b in page.blocks]
    found = {"title": page.title, "author": page.author, "date": page.date, "url": page.url}
    return rows, "", {**found, "input": record.metadata}
