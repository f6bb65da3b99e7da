"""An HTTP response as crawlers store it -> status, fields and content.

RFC 9112, sections 4 to 7. Many crawlers store the content decoded and keep the fields that say how it was encoded, so
an encoding that the content does not have is none.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline.formats.bounded import Allowance, Damaged, TooMuch, buffered, whole

STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})\b")
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[^\r\n]*\r?\n")
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE | re.ASCII)


class Response(NamedTuple):
    """What a server sent."""

    status: int
    fields: Mapping[str, str]  # names in small letters
    content: bytes


def response(data: bytes) -> Response | None:
    """The response; None if the data is not one.

    Raises:
        TooMuch: its content unpacks to too much.
    """
    status, end = STATUS.match(data), END_OF_HEAD.search(data)
    if not status or not end:
        return None
    given, content = fields(data[: end.start()]), data[end.end() :]
    if "chunked" in given.get("transfer-encoding", "").lower():
        content = _joined(content)
    for coding in reversed(given.get("content-encoding", "").lower().replace(" ", "").split(",")[:3]):
        content = _unpacked(content, coding)
    return Response(int(status[1]), given, content)


def fields(head: bytes) -> dict[str, str]:
    r"""The fields of a head, by name in small letters; of two with one name the first.

    >>> fields(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
    {'content-type': 'text/html'}
    """
    found: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def media_type(given: Mapping[str, str]) -> str:
    """The type of the content, "text/html", without parameters; "" if it is not given."""
    return given.get("content-type", "").partition(";")[0].strip().lower()


def charset(given: Mapping[str, str]) -> str | None:
    """The encoding that the content type names."""
    match = CHARSET.search(given.get("content-type", ""))
    return match[1] if match else None


def _joined(data: bytes) -> bytes:
    """Chunked content in one piece; data that is not chunked as it is."""
    out, at = bytearray(), 0
    while match := CHUNK_SIZE.match(data, at):
        size = int(match[1], 16)
        if not size:
            return bytes(out)
        out += data[match.end() : match.end() + size]
        at = match.end() + size + (2 if data.startswith(b"\r\n", match.end() + size) else 1)
    return data


def _unpacked(data: bytes, coding: str) -> bytes:
    """Content without its content coding."""
    decoder = CODINGS.get(coding)
    if decoder is None or (coding.endswith("gzip") and not data.startswith(b"\x1f\x8b")):
        return data
    try:
        return whole(buffered(decoder(io.BytesIO(data)), Allowance(lambda: len(data))))
    except TooMuch:
        raise
    except Damaged:
        return data


class _Inflating:
    """The coding "deflate": zlib data, or, from old servers, bare DEFLATE data."""

    def __init__(self, stream: io.BytesIO) -> None:
        head = stream.read(2)
        stream.seek(0)
        is_zlib = len(head) == 2 and head[0] & 0x0F == 8 and int.from_bytes(head, "big") % 31 == 0
        self._stream, self._inflater = stream, zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)

    def read(self, size: int) -> bytes:
        while not self._inflater.eof:
            packed = self._inflater.unconsumed_tail or self._stream.read(1 << 16)
            data = self._inflater.decompress(packed, size)
            if data:
                return data
            if not packed:
                raise EOFError
        return b""


def _arrow(codec: str) -> Callable[[io.BytesIO], Any]:
    return lambda stream: pa.CompressedInputStream(pa.PythonFile(stream, "r"), codec)


CODINGS: Mapping[str, Callable[[io.BytesIO], Any]] = {
    "gzip": lambda stream: gzip.GzipFile(fileobj=stream),
    "x-gzip": lambda stream: gzip.GzipFile(fileobj=stream),
    "deflate": _Inflating,
    "br": _arrow("brotli"),
    "zstd": _arrow("zstd"),
}
