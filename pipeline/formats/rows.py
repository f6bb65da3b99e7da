"""Rows of a table -> documents: `id`, `text` or `html`, `url`, `source`, and whatever else as metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

import orjson

from pipeline.formats import bounded
from pipeline.formats.bounded import CHUNK, Damaged
from pipeline.formats.inputs import Reject, Source, plain
from pipeline.formats.record import Record

CONTENT = ("text", "html")


def record(row: Mapping[str, Any], source: Source, number: int, reject: Callable[[str], Reject]) -> Record | Reject:
    """The document of one row.

    Args:
        row: values as JSON knows them.
        source: the file.
        number: of the row's line, from 1; it makes an id for a row that has none.
        reject: makes a reject of a reason.
    """
    name = "html" if row.get("text") is None else "text"
    content, key = row.get(name), row.get("id")
    if content is None:
        return reject('no "text" and no "html"')
    if not isinstance(content, str):
        return reject(f'"{name}" is not a string but {json_type(content)}')
    if not content or content.isspace():
        return reject(f'"{name}" is empty')
    if isinstance(key, bool) or not isinstance(key, str | int | float | None):
        return reject(f'"id" is neither a string nor a number but {json_type(key)}')
    metadata = {k: v for k, v in row.items() if k not in ("id", name)}
    if reason := _unwritable(metadata):
        return reject(reason)
    return Record(
        id=f"{source.name}:{number}" if key in (None, "") else str(key),
        text=content if name == "text" else "",
        markup=content if name == "html" else None,
        url=metadata.pop("url") if isinstance(metadata.get("url"), str) else "",
        source=metadata.pop("source") if isinstance(metadata.get("source"), str) else source.name,
        metadata=metadata,
        line=number,
    )


def lines(stream: BinaryIO, number: int = 1, start: int = 0) -> Iterator[tuple[int, int, bytes | str]]:
    """Number, offset and bytes of each line, the first having these; a string says what is wrong with one that is not there."""
    try:
        while line := stream.readline(bounded.LIMIT + 1):
            length = len(line)
            if length > bounded.LIMIT:
                while (rest := stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                    length += len(rest)
                length += len(rest)
                yield number, start, f"a line of more than {bounded.LIMIT:,} bytes"
            else:
                yield number, start, line
            number, start = number + 1, start + length
    except Damaged as error:
        yield number, start, f"{error.reason}; whole lines before it were read"


def json_type(value: Any) -> str:
    """What a value is, in words."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "an array"}
    return "null" if value is None else names.get(type(value), "an object")


def _unwritable(metadata: dict[str, Any]) -> str:
    """Why the metadata cannot be written as JSON again; only what holds other values can have a reason."""
    if not any(isinstance(value, list | dict | int) for value in metadata.values()):
        return ""
    try:
        orjson.dumps(metadata)
    except TypeError as error:  # nested deeper than 254, or a whole number of more than 64 bits
        return f"its metadata cannot be written as JSON: {plain(str(error))}"
    return ""
