"""One input file -> its documents, and a `Reject` for each part that cannot be read; neighbours always live."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any, BinaryIO

from pipeline.formats.bounded import CHUNK, Damaged
from pipeline.formats.csv_rows import read_csv
from pipeline.formats.documents import read_html, read_text
from pipeline.formats.inputs import CONTAINERS, Reject, Source, open_source, plain
from pipeline.formats.jsonl import read_jsonl
from pipeline.formats.packings import unpack
from pipeline.formats.parquet import read_parquet
from pipeline.formats.record import Found, Read, Record, without_surrogates
from pipeline.formats.tar_archive import read_tar
from pipeline.formats.warc import read_warc
from pipeline.formats.zip_archive import read_zip

__all__ = ["Reader", "Record", "Reject", "read", "without_surrogates"]

READERS: Mapping[str, Read] = {
    "text": read_text,
    "html": read_html,
    "jsonl": read_jsonl,
    "csv": read_csv,
    "parquet": read_parquet,
    "warc": read_warc,
}
SEEKING = ("parquet", "zip")  # their table of contents stands at the end


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

    def __iter__(self) -> Found:
        """Records and rejects in the order of the file."""
        try:
            with self._stream or open_source(self.source) as stream:
                self._bytes.open(stream)
                yield from self._parts(stream)
        except OSError as error:
            yield Reject(self.source.name, None, None, f"cannot be read: {plain(error.strerror or str(error))}")

    def _parts(self, stream: BinaryIO) -> Found:
        if self.source.kind in SEEKING and not self.source.packing:
            self._finish()  # read twice: once from end to end for the checksum, then where its parts lie
            stream.seek(0)
            yield from _read(self.source, stream)
            return
        data = unpack(self.source.packing, self._bytes, lambda: self._bytes.size)
        try:
            yield from _read(self.source, data)
        except Damaged as error:
            yield Reject(self.source.name, None, error.byte, error.reason)
        self._finish()

    def _finish(self) -> None:
        """What no reader asked for, as what follows damaged data, belongs to the checksum too."""
        while self._bytes.read(CHUNK):
            pass


def read(source: Source, stream: BinaryIO | None = None) -> Reader:
    """The documents of a source.

    Args:
        source: what `inputs.find` found.
        stream: read instead of the source's path; JSONL on standard input is `Source(Path("-"), "-", "jsonl", "")`.
    """
    return Reader(source, stream)


def _read(source: Source, stream: BinaryIO) -> Found:
    """The parts of a source, and those of the members of an archive."""
    if source.kind not in CONTAINERS:
        return READERS[source.kind](source, stream)
    walk = read_zip if source.kind == "zip" else read_tar
    return walk(source, stream, _member)


def _member(source: Source, stream: BinaryIO) -> Found:
    """The parts of one member."""
    return READERS[source.kind](source, unpack(source.packing, stream, stream.tell))


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
