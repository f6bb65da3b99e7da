"""CSV with a header line -> documents; a row that is none leaves its neighbours alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.formats import bounded
from pipeline.formats.inputs import Reject, Source, plain
from pipeline.formats.jsonl import UTF16
from pipeline.formats.record import Found, Record
from pipeline.formats.rows import CONTENT, lines, record

DELIMITERS = ",;\t"  # the second where a comma stands in numbers, as spreadsheets write it there
RETURN = re.compile(r"(?<=\r)(?!\n)")


class _Feed:
    """The lines of a file for `csv.reader`; those of a broken row can be read once more, but for its first."""

    def __init__(self, stream: BinaryIO) -> None:
        self.number = 0  # of the last line that was given, from 1
        self.fault = ""  # what ended the file too early
        self._lines = self._split(stream)
        self._row: list[str] = []
        self._again: list[str] = []

    def _split(self, stream: BinaryIO) -> Iterator[str]:
        for number, _, line in lines(stream):
            if isinstance(line, str):
                self.fault = line
                return
            text = line.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape")
            yield from filter(None, RETURN.split(text)) if "\r" in text else (text,)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.number += 1
        self._row.append(line)
        return line

    def begin(self) -> int:
        """Begins a row; the number of its first line."""
        self._row.clear()
        return self.number + 1

    def back(self) -> None:
        """A quote that nothing closes has taken in the rows after it: only its own line is lost."""
        self._again += reversed(self._row[1:])
        self.number -= len(self._row) - 1


def read_csv(source: Source, stream: BinaryIO) -> Found:
    """One document a row, streamed."""
    csv.field_size_limit(bounded.LIMIT)  # the module's own is 128 KB
    feed = _Feed(stream)
    header = next(feed, "")
    delimiter = max(DELIMITERS, key=header.count)
    names = [_readable(name.strip()) for name in next(csv.reader([header], delimiter=delimiter), [])]
    fault = _header_fault(header, names)
    if fault:
        yield Reject(source.name, 1, 0, feed.fault or fault)
        return
    found = None
    for found in _rows(source, feed, csv.reader(feed, delimiter=delimiter, strict=True), names):
        yield found
    if feed.fault:
        yield Reject(source.name, feed.number + 1, None, feed.fault)
    elif found is None:
        yield Reject(source.name, None, 0, "a file without a row")


def _header_fault(header: str, names: list[str]) -> str:
    if header.encode("utf-8", "surrogateescape").startswith(UTF16):
        return "CSV must be UTF-8, and this is UTF-16"
    if not header.strip():
        return "a file without a header line"
    if not set(CONTENT) & set(names):
        return 'no column "text" and no "html" in the header line'
    return "" if len(set(names)) == len(names) else "two columns of the same name"


def _rows(source: Source, feed: _Feed, reader: Iterator[list[str]], names: list[str]) -> Found:
    while True:
        number = feed.begin()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            feed.back()
            yield Reject(source.name, number, None, f"not CSV: {plain(str(error))}")
            continue
        if values:  # a blank line is no row
            yield _record(source, number, values, names)


def _record(source: Source, number: int, values: list[str], names: list[str]) -> Record | Reject:
    def reject(reason: str) -> Reject:
        return Reject(source.name, number, None, reason)

    if len(values) != len(names):
        return reject(f"{len(values)} fields under a header of {len(names)}")
    if any(not value.isascii() and _escaped(value) for value in values):
        return reject("invalid UTF-8")
    row = dict(zip(names, values, strict=True))
    return record({name: value or None if name in CONTENT else value for name, value in row.items()}, source, number, reject)


def _readable(name: str) -> str:
    """A column's name, whose bytes may be no UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _escaped(value: str) -> bool:
    """Whether the text holds bytes that were not UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False
