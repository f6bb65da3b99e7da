"""Texts as numbers of words in a list of their own: of two thirds the size that compressed letters take.

The more often a word stands in a chunk of texts, the smaller is its number, so that the numbers compress well. A chunk is a
table of one row, each value of which lies in one buffer.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

CHUNK = pa.schema(
    [
        ("words", pa.string()),  # the list, with a space between two
        ("counts", pa.list_(pa.uint32())),  # words of each text
        ("low", pa.list_(pa.uint16())),  # of the number of each word of all texts
        ("high", pa.list_(pa.uint8())),
    ]
)
_SPACE, _HIGH = " ", np.uint32(16)


def pack(texts: pa.ChunkedArray) -> pa.Table:
    """Some texts as one chunk.

    Args:
        texts: any, without nulls, of at most 16 million different words; words are what single spaces part.
    """
    lists = pc.split_pattern(pa.chunked_array([pa.concat_arrays(texts.chunks)], pa.string()), _SPACE).chunk(0)
    coded = lists.flatten().dictionary_encode()
    found, words = coded.indices.to_numpy(), coded.dictionary
    order = np.argsort(-np.bincount(found, minlength=len(words)), kind="stable")
    number = np.empty(len(order), np.uint32)
    number[order] = np.arange(len(order), dtype=np.uint32)
    numbers = number[found]
    joined = pc.binary_join(_one(words.take(pa.array(order))), _SPACE)
    values = [np.asarray(lists.value_lengths(), np.uint32), numbers.astype(np.uint16), (numbers >> _HIGH).astype(np.uint8)]
    return pa.table([joined, *(_one(pa.array(value)) for value in values)], schema=CHUNK)


def _one(values: pa.Array) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)


def unpack(chunk: pa.Table, rows: NDArray[np.int64]) -> pa.Array:
    """Some texts of a chunk, the very same."""
    counts, low, high = (chunk[name].combine_chunks().flatten().to_numpy() for name in CHUNK.names[1:])
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))
    edges = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts[rows], dtype=np.int64)))
    places = np.arange(edges[-1]) + np.repeat(offsets[rows] - edges[:-1], counts[rows])
    numbers = low[places] | high[places].astype(np.uint32) << _HIGH
    words = pc.split_pattern(chunk["words"], _SPACE).chunk(0).flatten().take(pa.array(numbers))
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(edges.astype(np.int32)), words), _SPACE)
