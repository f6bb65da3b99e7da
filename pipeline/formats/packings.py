"""Packed files -> the bytes in them, also of several members one after the other."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import pyarrow as pa

from pipeline.formats.bounded import Allowance, buffered

MAGIC = b"\x1f\x8b\x08"
DICTIONARY = 140_000_000  # bytes of memory of an xz decoder: `xz -9` needs 65 MB, and zstd's own limit is a window of 128 MiB


def unpack(packing: str, stream: Any, packed: Callable[[], int]) -> BinaryIO:
    """The data in a packed stream; reading it raises `Damaged` for what is wrong with it.

    Args:
        packing: "" or one of `inputs.PACKINGS`.
        stream: what lies on the disk or in an archive.
        packed: tells how many bytes of that were read by now.
    """
    if not packing:
        return buffered(stream)
    return buffered(UNPACK[packing](stream), Allowance(packed))


def _arrow(codec: str) -> Callable[[Any], Any]:
    """Arrow's decoder, which unlike Python's takes trailing garbage and a cut stream for errors; None is its `zstd`."""
    return lambda stream: pa.CompressedInputStream(pa.PythonFile(stream, "r"), codec)


class _Gzip:
    """Members of gzip data. After a damaged one reading can go on with the next: crawlers pack each record alone."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._data = b""  # packed, not yet read
        self._member: Any = None  # the open one
        self._lost = False  # after damage, and no sound member seen since

    def read(self, size: int) -> bytes:
        """Some of the unpacked data; at most `size` bytes."""
        while self._fill():
            if self._member is None and not self._begin():
                continue
            try:
                out: bytes = self._member.decompress(self._data, size)
            except zlib.error:
                self._data, self._member = self._data[1:], None
                if self._lost:  # it only looked like the start of a member
                    continue
                self._lost = True
                raise
            self._data = self._member.unconsumed_tail
            if self._member.eof:
                self._data, self._member = self._member.unused_data, None
            if out:
                self._lost = False
                return out
        if self._member is None:
            return b""
        self._member = None
        raise EOFError

    def _fill(self) -> bool:
        self._data = self._data or self._stream.read(1 << 16)
        return bool(self._data)

    def _begin(self) -> bool:
        """Opens a member at the start of the data; False if it begins elsewhere."""
        if self._lost:
            at = self._data.find(MAGIC)
            self._data = self._data[at:] if at >= 0 else b""
        else:
            self._data = self._data.lstrip(b"\0")  # padding, as some tape archives have it
        if not self._data:
            return False
        if not self._data.startswith(MAGIC[: len(self._data)]):
            self._lost = True
            raise gzip.BadGzipFile("Not a gzipped file")
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True


class _Xz:
    """Streams of xz data, whose decoder has so much memory and no more: a header of twelve bytes may ask for 4 GiB."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._decoder = self._next()

    def read(self, size: int) -> bytes:
        """Some of the unpacked data; at most `size` bytes."""
        while True:
            data = b""
            if self._decoder.eof:
                data = self._rest()
                if not data:
                    return b""
                self._decoder = self._next()
            elif self._decoder.needs_input and not (data := self._stream.read(1 << 16)):
                raise EOFError
            if out := self._decoder.decompress(data, size):
                return out

    def _rest(self) -> bytes:
        """What follows a stream: the next one, after zeros that fill up to a block; empty at the end."""
        data = self._decoder.unused_data.lstrip(b"\0")
        while not data and (more := self._stream.read(1 << 16)):
            data = more.lstrip(b"\0")
        return data

    def _next(self) -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=DICTIONARY)


UNPACK: Mapping[str, Callable[[Any], Any]] = {
    "gzip": _Gzip,
    "zstd": _arrow("zstd"),
    "bzip2": _arrow("bz2"),
    "xz": _Xz,
}
