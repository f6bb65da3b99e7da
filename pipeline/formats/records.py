"""One input file -> its documents, and a `Reject` for each part that cannot be read; neighbours always live.

Nothing in here trusts a size: documents and lines are read up to `LIMIT` bytes, and JSONL is streamed line by line.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import orjson

from pipeline.formats.decode import Decoded, Rejected, declared_encoding, decode
from pipeline.formats.inputs import Reject, Source, open_source, plain

__all__ = ["Reader", "Record", "Reject", "read", "without_surrogates"]

LIMIT = 200_000_000  # bytes of one document or line: longer ones are no pages, and would not fit the memory
CHUNK = 1 << 20
BROKEN_PACKING = (EOFError, gzip.BadGzipFile, zlib.error)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


@dataclass(frozen=True)
class Record:
    """One document as its input gives it."""

    id: str
    text: str  # empty where there is markup
    markup: str | None  # HTML source
    url: str
    source: str  # the row's own, else the name of the file
    metadata: dict[str, Any] = field(default_factory=dict)
    encoding: str = "utf-8"
    newline: str = "\n"
    line: int = 1  # in its file, from 1


class Reader:
    """Iterates over the records and rejects of one source; knows the size and checksum of its bytes at the end."""

    def __init__(self, source: Source, stream: BinaryIO | None = None) -> None:
        """Takes an open stream for standard input; else the file is opened when the iteration begins."""
        self.source = source
        self._stream = stream
        self._bytes = _Counted()

    @property
    def sha256(self) -> str:
        """Of the bytes as they lie on the disk; complete once the iteration has ended."""
        return self._bytes.digest.hexdigest()

    @property
    def size(self) -> int:
        """Bytes on the disk; complete once the iteration has ended."""
        return self._bytes.size

    def __iter__(self) -> Iterator[Record | Reject]:
        """Records and rejects in the order of the file."""
        try:
            with self._stream or open_source(self.source) as stream:
                self._bytes.open(stream)
                yield from READERS[self.source.kind](self.source, UNPACK[self.source.packing](self._bytes))
                while self._bytes.read(CHUNK):  # what follows damaged data belongs to the checksum too
                    pass
        except OSError as error:
            yield Reject(self.source.name, None, None, f"cannot be read: {plain(error.strerror or str(error))}")


def read(source: Source, stream: BinaryIO | None = None) -> Reader:
    """The documents of a source.

    Args:
        source: what `inputs.find` found.
        stream: read instead of the source's path; JSONL on standard input is `Source(Path("-"), "-", "jsonl", "")`.
    """
    return Reader(source, stream)


def without_surrogates(text: str) -> str:
    r"""Text that UTF-8 can hold: pairs of surrogates joined, a lone one replaced by U+FFFD.

    JSON may spell half a character, and the rest of such a document is sound. The WHATWG "USVString" rule.

    >>> without_surrogates("a\ud83d b\ud83d\ude00")
    'a� b😀'
    """
    if text.isascii():
        return text
    return SURROGATES.sub(lambda m: m.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), text)


class _Counted(io.RawIOBase):
    """A raw stream that counts and hashes what is read through it."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self._stream: BinaryIO | None = None

    def open(self, stream: BinaryIO) -> None:
        """Begins a reading of the stream from its start."""
        self.__init__()  # type: ignore[misc]
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer)) if self._stream else b""
        buffer[: len(data)] = data
        self.digest.update(data)
        self.size += len(data)
        return len(data)


def _whole(source: Source, stream: BinaryIO) -> bytes | Reject:
    """All bytes of a document."""
    data = bytearray()
    try:
        while len(data) <= LIMIT and (chunk := stream.read(CHUNK)):
            data += chunk
    except BROKEN_PACKING as error:
        return Reject(source.name, None, len(data), _packing_reason(error))
    if len(data) > LIMIT:
        return Reject(source.name, None, LIMIT, f"a document of more than {LIMIT:,} bytes")
    return bytes(data)


