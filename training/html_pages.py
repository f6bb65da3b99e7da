"""The annotated pages as the HTML reader sees them, with labels, kept in a Parquet file between runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.formats.html import blocks_of
from training import labels
from training.pages import Page, Row, headed, site_of

LONGEST = 6_000  # blocks of a page; the rest of longer ones is lists without end


@dataclass(frozen=True)
class HtmlPage:
    """A page, and the columns that plain text lacks."""

    page: Page
    paths: list[str]
    links: list[float]


def load(data: Path, cache: Path) -> list[HtmlPage]:
    """All pages that show anything, from the cache or else read from the annotated markup and written there."""
    if not cache.exists():
        pages = (read(row) for row in pq.read_table(data).to_pylist())
        pq.write_table(pa.Table.from_pylist([_packed(page) for page in pages if page]), cache)
    return [_unpacked(row) for row in pq.read_table(cache).to_pylist()]


def read(row: dict[str, Any]) -> HtmlPage | None:
    """One annotated page, labelled, or None if it shows nothing; the headline is content, bylines below have no label."""
    blocks = blocks_of(row["html"].decode("utf-8", "replace")).blocks[:LONGEST]
    if not blocks:
        return None
    texts, reference, title = [block.text for block in blocks], row["main_content"], row["title"] or ""
    label = labels.content(texts, reference)
    role = labels.roles(texts, label, title, row["author"] or "", set())
    rows = [
        Row(block.text, 0, max(block.lead.count("\n") - 1, 0), int(c), k)
        for block, c, k in zip(blocks, label, role, strict=True)
    ]
    page = Page(row["id"], "html", row["page_type"], site_of(row["url"]), title, reference, headed(rows))
    return HtmlPage(page, [block.path for block in blocks], [block.link for block in blocks])


def _packed(page: HtmlPage) -> dict[str, Any]:
    columns = {name: [getattr(row, name) for row in page.page.rows] for name in Row._fields}
    named = {k: v for k, v in vars(page.page).items() if k != "rows"}
    return {**named, **columns, "paths": page.paths, "links": page.links}


def _unpacked(row: dict[str, Any]) -> HtmlPage:
    rows = [Row(*values) for values in zip(*(row.pop(name) for name in Row._fields), strict=True)]
    paths, links = row.pop("paths"), row.pop("links")
    return HtmlPage(Page(rows=rows, **row), paths, links)
