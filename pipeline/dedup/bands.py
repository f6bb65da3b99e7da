"""Candidates: paragraphs that agree in a whole band of their signatures.

Two signatures of similarity s agree in a band of r rows with probability s^r, and in none of b bands with (1 - s^r)^b
(Broder 1997; Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.text.words import mix

MISSED = 0.012  # most of the pairs just at the threshold that the bands may miss
_ODD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def shape(threshold: float, permutations: int) -> tuple[int, int]:
    """Bands and rows: the longest bands that still miss at most `MISSED` of the pairs at the threshold.

    datasketch's own choice weighs false candidates as heavily as missed ones: 9 bands of 13 rows at a threshold of .8,
    which find .58 of the pairs between .80 and .85. Here false candidates are compared and cost only time.

    >>> shape(0.6, 128), shape(0.8, 128)
    ((32, 4), (21, 6))
    """
    fit = [r for r in range(1, permutations + 1) if (1 - threshold**r) ** (permutations // r) <= MISSED]
    rows = max(fit, default=1)
    return permutations // rows, rows


def keys(signatures: NDArray[np.uint32], bands: int, rows: int) -> NDArray[np.uint32]:
    """(bands, texts) keys of 32 bits. Chance matches of keys are candidates too, and fail the comparison.

    Args:
        signatures: (permutations, texts), at least bands * rows permutations.
        bands: how many.
        rows: permutations of a band.
    """
    each = signatures[: bands * rows].reshape(bands, rows, signatures.shape[1])
    key = np.repeat(np.arange(1, bands + 1, dtype=np.uint64), signatures.shape[1])
    for row in range(rows):
        key *= _ODD
        key += each[:, row].ravel()
    return (mix(key) >> _HALF).astype(np.uint32).reshape(bands, signatures.shape[1])
