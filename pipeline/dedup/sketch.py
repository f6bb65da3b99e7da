"""Two bits of each MinHash value: enough to tell most pairs that share a band by chance before their texts are read again.

Two values of paragraphs of similarity s agree in their lowest two bits with probability s + (1 - s) / 4 (P. Li and
A. C. Koenig: b-bit minwise hashing, 2010). Of 128 values a quarter of a byte each is kept, 32 bytes a paragraph.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_EACH = 4  # values of a byte
_CHANCE = 0.75  # that two unlike values differ in their bits
_DEVIATIONS = 3.5  # of the count of differing values, by which a pair may seem less alike: 2 of 10,000 do at the threshold
_AT_ONCE = 1 << 14  # pairs whose sketches stay in the cache


def width(permutations: int) -> int:
    """Bytes of a sketch; a number of permutations that is no multiple of four leaves some out."""
    return permutations // _EACH


def sketches(signatures: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """(texts, bytes) sketches of (permutations, texts) signatures."""
    count, texts = signatures.shape
    low = (signatures[: width(count) * _EACH].astype(np.uint8) & 3).reshape(width(count), _EACH, texts)
    return np.ascontiguousarray((low[:, 0] | low[:, 1] << 2 | low[:, 2] << 4 | low[:, 3] << 6).T)


def differing(sketches: NDArray[np.uint8], one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many values differ, as far as the sketches tell, for pairs of rows."""
    out = np.empty(len(one), np.int64)
    for start in range(0, len(one), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        out[some] = _COUNTS[sketches[one[some]] ^ sketches[two[some]]].sum(axis=1)
    return out


def most_differing(threshold: float, permutations: int) -> int:
    """How many values may differ in a pair that is as similar as the threshold asks.

    >>> most_differing(0.6, 128), most_differing(1.0, 128)
    (56, 0)
    """
    count, chance = width(permutations) * _EACH, _CHANCE * (1 - threshold)
    return math.floor(count * chance + _DEVIATIONS * math.sqrt(count * chance * (1 - chance)))


_COUNTS = np.array([sum(byte >> at & 3 > 0 for at in (0, 2, 4, 6)) for byte in range(256)], np.uint8)
