"""Words of a column of texts, found over its UTF-8 bytes, each with a 64-bit key of its lower-case form.

A word is a run of letters. The buffer is walked in portions that stay in the cache; no string is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ODD, ALL = 0x9E3779B97F4A7C15, (1 << 64) - 1  # multiplying by an odd number loses nothing
BASE, SHIFT = np.uint64(ODD), np.uint64(29)
LONG = 64  # bytes of a word that its key looks at
MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)  # the first n of eight bytes
PORTION = 1 << 18  # bytes at a time
MANY = 1 << 14  # words at a time
FILL = 2  # buckets a key


class Words(NamedTuple):
    """Columns of equal length, in the order of the text; `first` has one row more than there are texts."""

    start: NDArray[np.int64]  # bytes in the buffer
    end: NDArray[np.int64]
    key: NDArray[np.uint64]
    first: NDArray[np.int64]  # the words of text i are first[i] to first[i + 1]

    def row(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """The texts of some words."""
        return np.searchsorted(self.first, at, side="right") - 1

    def per_text(self, flag: NDArray[np.bool_]) -> NDArray[np.int64]:
        """For each text the number of its words with a flag."""
        total = np.zeros(len(flag) + 1, np.int32)
        np.cumsum(flag, out=total[1:])
        return np.diff(total[self.first]).astype(np.int64)


class Table:
    """Numbers from 1 on under 64-bit keys, sorted, with the place of the first key of each bucket (the key's first bits)."""

    def __init__(self, keys: NDArray[np.uint64], values: NDArray[np.uint16]) -> None:
        """Where a key comes twice, its first value stays."""
        order = np.argsort(keys)  # four times as quick as a stable sort
        keys = keys[order]
        new = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
        self.keys, self.values = keys[new], values[np.minimum.reduceat(order, new)] if len(new) else values
        bits = max(1, (FILL * len(keys)).bit_length() - 1)
        self._shift = np.uint64(64 - bits)
        sizes = np.bincount(self.keys >> self._shift, minlength=1 << bits)
        self._first = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int32)

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview, memoryview, int]:
        """Keys, numbers and buckets for one look-up at a time, several times as quick in plain Python."""
        return self.keys.data, self.values.data, self._first.data, int(self._shift)

    def one(self, key: int) -> int:
        """The number of one key; 0 where there is none."""
        keys, values, first, shift = self._views
        at = first[key >> shift] if len(keys) else 0
        while at < len(keys) and keys[at] < key:
            at += 1
        return int(values[at]) if at < len(keys) and keys[at] == key else 0

    def __getitem__(self, keys: NDArray[np.uint64]) -> NDArray[np.uint16]:
        """The number of each key; 0 where there is none."""
        out = np.zeros(len(keys), np.uint16)
        for lo in range(0, len(keys) if len(self.keys) else 0, MANY):
            out[lo : lo + MANY] = self._found(keys[lo : lo + MANY])
        return out

    def _found(self, keys: NDArray[np.uint64]) -> NDArray[np.uint16]:
        last = len(self.keys) - 1
        at = np.minimum(self._first[keys >> self._shift], last)
        seen = self.keys[at]
        rest = np.flatnonzero(seen < keys)  # the next of the same bucket, for the few that share one
        while len(rest):
            at[rest] += 1
            rest = rest[at[rest] <= last]
            seen[rest] = self.keys[at[rest]]
            rest = rest[seen[rest] < keys[rest]]
        return np.where(seen == keys, self.values[np.minimum(at, last)], np.uint16(0))


