"""Candidates: paragraphs that agree in a whole band of their signatures.

Two signatures of similarity s agree in a band of r rows with probability s^r, and in none of b bands with (1 - s^r)^b
(Broder 1997; Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.text import runs
from pipeline.text.words import mix

MISSED = 0.015  # most of the pairs just at the threshold that the bands may miss
NEIGHBOURS = 8  # in a bucket each member meets so many before it in order of preference,
HEADS = 4  # and so many of the first, of which one is likely to stay
PARTNERS = 12  # rows before it that one row is compared with
_PENDING = 1 << 18  # pairs held before repeated ones are put together
_ODD = np.uint64(0x9E3779B97F4A7C15)
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


class Pairs(NamedTuple):
    """Candidate pairs first < second, unique and sorted; `uncompared` counts rows that met only a part of theirs."""

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
            key *= _ODD
            key += row
        found.append((mix(key) >> _HALF).astype(np.uint32))
    return found


def pairs(bands: Iterable[NDArray[np.uint32]], sizes: NDArray[np.int32], least: float) -> Pairs:
    """Rows that share a key in any band.

    A bucket of up to `NEIGHBOURS` + 1 members gives all its pairs. In a larger one, a template of a million pages say,
    each member meets its neighbours and the heads only; and of all that it meets, each row keeps the `PARTNERS` with
    which it shares most bands. So the number of pairs is linear in the rows, whatever the text.

    Args:
        bands: keys of all rows, band by band; rows stand in order of preference.
        sizes: words of each row.
        least: least ratio of the smaller to the larger size.
    """
    held = _Tally(np.zeros(0, np.uint64), np.zeros(0, np.int32))
    fresh: list[NDArray[np.uint64]] = []
    cut = np.zeros(len(sizes), bool)
    for key in bands:
        fresh.append(_bucket_pairs(key, sizes, least, cut))
        if sum(map(len, fresh)) > max(_PENDING, len(held.packed)):
            held, fresh = _best(_added(held, fresh), 2 * PARTNERS, cut), []
    packed = _best(_added(held, fresh), PARTNERS, cut).packed
    return Pairs((packed >> _HALF).astype(np.int64), (packed & _LOW).astype(np.int64), int(cut.sum()))


class _Tally(NamedTuple):
    """Packed pairs (first << 32 | second), sorted, and in how many bands each was met."""

    packed: NDArray[np.uint64]
    counts: NDArray[np.int32]


def _bucket_pairs(
    key: NDArray[np.uint32], sizes: NDArray[np.int32], least: float, cut: NDArray[np.bool_]
) -> NDArray[np.uint64]:
    """Packed pairs of one band; marks in `cut` the members of buckets too large to give all pairs."""
    ordered = key.astype(np.uint64)
    ordered <<= _HALF
    ordered |= np.arange(len(key), dtype=np.uint64)
    ordered.sort()
    met = np.zeros(len(key) + 1, bool)
    met[1:-1] = ordered[1:] >> _HALF == ordered[:-1] >> _HALF
    ordered = ordered[met[1:] | met[:-1]]  # most rows are alone in their buckets
    row = (ordered & _LOW).astype(np.int64)
    at, place = np.arange(len(row)), runs.places(runs.heads(ordered >> _HALF), len(row))
    found = [np.zeros(0, np.uint64)]
    for step in range(1, NEIGHBOURS + 1):
        at, place = at[place >= step], place[place >= step]
        found.append(_alike(row[at - step], row[at], sizes, least))
    for head in range(HEADS):
        at, place = at[place > NEIGHBOURS + head], place[place > NEIGHBOURS + head]
        found.append(_alike(row[at - place + head], row[at], sizes, least))
    cut[row[at]] = True
    return np.concatenate(found)


def _alike(first: NDArray[np.int64], second: NDArray[np.int64], sizes: NDArray[np.int32], least: float) -> NDArray[np.uint64]:
    """Packed pairs whose sizes allow them to be similar."""
    one, two = sizes[first], sizes[second]
    keep = np.minimum(one, two) >= least * np.maximum(one, two)
    return first[keep].astype(np.uint64) << _HALF | second[keep].astype(np.uint64)


def _added(held: _Tally, fresh: list[NDArray[np.uint64]]) -> _Tally:
    new = np.sort(np.concatenate([np.zeros(0, np.uint64), *fresh]))
    starts = runs.heads(new)
    packed = np.concatenate((held.packed, new[starts]))
    counts = np.concatenate((held.counts, np.diff(np.append(starts, len(new))).astype(np.int32)))
    if not len(held.packed):
        return _Tally(packed, counts)
    order = np.argsort(packed, kind="stable")
    starts = runs.heads(packed[order])
    return _Tally(packed[order][starts], np.add.reduceat(counts[order], starts))


def _best(found: _Tally, limit: int, cut: NDArray[np.bool_]) -> _Tally:
    """At most `limit` pairs for each second row: those met in most bands, then those with the most preferred row."""
    second = (found.packed & _LOW).astype(np.int32)
    crowded = np.bincount(second, minlength=len(cut)) > limit
    many = np.flatnonzero(crowded[second])
    order = many[np.lexsort((found.packed[many], -found.counts[many], second[many]))]
    keep = np.ones(len(second), bool)
    keep[order[runs.places(runs.heads(second[order]), len(order)) >= limit]] = False
    cut |= crowded
    return _Tally(found.packed[keep], found.counts[keep])
