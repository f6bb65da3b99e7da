"""Words of a column of texts, found over its UTF-8 bytes, each with a 64-bit key of its lower-case form.

A word is a run of letters. The key is a polynomial hash of random values per byte: a few passes over the buffer give
the keys of all words of a batch, so that distinct words are judged once and no string is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BASE = 0x9E3779B97F4A7C15  # odd, so that no power of it is 0 modulo 2**64
_random = np.random.default_rng(20261121)
VALUES = _random.integers(1, 1 << 63, 256, np.uint64)
VALUES[65:91] = VALUES[97:123]  # letter case does not count

POWERS = np.cumprod(np.full(256, BASE, np.uint64))  # by place in the word; beyond, order does not count

LETTER = np.zeros(256, bool)
LETTER[65:91] = LETTER[97:123] = True
LETTER[128:] = True


class Words(NamedTuple):
    """Columns of equal length, in the order of the text."""

    start: NDArray[np.int64]  # bytes in the buffer
    end: NDArray[np.int64]
    row: NDArray[np.int64]  # of the text
    key: NDArray[np.uint64]


def words_of(buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Words:
    """All words of a column.

    Args:
        buffer: UTF-8 bytes of all texts, one after the other.
        offsets: len + 1 places in the buffer; a word ends where its text ends.
    """
    letter = _letters(buffer)
    before = np.zeros(len(buffer) + 1, bool)
    before[1:] = letter
    cut = np.zeros(len(buffer) + 1, bool)
    cut[offsets] = True
    start = np.flatnonzero(letter & (~before[:-1] | cut[:-1]))
    after = np.append(letter[1:], False)
    end = np.flatnonzero(letter & (~after | cut[1:]))[: len(start)] + 1
    row = np.searchsorted(offsets, start, side="right") - 1
    return Words(start, end, row, _keys(buffer, start, end))


def keys_of(words: Sequence[str]) -> NDArray[np.uint64]:
    """Keys of lower-case words, as `words_of` gives them."""
    buffer = np.frombuffer("\n".join(words).encode(), np.uint8)
    end = np.append(np.flatnonzero(buffer == 10), len(buffer))[: len(words)]
    start = np.concatenate((np.zeros(1, np.int64), end[:-1] + 1))[: len(words)]
    return _keys(buffer, start, end)


def members(keys: NDArray[np.uint64], table: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each key stands in a sorted table."""
    if not len(table):
        return np.zeros(len(keys), bool)
    at = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    return np.asarray(table[at] == keys)


def _letters(buffer: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """True on the bytes of letters: ASCII letters and all beyond ASCII but punctuation, symbols and emoji."""
    letter = LETTER[buffer]
    for lead, width in ((0xC2, 2), (0xE2, 3), (0xF0, 4)):
        at = np.flatnonzero(buffer == lead)
        for k in range(width):
            letter[np.minimum(at + k, len(buffer) - 1)] = False
    return letter


def _keys(buffer: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint64]:
    if not len(start):
        return np.zeros(0, np.uint64)
    width = end - start
    first = np.cumsum(width) - width
    place = np.arange(int(width.sum()), dtype=np.int32) - np.repeat(first.astype(np.int32), width)
    at = place + np.repeat(start.astype(np.int32), width)
    values = _lower(buffer)[at] * POWERS[np.minimum(place, len(POWERS) - 1)]
    key = np.add.reduceat(values, first)
    key ^= key >> np.uint64(29)
    return np.asarray(key * np.uint64(BASE))


def _lower(buffer: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Random value of each byte; the capitals of Latin-1 (À to Þ) count as their small letters."""
    values = VALUES[buffer]
    at = np.flatnonzero(buffer[:-1] == 0xC3) + 1
    capital = at[(buffer[at] >= 0x80) & (buffer[at] <= 0x9E)]
    values[capital] = VALUES[buffer[capital] + 32]
    return np.asarray(values)
