"""OUTPUT -> the original texts, each checked by its sha256."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pipeline.formats import output as outputs
from pipeline.formats.decode import Decoded, encode
from pipeline.formats.names import file_name
from pipeline.formats.output import Document
from pipeline.formats.spool import whole_file
from pipeline.report.replay import original


class Mismatch(RuntimeError):  # noqa: N818 - named after what is wrong
    """The corpus or its ledger was changed after the run: a text does not have the checksum it had when it was read."""


class Restored(NamedTuple):
    """What `undo` wrote."""

    documents: int
    size: int  # bytes


def undo(output: Path, dest: Path) -> Restored:
    """Write every original text of an output to a new folder: text files byte for byte, of HTML pages what was extracted.

    Raises:
        NoOutput: OUTPUT is no finished output.
        FileExistsError: DEST exists already.
        Mismatch: a text cannot be rebuilt; nothing is left in DEST.
    """
    layers = outputs.manifest(output)["layers"]
    if dest.exists():
        raise FileExistsError(f"DEST exists already: {dest}")
    new = dest.with_name(f".{dest.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    documents = size = 0
    try:
        for parts in _pages(outputs.documents(output)):
            text = "".join(_text(part, layers) for part in parts)
            row = parts[0].row
            data = encode(Decoded(text, row["encoding"], row["newline"])) if row["kind"] == "text" else text.encode()
            with whole_file(new / file_name(_page_id(row["id"], len(parts)))) as file:
                file.write(data)
            documents, size = documents + 1, size + len(data)
        new.rename(dest)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Restored(documents, size)


def _pages(documents: Iterator[Document]) -> Iterator[list[Document]]:
    """Documents with the articles of one page together."""
    page = 0

    def number(document: Document) -> int:
        nonlocal page
        page += int(document.row["part"] <= 1)
        return page

    for _, parts in groupby(documents, key=number):
        yield list(parts)


def _page_id(document: str, parts: int) -> str:
    """The id of the page whose first article has this id."""
    return document if parts == 1 else "".join(document.rsplit("#1", 1))


def _text(document: Document, layers: list[str]) -> str:
    """The original text of one document."""
    name = document.row["id"]
    try:
        text = original(document.clean, document.ledger, layers)
    except ValueError as error:
        raise Mismatch(f"{name}: {error}") from error
    if hashlib.sha256(text.encode()).hexdigest() != document.row["sha256"]:
        raise Mismatch(f"{name}: the rebuilt text does not have the checksum it had when it was read")
    return text
