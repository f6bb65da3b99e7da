"""Runs of equal values in sorted columns: sets, counts and groups without a hash table."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def heads(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """Places where a run of equal rows begins, in columns sorted together.

    >>> heads(np.array([3, 3, 5, 7, 7])).tolist()
    [0, 2, 3]
    """
    if not len(columns[0]):
        return np.zeros(0, np.int64)
    new = np.zeros(len(columns[0]), bool)
    new[0] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The values, sorted, each once; a sort with SIMD beats the hash table of `numpy.unique` many times."""
    values = np.sort(values)
    return np.asarray(values[heads(values)])


def places(starts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Place of each item in its run, for runs that begin at `starts` and fill `size` items.

    >>> places(np.array([0, 2, 3]), 5).tolist()
    [0, 1, 0, 0, 1]
    """
    return np.arange(size) - np.repeat(starts, np.diff(np.append(starts, size)))
