"""Reading data that nobody vouches for: every size is counted, and whatever is wrong with the data is one error."""

from __future__ import annotations

import errno
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar

from pipeline.formats.inputs import plain

LIMIT = 64_000_000  # bytes of one document or line: no page is longer, and the stages need 25 times that in memory
HELD = 200_000_000  # bytes of a packed file that can only be read as a whole
CHUNK = 1 << 20
RATIO = 1000  # a text that repeats itself for ever packs better than that, and none that was written does
FREE = 10_000_000  # bytes that any file may unpack to
T = TypeVar("T")
BROKEN = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError)


class Damaged(ValueError):  # noqa: N818 - a finding about the data
    """The data cannot be read on from here; `reason` is one line, `byte` the place in the unpacked data if it is known."""

    def __init__(self, reason: str, byte: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.byte = byte


class TooMuch(Damaged):
    """The data may be sound, but there is more of it than any document has."""


class Allowance:
    """How much may come out of packed data; what unpacks to more is a bomb."""

    def __init__(self, packed: Callable[[], int]) -> None:
        """`packed` tells the bytes of the packed data by now."""
        self._packed = packed
        self._spent = 0

    def spend(self, size: int) -> None:
        """Counts unpacked bytes.

        Raises:
            TooMuch: it is.
        """
        self._spent += size
        if self._spent > FREE and self._spent > RATIO * self._packed():
            raise TooMuch(f"it unpacks to more than {RATIO:,} times its size")


class Guarded(io.RawIOBase):
    """Reads through a decoder whose errors become `Damaged`; those of the disk stay what they are."""

    def __init__(self, stream: Any, *allowances: Allowance) -> None:
        """Any object with `read(size)`; each allowance counts what is read."""
        self._read = getattr(stream, "read1", stream.read)  # not to lose what comes before the damage
        self._allowances = allowances
        self._count = 0

    def tell(self) -> int:
        """Bytes read by now."""
        return self._count

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads into the buffer.

        Raises:
            Damaged: the data is.
            OSError: the disk failed.
        """
        data = sound(lambda: self._read(len(buffer)))
        for allowance in self._allowances:
            allowance.spend(len(data))
        buffer[: len(data)] = data
        self._count += len(data)
        return len(data)


def sound(read: Callable[[], T]) -> T:
    """What `read` gives.

    Raises:
        Damaged: it failed because of the data.
        OSError: it failed because of the disk, which an error number tells.
    """
    try:
        return read()
    except BROKEN as error:
        raise Damaged(_reason(error)) from error
    except OSError as error:
        if not is_damage(error):
            raise
        raise Damaged(_reason(error)) from error


def is_damage(error: Exception) -> bool:
    """Whether it comes from a decoder or from a place in the file that damaged data name, not from disk or memory.

    Arrow's error for want of memory is one of its own errors too.
    """
    return not isinstance(error, OSError | MemoryError) or getattr(error, "errno", 0) in (None, errno.EINVAL)


def buffered(stream: Any, *allowances: Allowance) -> BinaryIO:
    """A stream with lines over a decoder."""
    return io.BufferedReader(Guarded(stream, *allowances), 1 << 16)


def whole(stream: BinaryIO, limit: int | None = None) -> bytes:
    """All bytes of one document.

    Raises:
        Damaged: they cannot be read, or are more than the limit, `LIMIT` if none is given.
    """
    most, data = limit or LIMIT, bytearray()
    try:
        while len(data) <= most and (chunk := stream.read(CHUNK)):
            data += chunk
    except Damaged as error:
        error.byte = len(data)
        raise
    if len(data) > most:
        raise TooMuch(f"a {'packed file' if limit else 'document'} of more than {most:,} bytes", most)
    return bytes(data)


def seekable(stream: BinaryIO) -> BinaryIO:
    """The stream, or all its bytes in memory if it cannot be read from any place; raises as `whole`."""
    return stream if stream.seekable() else io.BytesIO(whole(stream, HELD))


def _reason(error: Exception) -> str:
    if isinstance(error, EOFError) or "Truncated" in str(error):
        return "the compressed data ends too early"
    if "Memory usage limit" in str(error) or "too much memory" in str(error):  # xz; zstd
        return "the compressed data asks for more memory than any packer is told to use"
    return f"damaged compressed data: {plain(str(error))}"
