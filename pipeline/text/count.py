"""Counts over the bytes of a column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def words(buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """White-space separated words of each text.

    Args:
        buffer: UTF-8 bytes of all texts, one after the other.
        offsets: len + 1 places in the buffer.

    >>> words(np.frombuffer(b"two wordsone", np.uint8), np.array([0, 9, 12])).tolist()
    [2, 1]
    """
    visible = buffer > 32
    first = visible.copy()
    first[1:] &= ~visible[:-1]
    starts = offsets[:-1][offsets[:-1] < offsets[1:]]
    first[starts] = visible[starts]
    total = np.concatenate(([0], np.cumsum(first)))
    return np.asarray(total[offsets[1:]] - total[offsets[:-1]])


def line_breaks(buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Line feeds in each text; arguments as in `words`."""
    total = np.concatenate(([0], np.cumsum(buffer == 10)))
    return np.asarray(total[offsets[1:]] - total[offsets[:-1]])
