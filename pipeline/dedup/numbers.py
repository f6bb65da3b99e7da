"""Numbers of paragraphs: batch and block row in one integer, in the order of the input.

Batches stand in the order of the input, so a smaller number stands earlier. Paragraphs of earlier runs have negative ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Piece
from pipeline.corpus.partition import part_of, split
from pipeline.corpus.stage import EARLIER
from pipeline.text.words import mix

_ROW = 32  # bits of a block row


def first(batch: int) -> int:
    """Number of the first block of a batch."""
    return batch << _ROW


def earlier(ages: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of paragraphs of earlier runs, by age: the oldest is the smallest."""
    return np.asarray(ages - (1 << 62))


def rows(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Block row of each, in its batch."""
    return np.asarray(numbers & ((1 << _ROW) - 1))


def batches(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Batch of each; the same one for all paragraphs of earlier runs."""
    return np.asarray(np.maximum(numbers >> _ROW, EARLIER))


def column(table: pa.Table, name: str) -> NDArray[Any]:
    """A column of numbers."""
    return np.asarray(table.column(name).to_numpy())


def matrix(packed: pa.ChunkedArray) -> NDArray[np.uint8]:
    """The (rows, bytes) of a column of binary values of one width."""
    width = packed.type.byte_width
    chunks = [np.frombuffer(chunk.buffers()[1], np.uint8)[chunk.offset * width :] for chunk in packed.chunks]
    parts = [values[: len(chunk) * width] for values, chunk in zip(chunks, packed.chunks, strict=True)]
    return np.concatenate([np.zeros(0, np.uint8), *parts]).reshape(len(packed), width)


def by_batch(stream: str, table: pa.Table, parts: int) -> Iterator[Piece]:
    """Rows for the tasks that gather what concerns the batch of each `number`."""
    return split(stream, table, batches(column(table, "number")) % parts, parts)


def by_number(stream: str, table: pa.Table, name: str, parts: int) -> Iterator[Piece]:
    """Rows that meet those with the same number in one of their columns."""
    return split(stream, table, scattered(column(table, name), parts), parts)


def scattered(numbers: NDArray[np.int64], parts: int) -> NDArray[np.int64]:
    """An evenly spread partition of each."""
    return part_of(mix(numbers.view(np.uint64)), parts)


def find(known: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Place of each number among sorted ones, and whether it is there."""
    if not len(known):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return at, np.asarray(known[at] == wanted)
