"""ZIP archives -> their members, by the table of contents at the end; by the members' own headers where that is damaged."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from pipeline.formats.bounded import Allowance, Damaged, buffered, seekable, sound
from pipeline.formats.containers import Member, documents, irregular
from pipeline.formats.inputs import Reject, Source
from pipeline.formats.record import Found, Read
from pipeline.formats.zip_salvage import salvaged

ENCRYPTED = 0x1
FAULTS = (Damaged, struct.error, ValueError, OverflowError)


def read_zip(source: Source, stream: BinaryIO, read: Read) -> Found:
    """The documents of an archive."""
    try:
        data = seekable(stream)
    except Damaged as error:
        yield Reject(source.name, None, error.byte, error.reason)
        return
    try:
        archive = sound(lambda: zipfile.ZipFile(data))
    except FAULTS:
        yield Reject(source.name, None, None, "a damaged ZIP archive: what can be found in it is read")
        yield from documents(source, salvaged(data), read)
        return
    with archive:
        yield from documents(source, _members(archive, Allowance(lambda: data.seek(0, io.SEEK_END))), read)


def _members(archive: zipfile.ZipFile, allowance: Allowance) -> Iterator[Member]:
    for info in archive.infolist():
        if not info.filename.endswith("/"):  # `is_dir` fails on a member without a name
            refusal = "it is encrypted" if info.flag_bits & ENCRYPTED else irregular(info.external_attr >> 16)
            yield Member(info.filename, refusal, lambda info=info: _open(archive, info, allowance))  # type: ignore[misc]


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance) -> BinaryIO:
    """A member; never gives more than the table of contents says, so that is what is counted."""
    Allowance(lambda: info.compress_size).spend(info.file_size)
    allowance.spend(info.file_size)
    try:
        return buffered(_Sized(sound(lambda: archive.open(info)), info.file_size))
    except FAULTS as error:
        raise Damaged("damaged: its header in the archive is not what the table of contents says") from error


class _Sized:
    """A member that must be as long as the table of contents says."""

    def __init__(self, stream: Any, size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int) -> bytes:
        data: bytes = self._stream.read1(size)
        self._left -= len(data)
        if self._left and not data and size:
            raise Damaged("it is shorter than the archive says")
        return data