def words_of(buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Words:
    """All words of a column.

    Args:
        buffer: UTF-8 bytes of all texts, one after the other.
        offsets: len + 1 places in the buffer; a word ends where its text ends.
    """
    edges = list(_edges(buffer, offsets))
    turns = np.concatenate(edges) if edges else np.zeros(0, np.int64)
    start, end = turns[0::2], turns[1::2]
    return Words(start, end, keys_at(buffer, start, end), np.searchsorted(start, offsets))


def keys_of(words: Sequence[str]) -> NDArray[np.uint64]:
    """Keys of lower-case words, as `words_of` gives them."""
    buffer = np.frombuffer("\n".join(words).encode(), np.uint8)
    end = np.append(np.flatnonzero(buffer == 10), len(buffer))[: len(words)]
    start = np.concatenate((np.zeros(1, np.int64), end[:-1] + 1))[: len(words)]
    return keys_at(buffer, start, end)


def key_of(word: bytes) -> int:
    """The key of one word without capitals, as `keys_at` gives it."""
    key = len(word)
    for at in range(0, min(len(word), LONG), 8):
        mixed = ((key ^ int.from_bytes(word[at : at + 8], "little")) * ODD) & ALL
        key = mixed ^ (mixed >> 29)
    return key * ODD & ALL


def keys_at(buffer: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Keys of the words at some places, in any order; each may be part of another."""
    out = np.zeros(len(start), np.uint64)
    for lo in range(0, len(start), MANY):
        s, e = start[lo : lo + MANY], end[lo : lo + MANY]
        first, last = int(s.min()), int(np.minimum(e, s + LONG).max())
        if last - first > LONG * len(s):  # few and far between
            near = np.minimum(s[:, None] + np.arange(LONG), len(buffer) - 1)
            out[lo : lo + MANY] = _keys(buffer[near].ravel(), np.arange(len(s)) * LONG, e - s)
        else:
            out[lo : lo + MANY] = _keys(buffer[first:last], s - first, e - s)
    return out


def _edges(buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Starts and ends of words in turn, portion by portion; both where two texts touch within letters."""
    lo, inside = 0, False
    while lo < len(buffer):
        hi = min(lo + PORTION, len(buffer))
        while hi < len(buffer) and buffer[hi] & 0xC0 == 0x80:  # within a character
            hi += 1
        letter = np.empty(hi - lo + 1, bool)
        letter[0], letter[1:] = inside, _letters(buffer[lo:hi])
        turns = np.flatnonzero(letter[1:] != letter[:-1]) + lo
        cuts = offsets[np.searchsorted(offsets, max(lo, 1)) : np.searchsorted(offsets, hi)]
        cuts = np.unique(cuts[letter[cuts - lo] & letter[cuts - lo + 1]])
        yield np.sort(np.concatenate((turns, cuts, cuts)), kind="stable") if len(cuts) else turns
        lo, inside = hi, bool(letter[-1])
    if inside:
        yield np.array([len(buffer)])


def _letters(buffer: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """True on the bytes of letters: ASCII letters and all beyond ASCII but punctuation, symbols and emoji."""
    beyond = buffer >= 128
    letter = ((buffer | 32) - np.uint8(97) < 26) | beyond
    if beyond.any():
        for lead, width in ((0xC2, 2), (0xE2, 3), (0xF0, 4)):
            at = np.flatnonzero(buffer == lead)
            for k in range(width):
                letter[np.minimum(at + k, len(buffer) - 1)] = False
    return letter


def _keys(buffer: NDArray[np.uint8], start: NDArray[np.int64], width: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Eight bytes at a time: a multiplication and a shift for each, as in the mixing step of splitmix64."""
    padded = np.concatenate((_lower(buffer), np.zeros(8, np.uint8)))
    eight = np.ndarray((len(buffer) + 1,), "<u8", padded, strides=(1,))
    key = width.astype(np.uint64)
    at = np.flatnonzero(width > 0)
    for k in range(0, LONG, 8):
        if not len(at):
            break
        part = key if len(at) == len(key) else key[at]
        mixed = (part ^ (eight[start[at] + k] & MASKS[np.minimum(width[at] - k, 8)])) * BASE
        key[at] = mixed ^ (mixed >> SHIFT)
        at = at[width[at] > k + 8]
    return key * BASE


def _lower(buffer: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The bytes with small letters; the capitals of Latin-1 (À to Þ) too."""
    low = buffer | ((buffer - np.uint8(65) < 26).view(np.uint8) << 5)
    at = np.flatnonzero(buffer[:-1] == 0xC3) + 1
    low[at[(buffer[at] >= 0x80) & (buffer[at] <= 0x9E)]] += 32
    return np.asarray(low)
