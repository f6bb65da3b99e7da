"""What is left of a ZIP archive without a sound table of contents: every member begins with a header of its own.

APPNOTE 6.3.10, sections 4.3.7 (local file header) and 4.3.9 (data descriptor).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from pipeline.formats import bounded
from pipeline.formats.bounded import CHUNK, Allowance, Damaged, TooMuch
from pipeline.formats.containers import Member

SIGNATURE = b"PK\x03\x04"
HEADER = struct.Struct("<4s5H3I2H")
DESCRIPTOR = b"PK\x07\x08"
LONGEST = 1024  # bytes of a name; systems allow 255 for each part of a path
STORED, DEFLATED = 0, 8
ENCRYPTED, SIZES_FOLLOW, UTF8 = 0x1, 0x8, 0x800


class _Header(NamedTuple):
    """What stands before the data of a member."""

    name: str
    flags: int
    method: int
    crc: int
    size: int  # bytes of packed data, if flags do not say that they follow
    start: int  # of the data


def salvaged(data: BinaryIO) -> Iterator[Member]:
    """The members that can be found."""
    at, window = 0, _Window(data)
    while (at := window.find(at)) >= 0:
        header = _header(data, at)
        at += len(SIGNATURE)
        if header is None or header.name.endswith("/"):
            continue
        refusal, content = "", b""
        try:
            content, at = _content(data, header)
        except Damaged as error:
            refusal = error.reason
        yield Member(header.name, refusal, lambda content=content: io.BytesIO(content))  # type: ignore[misc]


class _Window:
    """Finds headers; holds what was read last, so that many of them close together cost no more than few."""

    def __init__(self, data: BinaryIO) -> None:
        self._data = data
        self._start, self._held = 0, b""

    def find(self, at: int) -> int:
        """Where the next header is, from byte `at` on; -1 if there is none."""
        while True:
            if not self._start <= at <= self._start + len(self._held) - len(SIGNATURE):
                self._data.seek(at)
                self._start, self._held = at, self._data.read(CHUNK)
                if len(self._held) < len(SIGNATURE):
                    return -1
            if (found := self._held.find(SIGNATURE, at - self._start)) >= 0:
                return self._start + found
            at = self._start + len(self._held) - len(SIGNATURE) + 1


def _header(data: BinaryIO, at: int) -> _Header | None:
    data.seek(at)
    block = data.read(HEADER.size)
    if len(block) < HEADER.size:
        return None
    _, _, flags, method, _, _, crc, size, _, name, extra = HEADER.unpack(block)
    if name > LONGEST:
        return None
    text = data.read(name).decode("utf-8" if flags & UTF8 else "cp437", "surrogateescape")
    return _Header(text, flags, method, crc, size, at + HEADER.size + name + extra)


def _content(data: BinaryIO, header: _Header) -> tuple[bytes, int]:
    """The unpacked data, and where it ends."""
    if header.flags & ENCRYPTED:
        raise Damaged("it is encrypted")
    if header.method == DEFLATED:
        content, end = _inflated(data, header.start)
    elif header.method == STORED and not header.flags & SIZES_FOLLOW and header.size <= bounded.LIMIT:
        data.seek(header.start)
        content, end = data.read(header.size), header.start + header.size
    else:
        raise Damaged("it cannot be read without the archive's table of contents")
    if zlib.crc32(content) != _checksum(data, header, end):
        raise Damaged("damaged: it does not have its checksum")
    return content, end


def _inflated(data: BinaryIO, start: int) -> tuple[bytes, int]:
    data.seek(start)
    inflater, out, packed = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0
    allowance = Allowance(lambda: packed)
    while not inflater.eof:
        chunk = inflater.unconsumed_tail or data.read(1 << 16)
        if not chunk:
            raise Damaged("the compressed data ends too early")
        try:
            piece = inflater.decompress(chunk, CHUNK)
        except zlib.error as error:
            raise Damaged(f"damaged compressed data: {error}") from error
        packed += len(chunk) - len(inflater.unconsumed_tail)
        allowance.spend(len(piece))
        out += piece
        if len(out) > bounded.LIMIT:
            raise TooMuch(f"a document of more than {bounded.LIMIT:,} bytes")
    return bytes(out), start + packed - len(inflater.unused_data)


def _checksum(data: BinaryIO, header: _Header, end: int) -> int:
    """The CRC-32 that the member should have."""
    if not header.flags & SIZES_FOLLOW:
        return header.crc
    data.seek(end)
    block = data.read(8)
    return int.from_bytes(block[4:] if block.startswith(DESCRIPTOR) else block[:4], "little")
