"""WARC -> documents: pages and texts that servers sent, and the texts of Common Crawl's WET files.

ISO 28500, "WARC file format 1.1". The reader is our own: warcio takes a cut file for a whole one, and prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from pipeline.formats import bounded
from pipeline.formats.bounded import CHUNK, Damaged
from pipeline.formats.decode import Rejected, declared_encoding, decode
from pipeline.formats.http import Response, charset, fields, media_type, response
from pipeline.formats.inputs import Reject, Source
from pipeline.formats.record import Found, Record

VERSION = re.compile(rb"WARC/[01]\.\d+\s*$")
HEAD = 1 << 20  # bytes of the fields of a record
HTML = ("text/html", "application/xhtml+xml")
KEPT = ("warc-date", "warc-record-id")


class _Entry(NamedTuple):
    """One record."""

    number: int  # from 1
    start: int  # byte
    fields: Mapping[str, str]
    content: bytes | str  # a string says why it was not read


def read_warc(source: Source, stream: BinaryIO) -> Found:
    """One document a response with HTML or plain text, a resource, or a conversion; other records are not documents."""
    empty = True
    try:
        for entry in _entries(stream):
            found = _document(source, entry) if isinstance(entry, _Entry) else entry
            if found is not None:
                empty = False
                yield found._replace(path=source.name) if isinstance(found, Reject) else found
    except Damaged as error:
        yield Reject(source.name, None, error.byte, error.reason + ("" if empty else "; records before it were read"))
    else:
        if empty:
            yield Reject(source.name, None, 0, "no record that holds a page or a text")


def _entries(stream: BinaryIO) -> Iterator[_Entry | Reject]:
    """The records; what is none is passed over up to the next, and is one reject."""
    at, number, lost = 0, 0, False
    while line := stream.readline(CHUNK):
        start, at = at, at + len(line)
        if VERSION.match(line):
            head = _head(stream, at)
            number, lost = number + 1, False
            given = fields(head)
            size = _length(given, start)
            content = _content(stream, given, size, at := at + len(head))
            at += size
            yield _Entry(number, start, given, content)
        elif line.strip() and not lost:
            lost = True
            yield Reject("", number + 1, start, "not a WARC record: what stands before the next one is left out")


def _head(stream: BinaryIO, at: int) -> bytes:
    head = bytearray()
    while (line := stream.readline(HEAD)).strip():
        head += line
        if len(head) > HEAD:
            raise Damaged(f"a record with more than {HEAD:,} bytes of fields", at)
    if not line:
        raise Damaged("the file ends too early", at)
    return bytes(head + line)


def _length(given: Mapping[str, str], start: int) -> int:
    size = given.get("content-length", "")
    if not (size.isascii() and size.isdigit() and len(size) < 19):
        raise Damaged("a record without its length", start)
    return int(size)


def _content(stream: BinaryIO, given: Mapping[str, str], size: int, at: int) -> bytes | str:
    """The bytes of a record if it may be a document; always reads to its end."""
    wanted = given.get("warc-type") in ("response", "resource", "conversion") and size <= bounded.LIMIT
    data, left = bytearray(), size
    while left:
        chunk = stream.read(min(CHUNK, left))
        if not chunk:
            raise Damaged("the file ends too early", at + size - left)
        left -= len(chunk)
        if wanted:
            data += chunk
    return bytes(data) if size <= bounded.LIMIT else f"a document of more than {bounded.LIMIT:,} bytes"


def _document(source: Source, entry: _Entry) -> Record | Reject | None:
    """The document of a record; None if it is not one."""
    kind = entry.fields.get("warc-type")
    if kind not in ("response", "resource", "conversion"):
        return None
    try:
        if isinstance(entry.content, str):
            raise Rejected(entry.content)
        of = response(entry.content) if kind == "response" else Response(200, entry.fields, entry.content)
        return _read(source, entry, of) if of and 200 <= of.status < 300 else None
    except (Rejected, Damaged) as error:
        return Reject(source.name, entry.number, entry.start, error.reason)


def _read(source: Source, entry: _Entry, of: Response) -> Record | None:
    given, data = media_type(of.fields), of.content
    is_html = given in HTML or (not given and b"<html" in data[:1024].lower())
    if not is_html and given != "text/plain":
        return None
    found = decode(data, charset(of.fields) or (declared_encoding(data) if is_html else None))
    if not found.text.strip():
        raise Rejected("a record without text: nothing but white space")
    url = entry.fields.get("warc-target-uri", "").strip("<>")
    name = url or entry.fields.get("warc-record-id", "").strip("<>") or f"{source.name}:{entry.number}"
    text, markup = ("", found.text) if is_html else (found.text, None)
    metadata = {key: entry.fields[key] for key in KEPT if key in entry.fields}
    return Record(name, text, markup, url, source.name, metadata, found.encoding, found.newline, entry.number)
