"""Words of a column of texts, found over its UTF-8 bytes, each with a 64-bit key of its lower-case form.

A word is a run of letters. A few passes over the buffer give the keys of all words of a batch, so that distinct words are
judged once and no string is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BASE = np.uint64(0x9E3779B97F4A7C15)  # odd: multiplying by it loses nothing
SHIFT = np.uint64(29)
LONG = 64  # bytes of a word that its key looks at
MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)  # the first n of eight bytes

LETTER = np.zeros(256, bool)
LETTER[65:91] = LETTER[97:123] = True
LETTER[128:] = True
LOWER = np.arange(256, dtype=np.uint8)
LOWER[65:91] += 32


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
    """Eight bytes at a time: a multiplication and a shift for each, as in the mixing step of splitmix64."""
    padded = np.concatenate((_lower(buffer), np.zeros(8, np.uint8)))
    eight = np.ndarray((len(buffer) + 1,), "<u8", padded, strides=(1,))
    width = end - start
    key = width.astype(np.uint64)
    for k in range(0, min(int(width.max(initial=0)), LONG), 8):
        at = np.flatnonzero(width > k)
        mixed = (key[at] ^ (eight[start[at] + k] & MASKS[np.minimum(width[at] - k, 8)])) * BASE
        key[at] = mixed ^ (mixed >> SHIFT)
    return key * BASE


def _lower(buffer: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The bytes with small letters; the capitals of Latin-1 (À to Þ) too."""
    low = LOWER[buffer]
    at = np.flatnonzero(buffer[:-1] == 0xC3) + 1
    low[at[(buffer[at] >= 0x80) & (buffer[at] <= 0x9E)]] += 32
    return low
