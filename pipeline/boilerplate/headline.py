"""The site's name at the end of a headline: "Old mill reopens | Valley News" -> "Old mill reopens"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.corpus import Batch, Edit

TOP = 6  # blocks at the top of a document among which the headline stands
SEPARATED = re.compile(r"(?P<title>\S.{8,200}\S)(?P<tail>\s*[|»]\s*|\s+[-–—]\s+)(?P<name>[^|»\n]{2,40})$", re.DOTALL)
MEDIA = re.compile(
    r"\b(news|times|post|blog|magazine|online|daily|gazette|tribune|herald|journal|today|tv|radio|press)\b",
    re.IGNORECASE,
)
NAME_WORDS = 5
PARTED = "[|»–—-]"  # what every separator holds


class Head(NamedTuple):
    """A headline that may carry a site's name."""

    row: int
    title: str
    tail: str


def tail_of(text: str) -> tuple[str, str]:
    """(headline, tail) of a text that may end in a site's name; ("", "") of others.

    >>> tail_of("Old mill reopens after years | Valley News")
    ('Old mill reopens after years', ' | Valley News')
    """
    found = SEPARATED.fullmatch(text)
    if not found or len(found["name"].split()) > NAME_WORDS or not found["name"][0].isalnum():
        return "", ""
    return found["title"], found["tail"] + found["name"]


def tails(heads: Mapping[int, Head]) -> dict[int, str]:
    """For each document with a headline that may carry a site's name: that tail, as it is counted."""
    return {doc: key(head.tail) for doc, head in heads.items()}


def key(tail: str) -> str:
    """A tail as its site's documents count it."""
    return "headline tail " + tail


def candidates(batch: Batch) -> dict[int, Head]:
    """Document -> the first block near its top that may carry a site's name."""
    first = batch.first_blocks()
    place = np.arange(len(batch)) - first[:-1][batch.column("doc")]
    rows = np.flatnonzero((place < TOP) & batch.kept())
    parted = pc.match_substring_regex(batch.blocks.column("text").take(pa.array(rows)), PARTED)
    rows = rows[parted.to_numpy()]
    out: dict[int, Head] = {}
    docs = batch.column("doc")[rows]
    for row, doc, text in zip(rows.tolist(), docs.tolist(), batch.texts(rows), strict=True):
        if doc not in out and len(text) < 300:
            title, tail = tail_of(text)
            if title:
                out[doc] = Head(row, title, tail)
    return out


def cuts(batch: Batch, heads: Mapping[int, Head], shared: Mapping[int, str]) -> tuple[list[str], list[Edit]]:
    """New texts of the headlines that lose their tail, and the edits.

    Args:
        batch: whole documents.
        heads: its `candidates`.
        shared: document -> evidence, where the site's documents share the tail.
    """
    texts, edits = [], []
    urls = batch.docs.column("url").to_pylist()
    for doc, (row, title, tail) in sorted(heads.items()):
        why = shared.get(doc) or names_site(tail, urls[doc] or "")
        if why:
            texts.append(title)
            edits.append(Edit(row, len(title), tail, "", "headline-tail", why))
    return texts, edits


def names_site(tail: str, url: str) -> str:
    """Evidence that one page alone gives: the tail is the host's name, or "| ... News".

    >>> names_site(" | Valley News", ""), names_site(" - Hill Walks", "https://www.hillwalks.org/a")
    ('a medium by its name', 'the host of the page')
    """
    letters = "".join(c for c in tail.lower() if c.isalnum())
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    if len(letters) > 3 and letters in "".join(c for c in host if c.isalnum()):
        return "the host of the page"
    return "a medium by its name" if "|" in tail and MEDIA.search(tail) else ""


def rewrite(batch: Batch, stage: str, heads: Mapping[int, Head], shared: Mapping[int, str]) -> Batch:
    """The batch with the tails cut off; arguments as for `cuts`."""
    texts, edits = cuts(batch, heads, shared)
    rows = pa.array([edit.row for edit in edits], pa.int64()).to_numpy()
    return batch.rewrite(stage, rows, texts, edits)
