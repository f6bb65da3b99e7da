"""A large file of JSON lines -> ranges that tasks read beside each other, to find what one reader of the whole would."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from pipeline.formats.bounded import CHUNK
from pipeline.formats.inputs import Reject, Source, open_source, plain
from pipeline.formats.jsonl import UTF16, read_lines
from pipeline.formats.record import Found
from pipeline.formats.spool import Damaged


class Range(NamedTuple):
    """Whole lines of a file."""

    start: int  # bytes
    end: int
    line: int  # number of the first, from 1
    crc: int  # CRC-32 of the bytes


class Ranges(NamedTuple):
    """A file that was looked through; one without ranges is for a reader of the whole."""

    ranges: list[Range]
    size: int = 0  # bytes
    sha256: str = ""


def cut(source: Source, size: int) -> Ranges:
    """The ranges of a file, each ended by the first line end after `size` bytes.

    None for a file that cannot be read, is UTF-16 or holds no line: a reader of the whole says so.
    """
    seen = _Seen()
    try:
        with open_source(source) as stream:
            ranges = list(_ranges(stream, size, seen))
    except OSError:
        return Ranges([])
    return Ranges([] if seen.blank or seen.head.startswith(UTF16) else ranges, seen.size, seen.sha256.hexdigest())


class Changed(Damaged):
    """An input is not as it was when the job began; what was read of it is thrown away."""

    def __str__(self) -> str:
        return f"an input changed while it was read: {plain(self.path.name)}"


class Reader:
    """Iterates over the records and rejects of a range, as `records.Reader` does over those of a source."""

    def __init__(self, source: Source, part: Range) -> None:
        """Takes a range that `cut` found."""
        self.source, self.part = source, part
        self.size, self.sha256 = part.end - part.start, ""

    def __iter__(self) -> Found:
        """Records and rejects in the order of the file.

        Raises:
            Changed: the file is not as it was when it was cut.
        """
        part, name = self.part, self.source.name
        try:
            with open_source(self.source) as stream:
                within = _Within(stream, part)
                yield from read_lines(self.source, io.BufferedReader(within, 1 << 16), part.line, part.start)
        except OSError as error:
            yield Reject(name, part.line, part.start, f"cannot be read: {plain(error.strerror or str(error))}")
            return
        if within.crc != part.crc:
            raise Changed(self.source.path)


class _Seen:
    """What the walk over a file has seen by now."""

    def __init__(self) -> None:
        self.sha256, self.size, self.head, self.blank = hashlib.sha256(), 0, b"", True

    def add(self, data: bytes) -> None:
        self.sha256.update(data)
        self.head = self.head or data[:4]
        self.blank = self.blank and not data.strip()
        self.size += len(data)


def _ranges(stream: BinaryIO, size: int, seen: _Seen) -> Iterator[Range]:
    start, place, first, line, crc = 0, 0, 1, 1, 0
    while data := stream.read(CHUNK):
        seen.add(data)
        while data:
            end = data.find(b"\n", max(start + size - place, 0)) + 1 or len(data)
            piece, data = data[:end], data[end:]
            place, line, crc = place + len(piece), line + piece.count(b"\n"), zlib.crc32(piece, crc)
            if place - start > size and piece.endswith(b"\n"):
                yield Range(start, place, first, crc)
                start, first, crc = place, line, 0
    if place > start:
        yield Range(start, place, first, crc)


class _Within(io.RawIOBase):
    """A range of a file as a raw stream, summed as it is read."""

    def __init__(self, stream: BinaryIO, part: Range) -> None:
        stream.seek(part.start)
        self._stream, self._left, self.crc = stream, part.end - part.start, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        self.crc = zlib.crc32(data, self.crc)
        return len(data)
