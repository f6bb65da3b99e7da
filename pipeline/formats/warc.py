"""WARC -> documents: pages and texts that servers sent, and the texts of Common Crawl's WET files.

ISO 28500, "WARC file format 1.1". The reader is our own: warcio takes a cut file for a whole one, and prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from pipeline.formats import bounded
from pipeline.formats.bounded import CHUNK, Damaged, TooMuch
from pipeline.formats.decode import Rejected, declared_encoding, decode
from pipeline.formats.http import Response, charset, fields, media_type, response
from pipeline.formats.inputs import Reject, Source
from pipeline.formats.record import Found, Record

VERSION = re.compile(rb"WARC/[01]\.\d+\s*$")
HEAD = 1 << 20  # bytes of the fields of a record
TYPES = ("response", "resource", "conversion")
HTML = ("text/html", "application/xhtml+xml")
TRIES = 100  # damaged members of packed data one after the other; those that cannot go on after damage fail for ever
KEPT = ("warc-date", "warc-record-id")


class _Entry(NamedTuple):
    """One record."""

    number: int  # from 1
    start: int  # byte
    fields: Mapping[str, str]
    content: bytes  # empty for records that are no documents; cut if it is more than one may have


def read_warc(source: Source, stream: BinaryIO) -> Found:
    """One document a response with HTML or plain text, a resource, or a conversion; other records are not documents."""
    empty = True
    for entry in _entries(stream):
        found = _document(source, entry) if isinstance(entry, _Entry) else entry
        if found is not None:
            empty = False
            yield found._replace(path=source.name) if isinstance(found, Reject) else found
    if empty:
        yield Reject(source.name, None, 0, "no record that holds a page or a text")


def _entries(stream: BinaryIO) -> Iterator[_Entry | Reject]:
    """The records; what is none is passed over up to the next, and is one reject."""
    walk = _Walk(stream)
    while True:
        try:
            entry = walk.next()
        except Damaged as error:
            if not walk.lost:
                reason = f"{error.reason}; what stands before the next record is left out"
                yield Reject("", walk.number + 1, walk.at, reason)
            walk.lost = True
            if walk.is_stuck():
                return
            continue
        if entry is None:
            return
        yield entry


class _Walk:
    """Goes through a file from record to record."""

    def __init__(self, stream: BinaryIO) -> None:
        self.at = 0  # bytes read
        self.number = 0  # records read
        self.lost = False  # since the last record
        self._stream = stream
        self._faults: list[int] = []  # bytes read at the last faults

    def is_stuck(self) -> bool:
        """Whether fault follows fault, and nothing can be read between them."""
        self._faults = [*self._faults, self.at][-TRIES:]
        return self._faults.count(self.at) == TRIES

    def next(self) -> _Entry | Reject | None:
        """The next record, or what stands in its place; None at the end.

        Raises:
            Damaged: it cannot be read; what follows may be.
        """
        while line := self._stream.readline(CHUNK):
            start, self.at = self.at, self.at + len(line)
            if VERSION.match(line):
                return self._entry(start)
            if line.strip() and not self.lost:
                self.lost = True
                reason = "not a WARC record: what stands before the next one is left out"
                return Reject("", self.number + 1, start, reason)
        return None

    def _entry(self, start: int) -> _Entry:
        """The record whose first line has been read."""
        given = fields(self._head())
        size = given.get("content-length", "")
        if not (size.isascii() and size.isdigit() and len(size) < 19):
            raise Damaged("a record without its length")
        content = self._content(given, int(size))
        self.number, self.lost = self.number + 1, False
        return _Entry(self.number, start, given, content)

    def _head(self) -> bytes:
        head = bytearray()
        while (line := self._stream.readline(HEAD)).strip():
            head += line
            self.at += len(line)
            if len(head) > HEAD:
                raise Damaged(f"a record with more than {HEAD:,} bytes of fields")
        if not line:
            raise Damaged("the file ends too early")
        self.at += len(line)
        return bytes(head)

    def _content(self, given: Mapping[str, str], size: int) -> bytes:
        """The bytes of a record if it may be a document; always reads to its end."""
        wanted, data = given.get("warc-type") in TYPES, bytearray()
        while size:
            chunk = self._stream.read(min(CHUNK, size))
            if not chunk:
                raise Damaged("the file ends too early")
            size -= len(chunk)
            self.at += len(chunk)
            if wanted and len(data) <= bounded.LIMIT:
                data += chunk
        return bytes(data)


def _document(source: Source, entry: _Entry) -> Record | Reject | None:
    """The document of a record; None if it is not one."""
    kind = entry.fields.get("warc-type")
    if kind not in TYPES:
        return None
    try:
        of = response(entry.content) if kind == "response" else Response(200, entry.fields, entry.content)
        return _read(source, entry, of) if of and 200 <= of.status < 300 else None
    except (Rejected, Damaged) as error:
        return Reject(source.name, entry.number, entry.start, error.reason)


def _read(source: Source, entry: _Entry, of: Response) -> Record | None:
    given, data = media_type(of.fields), of.content
    is_html = given in HTML or (not given and b"<html" in data[:1024].lower())
    if not is_html and given != "text/plain":
        return None
    if len(entry.content) > bounded.LIMIT:
        raise TooMuch(f"a document of more than {bounded.LIMIT:,} bytes")
    found = decode(data, charset(of.fields) or (declared_encoding(data) if is_html else None))
    if not found.text.strip():
        raise Rejected("a record without text: nothing but white space")
    url = entry.fields.get("warc-target-uri", "").strip("<>")
    name = url or entry.fields.get("warc-record-id", "").strip("<>") or f"{source.name}:{entry.number}"
    text, markup = ("", found.text) if is_html else (found.text, None)
    metadata = {key: entry.fields[key] for key in KEPT if key in entry.fields}
    return Record(name, text, markup, url, source.name, metadata, found.encoding, found.newline, entry.number)
