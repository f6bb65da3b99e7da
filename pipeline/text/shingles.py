"""Shingles of words, and one key for the whole of a text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.text.words import mix

_STEP = np.uint64(0xD6E8FEB86659FD93)  # odd: a word's place in its shingle changes the sum


def shingles(hashes: NDArray[np.uint64], offsets: NDArray[np.int64], size: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Hashes of each run of `size` words, and len + 1 offsets into them; a text of fewer words has none.

    Args:
        hashes: of all words.
        offsets: len + 1 places in `hashes`.
        size: words of a shingle.

    >>> shingles(np.arange(5, dtype=np.uint64), np.array([0, 3, 4, 5]), 2)[1].tolist()
    [0, 2, 2, 2]
    """
    counts = np.maximum(np.diff(offsets) - size + 1, 0)
    if len(hashes) < size:
        return np.zeros(0, np.uint32), np.zeros(len(offsets), np.int64)
    total = hashes[: len(hashes) - size + 1].copy()
    for place in range(1, size):
        total *= _STEP
        total += hashes[place : len(hashes) - size + 1 + place]
    starts = np.ones(len(hashes), bool)
    for place in range(1, size):
        last = offsets[1:] - place
        starts[last[last >= offsets[:-1]]] = False
    total = total[starts[: len(total)]]
    return (mix(total) >> np.uint64(32)).astype(np.uint32), np.concatenate(([0], np.cumsum(counts)))


def sequence_keys(hashes: NDArray[np.uint64], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One 64-bit key of each text's words in their order; 0 for a text without words.

    Two different texts of a billion share a key with a chance of one in forty.
    """
    counts = np.diff(offsets)
    places = np.arange(len(hashes), dtype=np.uint64) - np.repeat(offsets[:-1], counts).astype(np.uint64)
    keys = np.zeros(len(counts), np.uint64)
    some = counts > 0
    if some.any():
        keys[some] = np.add.reduceat(mix(hashes + (places + np.uint64(1)) * _STEP), offsets[:-1][some])
    return mix(keys)
