"""Candidates: paragraphs that agree in a whole band of their signatures.

Two signatures of similarity s agree in a band of r rows with probability s^r, and in none of b bands with (1 - s^r)^b
(Broder 1997; Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.text.words import mix

MISSED = 0.015  # most of the pairs just at the threshold that the bands may miss
NEIGHBOURS = 12  # in a bucket each member meets so many before it in order of preference,
HEADS = 4  # and so many of the first, of which one is likely to stay
_PENDING = 1 << 22  # pairs held before repeated ones are dropped


class Pairs(NamedTuple):
    """Candidate pairs first < second, unique and sorted; `uncompared` counts members of buckets cut short."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    uncompared: int


def shape(threshold: float, permutations: int) -> tuple[int, int]:
    """Bands and rows: the longest bands that still miss at most `MISSED` of the pairs at the threshold.

    datasketch's own choice weighs false candidates as heavily as missed ones: 9 bands of 13 rows at a threshold of .8,
    which find .58 of the pairs between .80 and .85. Here false candidates are compared and cost only time.

    >>> shape(0.6, 128), shape(0.8, 128)
    ((32, 4), (18, 7))
    """
    fit = [r for r in range(1, permutations + 1) if (1 - threshold**r) ** (permutations // r) <= MISSED]
    rows = max(fit, default=1)
    return permutations // rows, rows


def keys(signatures: NDArray[np.uint32], bands: int, rows: int) -> list[NDArray[np.uint32]]:
    """A 32-bit key of each text for each band. Chance matches of keys are candidates too, and fail the comparison.

    Args:
        signatures: (permutations, texts), at least bands * rows permutations.
        bands: how many.
        rows: permutations of a band.
    """
    found = []
    for band in range(bands):
        key = np.full(signatures.shape[1], band + 1, np.uint64)
        for row in signatures[band * rows : (band + 1) * rows]:
            key = mix(key ^ row)
        found.append((key >> np.uint64(32)).astype(np.uint32))
    return found


def pairs(bands: Iterable[NDArray[np.uint32]], sizes: NDArray[np.int32], least: float) -> Pairs:
    """Rows that share a key in any band.

    A bucket of up to `NEIGHBOURS` + 1 members gives all its pairs. In a larger one, a template of a million pages say,
    each member meets its neighbours and the heads only, so that the number of pairs is linear in the rows.

    Args:
        bands: keys of all rows, band by band; rows stand in order of preference.
        sizes: words of each row.
        least: least ratio of the smaller to the larger size.
    """
    held: list[NDArray[np.uint64]] = []
    pending = uncompared = 0
    for key in bands:
        found, cut = _bucket_pairs(key, sizes, least)
        held.append(found)
        pending += len(found)
        uncompared += cut
        if pending > _PENDING:
            held = [_distinct(held)]
            pending = len(held[0]) // 2
    packed = _distinct(held)
    return Pairs((packed >> np.uint64(32)).astype(np.int64), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64), uncompared)


def _bucket_pairs(key: NDArray[np.uint32], sizes: NDArray[np.int32], least: float) -> tuple[NDArray[np.uint64], int]:
    """Packed pairs (first << 32 | second) of one band, and the members of buckets cut short."""
    ordered = np.sort(key.astype(np.uint64) << np.uint64(32) | np.arange(len(key), dtype=np.uint64))
    bucket, row = ordered >> np.uint64(32), (ordered & np.uint64(0xFFFFFFFF)).astype(np.int64)
    heads = np.flatnonzero(np.append(True, bucket[1:] != bucket[:-1])) if len(row) else np.zeros(0, np.int64)
    members = np.diff(np.append(heads, len(row)))
    shared = np.repeat(members > 1, members)
    place = (np.arange(len(row)) - np.repeat(heads, members))[shared]  # of each member in its bucket
    at, found = np.flatnonzero(shared), []
    for step in range(1, NEIGHBOURS + 1):
        met = at[place >= step]
        found.append(_alike(row[met - step], row[met], sizes, least))
    for head in range(HEADS):
        far = place > NEIGHBOURS + head
        found.append(_alike(row[at[far] - place[far] + head], row[at[far]], sizes, least))
    cut = int(members[members > NEIGHBOURS + HEADS + 1].sum())
    return np.concatenate(found), cut


def _alike(
    first: NDArray[np.int64], second: NDArray[np.int64], sizes: NDArray[np.int32], least: float
) -> NDArray[np.uint64]:
    """Packed pairs whose sizes allow them to be similar."""
    one, two = sizes[first], sizes[second]
    keep = np.minimum(one, two) >= least * np.maximum(one, two)
    return first[keep].astype(np.uint64) << np.uint64(32) | second[keep].astype(np.uint64)


def _distinct(packed: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    return np.unique(np.concatenate(packed)) if packed else np.zeros(0, np.uint64)
