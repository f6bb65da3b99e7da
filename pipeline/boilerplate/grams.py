"""Word vectors of a block: a small hashed table of words, word pairs and whole lines that told furniture from content.

The table has a power of two of slots; a slot holds one gram, 8 bits of its hash to tell it from others, and a vector of
bytes. Sums over a block's grams are differences of one running sum of packed counters, exact in any order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.features import Floats, between, unpack
from pipeline.boilerplate.tokens import Bytes, Hashes, Ints, Tokens, mix

HEAD, TAIL = 20, 4  # words of a block that are looked up: what names a block stands at its ends
_KINDS = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93], np.uint64)
_START, _END = (
    np.uint64(0x2545F4914F6CDD1D),
    np.uint64(0x9FB21C651E98DF25),
)  # what stands before the first word and after the last
_BIAS = 128  # makes a signed byte a count, so that four of them add up in one number


class Grams(NamedTuple):
    """Hashes of one kind, and the block of each, ascending."""

    hashes: Hashes
    rows: Ints


def grams(tokens: Tokens) -> tuple[Grams, Grams, Grams]:
    """Words; pairs of neighbours, also with the block's edges; whole blocks."""
    words = tokens.end_word - tokens.first_word
    some, row, hashes = np.flatnonzero(words), np.repeat(np.arange(len(words)), words), tokens.hashes
    place = np.arange(len(row))
    keep = np.flatnonzero((place - tokens.first_word[row] < HEAD) | (tokens.end_word[row] - place <= TAIL))
    ends = tokens.end_word[some]
    following = np.append(hashes[1:], _END)
    following[ends - 1] = _END
    pairs = mix(hashes * _KINDS[1] + following)
    openings = mix(hashes[tokens.first_word[some]] + _START)
    after = np.cumsum(np.minimum(words, HEAD + TAIL))[some]  # an opening stands after the pairs of its block
    return (
        Grams(hashes[keep] ^ _KINDS[0], row[keep]),
        Grams(np.insert(pairs[keep], after, openings) ^ _KINDS[1], np.insert(row[keep], after, some)),
        Grams(tokens.lines ^ _KINDS[2], np.arange(len(words))),
    )


def look_up(found: Grams, checks: Bytes) -> tuple[Ints, Ints]:
    """(rows, slots) of the grams that the table holds; slot 0 is never used."""
    slots = (found.hashes & np.uint64(len(checks) - 1)).view(np.int64)
    known = np.flatnonzero((checks[slots] == (found.hashes >> np.uint64(56)).astype(np.uint8)) & (slots > 0))
    return found.rows[known], slots[known]


def pack(vectors: NDArray[np.int8]) -> NDArray[np.uint64]:
    """(slots, d) signed bytes as (d / 4, slots) numbers of four 16-bit counters."""
    biased = (vectors.astype(np.int16) + _BIAS).astype(np.uint16)
    return np.ascontiguousarray(np.ascontiguousarray(biased).view(np.uint64).T)


def bags(tokens: Tokens, checks: Bytes, packed: NDArray[np.uint64], scale: Floats) -> Floats:
    """(3 d + 1, blocks): mean vector of words, of pairs, the vector of the whole block, the share of words known."""
    n, d = len(tokens.lines), len(scale)
    out = np.zeros((3 * d + 1, n), np.float32)
    looked_up = np.clip(tokens.end_word - tokens.first_word, 1, HEAD + TAIL).astype(np.float32)
    for kind, found in enumerate(grams(tokens)):
        rows, slots = look_up(found, checks)
        count = np.bincount(rows, minlength=n)
        ends = np.cumsum(count)
        sums = np.concatenate([unpack(between(column[slots], ends - count, ends)) for column in packed])
        total = (sums - _BIAS * count.astype(np.float32)) * scale[:, None]
        out[kind * d : kind * d + d] = total if kind == 2 else total / looked_up
        if kind == 0:
            out[-1] = count / looked_up
    return out
