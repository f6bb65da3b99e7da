"""Candidates: paragraphs that agree in a whole band of their signatures.

Two signatures of similarity s agree in a band of r rows with probability s^r, and in none of b bands with (1 - s^r)^b
(Broder 1997; Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from pipeline.text.words import mix

MISSED = 0.0025  # most of the pairs just at the threshold that the bands may miss; with .012 one row in 2,000 was lost
_ODD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


@lru_cache(maxsize=8)
def shape(threshold: float, permutations: int) -> tuple[int, ...]:
    """Rows of each band: the longest bands, and as few shorter ones by one row, that miss at most `MISSED` at the threshold.

    datasketch's own choice weighs false candidates as heavily as missed ones: 9 bands of 13 rows at a threshold of .8,
    which find .58 of the pairs between .80 and .85. Here false candidates are compared and cost only time.

    >>> shape(0.6, 128) == 23 * (4,) + 12 * (3,), shape(0.8, 128) == 2 * (7,) + 19 * (6,)
    (True, True)
    """
    for rows in range(permutations, 1, -1):
        for short in range(permutations // (rows - 1) + 1):
            long = (permutations - short * (rows - 1)) // rows
            if (1 - threshold**rows) ** long * (1 - threshold ** (rows - 1)) ** short <= MISSED:
                return (rows,) * long + (rows - 1,) * short
    return (1,) * permutations


def keys(signatures: NDArray[np.uint32], rows: Sequence[int]) -> NDArray[np.uint32]:
    """(bands, texts) keys of 32 bits. Chance matches of keys are candidates too, and fail the comparison.

    Args:
        signatures: (permutations, texts), at least as many permutations as the bands have rows.
        rows: of each band; those of one length stand together.
    """
    out = np.empty((len(rows), signatures.shape[1]), np.uint32)
    band = row = 0
    for length, same in groupby(rows):
        count = len(list(same))
        each = signatures[row : row + count * length].reshape(count, length, -1)
        key = np.repeat(np.arange(band + 1, band + count + 1, dtype=np.uint64), signatures.shape[1])
        for nth in range(length):
            key *= _ODD
            key += each[:, nth].ravel()
        out[band : band + count] = (mix(key) >> _HALF).astype(np.uint32).reshape(count, -1)
        band, row = band + count, row + count * length
    return out
