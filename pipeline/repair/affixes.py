"""The words of a list by how they begin and how they end: two sorted columns of their first and last eight bytes.

A sorted list of the words, and one of the words spelt backwards, would cost ten times the time and the memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.words import MASKS

EIGHT = 8  # bytes in a column


class Affixes:
    """Words of a buffer by their first and their last letters; words are named by their place in the list."""

    def __init__(self, buffer: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]) -> None:
        """Sort the words that stand at some places of a buffer of UTF-8 bytes."""
        padding = np.zeros(EIGHT, np.uint8)
        eight = np.ndarray((len(buffer) + EIGHT + 1,), "<u8", np.concatenate((padding, buffer, padding)), strides=(1,))
        inside = np.minimum(end - start, EIGHT)
        heads = (eight[start + EIGHT] & MASKS[inside]).byteswap()
        tails = eight[end] & ~MASKS[EIGHT - inside]
        self._buffer, self._start, self._end, self._tails = buffer.data, start, end, tails
        self._by_head, self._by_tail = (np.argsort(column, kind="stable").astype(np.int32) for column in (heads, tails))
        self._sorted = heads[self._by_head], tails[self._by_tail]

    def word(self, place: int) -> bytes:
        """One of the words."""
        return bytes(self._buffer[self._start[place] : self._end[place]])

    def starting(self, stem: bytes) -> NDArray[np.int32]:
        """Words that start with a stem of one byte or more, and where it is longer than eight perhaps others."""
        code = int.from_bytes(stem[:EIGHT].ljust(EIGHT, b"\0"), "big")
        return self._by_head[_range(self._sorted[0], code, len(stem))]

    def ending(self, stem: bytes) -> NDArray[np.int32]:
        """As `starting`, for the ends of words."""
        code = int.from_bytes(stem[-EIGHT:].rjust(EIGHT, b"\0"), "little")
        return self._by_tail[_range(self._sorted[1], code, len(stem))]

    def round(self, before: bytes, after: bytes, least: int, most: int) -> list[bytes]:
        """Words that start and end with some bytes, not both empty, and have `least` to `most` bytes between them."""
        places = self.ending(after) if len(after) > len(before) else self.starting(before)
        between = self._end[places] - self._start[places] - (len(before) + len(after))
        places = places[(between >= least) & (between <= most)]
        if len(before) >= len(after) > 0:
            shift = np.uint64(8 * max(0, EIGHT - len(after)))
            code = np.uint64(int.from_bytes(after[-EIGHT:].rjust(EIGHT, b"\0"), "little"))
            places = places[self._tails[places] >> shift == code >> shift]
        words = map(self.word, places.tolist())
        return [word for word in words if word.startswith(before) and word.endswith(after)]


def _range(column: NDArray[np.uint64], code: int, size: int) -> slice:
    """Where a sorted column agrees with a code in its first `size` bytes."""
    above = code + (1 << 8 * max(0, EIGHT - size))
    first, last = np.searchsorted(column, np.array([code, above], np.uint64)).tolist()
    return slice(first, last)
