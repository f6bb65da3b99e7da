"""Strings of a buffer by how they begin and how they end: two sorted columns of their first and last eight bytes.

A sorted list of the words, and one of the words spelt backwards, would cost ten times the time and the memory.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.words import ALL, MASKS

EIGHT = 8  # bytes in a column


class Affixes:
    """Words of a buffer by their first and their last letters."""

    def __init__(self, buffer: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]) -> None:
        """Sort the words that stand at some places of a buffer of UTF-8 bytes."""
        self._buffer, self._start, self._end = buffer.data, start, end
        self._columns = first_bytes(buffer, start, end), _last_bytes(buffer, start, end)
        self._order = [np.argsort(column).astype(np.int32) for column in self._columns]
        self._views = [column[order].data for column, order in zip(self._columns, self._order, strict=True)]

    def between(self, before: bytes, after: bytes, least: int, most: int) -> list[bytes]:
        """What stands in words between their first and their last bytes, not both empty: `least` to `most` bytes."""
        b, a = len(before), len(after)
        codes = first_code(before), _last_code(after)
        long, short = (0, 1) if b >= a else (1, 0)  # the longer of the two leaves fewer words
        span = agreeing(self._views[long], *codes[long])
        if span.start == span.stop:
            return []
        places = self._order[long][span]
        start, end = self._start[places] + b, self._end[places] - a
        code, bits = codes[short]
        right = (self._columns[short][places] ^ np.uint64(code)) & np.uint64(ALL << bits & ALL) == 0
        right &= (end - start >= least) & (end - start <= most)
        text, found = self._buffer, list(zip(start[right].tolist(), end[right].tolist(), strict=True))
        if max(a, b) > EIGHT:
            found = [(i, j) for i, j in found if text[i - b : i] == before and text[j : j + a] == after]
        return [bytes(text[i:j]) for i, j in found]


def first_bytes(buffer: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The first eight bytes of some strings, the first of them highest; 0 behind a shorter string."""
    eight = np.ndarray((len(buffer) + 1,), "<u8", np.concatenate((buffer, np.zeros(EIGHT, np.uint8))), strides=(1,))
    return np.asarray((eight[start] & MASKS[np.minimum(end - start, EIGHT)]).byteswap())


def _last_bytes(buffer: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The last eight bytes of some strings, the last of them highest; 0 before a shorter string."""
    eight = np.ndarray((len(buffer) + 1,), "<u8", np.concatenate((np.zeros(EIGHT, np.uint8), buffer)), strides=(1,))
    return np.asarray(eight[end] & ~MASKS[EIGHT - np.minimum(end - start, EIGHT)])


def windows(text: bytes) -> NDArray[np.uint64]:
    """The eight bytes at each place of a text, sorted."""
    padded = np.frombuffer(text + bytes(EIGHT), np.uint8)
    return np.sort(np.ndarray((len(text),), "<u8", padded, strides=(1,)).byteswap())


def held(column: NDArray[np.uint64], strings: list[bytes]) -> list[bool]:
    """Which of some strings of at most eight bytes begin one of the `windows`."""
    codes = [(code, code + (1 << bits)) for code, bits in map(first_code, strings)]
    first, behind = np.searchsorted(column, np.array(codes, np.uint64).reshape(-1, 2)).T
    return [bool(some) for some in first < behind]


def agreeing(column: memoryview, code: int, bits: int) -> slice:
    """Where a sorted column agrees with a code in all but its last bits; plain bisection is quicker for one code."""
    return slice(bisect_left(column, code), bisect_left(column, code + (1 << bits)))


def first_code(stem: bytes) -> tuple[int, int]:
    """The eight first bytes of a string as in `first_bytes`, and the number of the last bits that a longer string has free."""
    return int.from_bytes(stem[:EIGHT].ljust(EIGHT, b"\0"), "big"), 8 * max(0, EIGHT - len(stem))


def _last_code(stem: bytes) -> tuple[int, int]:
    return int.from_bytes(stem[-EIGHT:].rjust(EIGHT, b"\0"), "little"), 8 * max(0, EIGHT - len(stem))