def _packing_reason(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "the compressed data ends too early"
    return f"damaged compressed data: {plain(str(error))}"


def _read_text(source: Source, stream: BinaryIO) -> Iterator[Record | Reject]:
    """A .txt file: one document."""
    found = _decoded(source, stream)
    if isinstance(found, Reject):
        yield found
    elif not found.text.strip():
        yield Reject(source.name, None, 0, "a file without text: nothing but white space")
    else:
        name = re.sub(r"(?i)\.txt(\.gz)?$", "", source.name)
        yield Record(name, found.text, None, "", source.name, {}, found.encoding, found.newline)


def _read_html(source: Source, stream: BinaryIO) -> Iterator[Record | Reject]:
    """A page: one document, decoded, not yet parsed."""
    found = _decoded(source, stream)
    if isinstance(found, Reject):
        yield found
    else:
        name = re.sub(r"(?i)\.gz$", "", source.name)
        yield Record(name, "", found.text, "", source.name, {}, found.encoding, found.newline)


def _decoded(source: Source, stream: BinaryIO) -> Decoded | Reject:
    data = _whole(source, stream)
    if isinstance(data, Reject):
        return data
    try:
        return decode(data, declared_encoding(data) if source.kind == "html" else None)
    except Rejected as error:
        return Reject(source.name, None, error.byte, error.reason)


def _read_jsonl(source: Source, stream: BinaryIO) -> Iterator[Record | Reject]:
    """One document a line."""
    empty = True
    for number, start, line in _lines(stream):
        if isinstance(line, str):
            yield Reject(source.name, number, start, line)
        elif number == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield Reject(source.name, 1, 0, "JSONL must be UTF-8, and this is UTF-16")
            return
        elif line.strip():
            yield _record(source, number, start, line)
        else:
            continue
        empty = False
    if empty:
        yield Reject(source.name, None, 0, "a file without a line")


def _lines(stream: BinaryIO) -> Iterator[tuple[int, int, bytes | str]]:
    """Number, offset and bytes of each line; a string says what is wrong with one that is not there."""
    number, start = 1, 0
    try:
        while line := stream.readline(LIMIT + 1):
            length = len(line)
            if length > LIMIT:
                while (rest := stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                    length += len(rest)
                length += len(rest)
                yield number, start, f"a line of more than {LIMIT:,} bytes"
            else:
                yield number, start, line
            number, start = number + 1, start + length
    except BROKEN_PACKING as error:
        yield number, start, _packing_reason(error) + "; whole lines before it were read"


def _record(source: Source, number: int, start: int, line: bytes) -> Record | Reject:
    """The document on one line."""

    def reject(reason: str, byte: int = 0) -> Reject:
        return Reject(source.name, number, start + byte, reason)

    if number == 1 and line.startswith(BYTE_ORDER_MARK):
        line = line[len(BYTE_ORDER_MARK) :]
    try:
        row = _parse(line)
    except UnicodeDecodeError as error:
        return reject("invalid UTF-8", error.start)
    except (ValueError, RecursionError) as error:
        return reject(f"not JSON: {plain(str(error))}")
    if not isinstance(row, dict):
        return reject(f"not a JSON object but {_json_type(row)}")
    return _from_row(row, source, number, reject)


def _from_row(row: dict[str, Any], source: Source, number: int, reject: Callable[[str], Reject]) -> Record | Reject:
    """The document of one JSON object."""
    name, content = ("html", row.get("html")) if row.get("text") is None else ("text", row["text"])
    if content is None:
        return reject('no "text" and no "html"')
    if not isinstance(content, str):
        return reject(f'"{name}" is not a string but {_json_type(content)}')
    if not content.strip():
        return reject(f'"{name}" is empty')
    key = row.get("id")
    if isinstance(key, bool) or not isinstance(key, str | int | float | None):
        return reject(f'"id" is neither a string nor a number but {_json_type(key)}')
    known = {"id", name} | {k for k in ("url", "source") if isinstance(row.get(k), str)}
    return Record(
        id=f"{source.name}:{number}" if key in (None, "") else str(key),
        text=content if name == "text" else "",
        markup=content if name == "html" else None,
        url=row["url"] if "url" in known else "",
        source=row["source"] if "source" in known else source.name,
        metadata={k: v for k, v in row.items() if k not in known},
        line=number,
    )


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


def _json_type(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "an array"}
    return "null" if value is None else names.get(type(value), "an object")


READERS: Mapping[str, Callable[[Source, BinaryIO], Iterator[Record | Reject]]] = {
    "text": _read_text,
    "html": _read_html,
    "jsonl": _read_jsonl,
}
UNPACK: Mapping[str, Callable[[Any], Any]] = {
    "": io.BufferedReader,
    "gzip": lambda stream: gzip.GzipFile(fileobj=stream),
}
