"""Texts of a merged segment: large chunks are copied, small neighbours packed anew, so that they share one list of words.

A run of 3,000 paragraphs has a list of words that takes 40 bytes of each; of 14,000 from five runs it takes 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.store import wordlist

CHUNK = 1 << 23  # bytes of text of a chunk: with half of that a paragraph takes 6 bytes more
OPTIONS = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", 9))
_LARGE, _MANY = 1 << 20, 1 << 13  # bytes or texts of a chunk that is copied: what is packed again would grow with each merge


class Stored(NamedTuple):
    """A chunk, or the part of one that is wanted."""

    data: NDArray[np.uint8]
    rows: int  # of the whole chunk
    first: int  # of those wanted
    last: int

    def texts(self) -> pa.Array:
        """The texts that are wanted."""
        table = pa.ipc.open_stream(pa.py_buffer(self.data)).read_all()
        return wordlist.unpack(table, np.arange(self.first, self.last))

    def stays(self) -> bool:
        """Whether it is copied as it is."""
        return self.last - self.first == self.rows and (len(self.data) >= _LARGE or self.rows >= _MANY)


def repacked(chunks: Iterable[Stored]) -> Iterator[tuple[int, NDArray[Any]]]:
    """Number of texts and bytes of each new chunk, in the same order."""
    held: list[pa.Array] = []
    for chunk in chunks:
        stays = chunk.stays()
        if not stays:
            held.append(chunk.texts())
        if held and (stays or sum(texts.nbytes for texts in held) >= CHUNK):
            yield _packed(held)
            held = []
        if stays:
            yield chunk.rows, chunk.data
    if held:
        yield _packed(held)


def _packed(held: list[pa.Array]) -> tuple[int, NDArray[np.uint8]]:
    texts = pa.chunked_array(held, pa.string())
    return len(texts), packed(wordlist.pack(texts))


def packed(table: pa.Table) -> NDArray[np.uint8]:
    """A table as a compressed Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=OPTIONS) as stream:
        stream.write_table(table.combine_chunks())
    return np.frombuffer(sink.getvalue(), np.uint8)
