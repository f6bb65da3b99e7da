"""Packed files -> the bytes in them, also of several members one after the other."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import pyarrow as pa

from pipeline.formats.bounded import Allowance, buffered


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


UNPACK: Mapping[str, Callable[[Any], Any]] = {
    "gzip": lambda stream: gzip.GzipFile(fileobj=stream),
    "zstd": _arrow("zstd"),
    "bzip2": _arrow("bz2"),
    "xz": lzma.LZMAFile,
}
