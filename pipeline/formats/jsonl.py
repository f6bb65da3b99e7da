"""JSON lines -> documents; a line that is none leaves its neighbours alone."""

from __future__ import annotations

import codecs
import json
from typing import Any, BinaryIO

import orjson

from pipeline.formats.inputs import Reject, Source, plain
from pipeline.formats.record import Found, Record, without_surrogates
from pipeline.formats.rows import json_type, lines, record

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_jsonl(source: Source, stream: BinaryIO) -> Found:
    """One document a line, streamed."""
    empty = True
    for found in read_lines(source, stream):
        yield found
        empty = False
    if empty:
        yield Reject(source.name, None, 0, "a file without a line")


def read_lines(source: Source, stream: BinaryIO, line: int = 1, byte: int = 0) -> Found:
    """The documents of the lines of a stream, which begins at a line and byte of its file."""
    for number, start, data in lines(stream, line, byte):
        if isinstance(data, str):
            yield Reject(source.name, number, start, data)
        elif number == 1 and data.startswith(UTF16):
            yield Reject(source.name, 1, 0, "JSONL must be UTF-8, and this is UTF-16")
            return
        elif data.strip():
            yield _record(source, number, start, data)


def _record(source: Source, number: int, start: int, line: bytes) -> Record | Reject:
    """The document on one line."""

    def reject(reason: str, byte: int = 0) -> Reject:
        return Reject(source.name, number, start + byte, reason)

    if number == 1:
        line = line.removeprefix(codecs.BOM_UTF8)
    try:
        row = _parse(line)
    except UnicodeDecodeError as error:
        return reject("invalid UTF-8", error.start)
    except (ValueError, RecursionError) as error:
        return reject(f"not JSON: {plain(str(error))}")
    if not isinstance(row, dict):
        return reject(f"not a JSON object but {json_type(row)}")
    return record(row, source, number, reject)


def _parse(line: bytes) -> Any:
    """The value of a line of JSON.

    Python's own reader is the second to try: it knows NaN and lone surrogates, which its writer writes.

    Raises:
        UnicodeDecodeError: the line is not UTF-8.
        ValueError: it is not JSON.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        text = line.decode("utf-8")
        return _sound(json.loads(text, parse_constant=lambda _: None))


def _sound(value: Any) -> Any:
    """A JSON value whose strings hold no surrogates."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, list):
        return [_sound(item) for item in value]
    if isinstance(value, dict):
        return {_sound(key): _sound(item) for key, item in value.items()}
    return value
