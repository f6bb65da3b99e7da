"""TAR archives -> their members, as a stream: no seeking, no recursion, and no more memory than one header needs.

Python's `tarfile` reads the headers; the walk is our own, for `tarfile` takes a cut archive for a whole one, stops at
the first damaged header, and reads a header of any size that the archive claims.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from pipeline.formats.bounded import CHUNK, Damaged, buffered
from pipeline.formats.containers import Member, documents
from pipeline.formats.inputs import Reject, Source
from pipeline.formats.record import Found, Read

BLOCK = tarfile.BLOCKSIZE
MAGIC = b"ustar"  # in every header since 1988; what looks for the next header after damage must not be fooled by text
PAX = re.compile(rb"([0-9]{1,9}) ([^=]+)=")  # "LENGTH KEYWORD=", then the value and a line break
LONGEST = 1 << 20  # bytes of an extended header
LINKS = (tarfile.SYMTYPE, tarfile.LNKTYPE)
OTHERS = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
EXTENDED = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME)  # say more about the next member
PASSED = (tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK, tarfile.DIRTYPE)


def read_tar(source: Source, stream: BinaryIO, read: Read) -> Found:
    """The documents of an archive; after a damaged header, those from the next sound one on."""
    walk = _Walk(stream)
    yield from documents(source, _members(walk), read)
    reason = "a damaged header: what stands before the next sound one is left out"
    yield from (Reject(source.name, None, at, reason) for at in walk.faults)


def _members(walk: _Walk) -> Iterator[Member]:
    """The members; the content of each must be read before the next is asked for."""
    extended: dict[str, str] = {}
    for info in walk:
        part = _Part(walk, _size(info, extended))
        if info.type in EXTENDED:
            extended |= _extended(info, part)
        elif info.type not in PASSED:
            name = extended.get("path", info.name)
            yield Member(name, _refusal(info, extended), lambda part=part: buffered(part))  # type: ignore[misc]
            extended = {}
        part.finish()


class _Walk:
    """Goes through an archive from header to header."""

    def __init__(self, stream: BinaryIO) -> None:
        self.at = 0  # bytes read
        self.faults: list[int] = []  # where headers are damaged
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Up to `size` bytes.

        Raises:
            Damaged: there are none.
        """
        data = self._stream.read(size)
        self.at += len(data)
        if not data:
            raise Damaged("not a TAR archive" if self.faults == [0] else "the archive ends too early", self.at)
        return data

    def __iter__(self) -> Iterator[tarfile.TarInfo]:
        """The headers up to the mark of the end."""
        lost = False
        while True:
            at, block = self.at, self.read(BLOCK)
            try:
                if lost and block[257:262] != MAGIC:
                    continue
                yield tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
                lost = False
            except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
                return
            except tarfile.HeaderError:
                self.faults += [] if lost else [at]
                lost = True


class _Part(io.RawIOBase):
    """The data of one member."""

    def __init__(self, walk: _Walk, size: int) -> None:
        self._walk, self._left, self._padding = walk, size, -size % BLOCK

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._walk.read(min(len(buffer), self._left)) if self._left else b""
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)

    def finish(self) -> None:
        """Skips what is left, up to the next header."""
        self._left, self._padding = self._left + self._padding, 0
        while self.read(CHUNK):
            pass


def _size(info: tarfile.TarInfo, extended: dict[str, str]) -> int:
    """Bytes of data after the header."""
    if info.type in (*LINKS, *OTHERS, tarfile.DIRTYPE):
        return 0
    given = extended.get("size", "") if info.type not in EXTENDED else ""
    size = int(given) if given.isascii() and given.isdigit() else info.size
    if size < 0 or (size > LONGEST and info.type in EXTENDED):
        raise Damaged(f"a header that claims {size:,} bytes")
    return size


def _extended(info: tarfile.TarInfo, part: _Part) -> dict[str, str]:
    """What an extended header says: `path`, `size` and others. POSIX.1-2001, "pax Header Block"."""
    data = part.readall()
    if info.type == tarfile.GNUTYPE_LONGNAME:
        return {"path": data.rstrip(b"\0").decode("utf-8", "surrogateescape")}
    found, at = {}, 0
    while match := PAX.match(data, at):
        at += max(int(match[1]), len(match[0]) + 1)
        found[match[2].decode("utf-8", "replace")] = data[match.end() : at - 1].decode("utf-8", "surrogateescape")
    return found


def _refusal(info: tarfile.TarInfo, extended: dict[str, str]) -> str:
    if info.type in LINKS:
        return "not a regular file but a link"
    if info.type in OTHERS:
        return "not a regular file but a device or the like"
    if info.type == tarfile.GNUTYPE_SPARSE or any(name.startswith("GNU.sparse") for name in extended):
        return "a sparse file, whose size in the archive is not its own"
    return ""
