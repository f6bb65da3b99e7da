"""A text without what no comparison looks at: runs of ASCII separators become one space."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.text.normal import JOINTS, SPACE

_SEPARATES = np.array([b < 128 and not (chr(b).isalnum() or chr(b) == "_") for b in range(256)])
_JOINS = np.array([b in JOINTS for b in range(256)])


def compact(buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The same words, capitals and numbers, in the same order, for `normal.fold` and all that reads what it folded.

    A separator beside a character beyond ASCII stays as it is: that may be a mark that joins it, or another digit.

    Args:
        buffer: valid UTF-8 of all texts, one after the other.
        offsets: len + 1 places in the buffer, from 0.

    >>> bytes(compact(np.frombuffer(b'"Up 3.5%," he said...', np.uint8), np.array([0, 21]))[0])
    b'Up 3.5 he said '
    """
    some = offsets[:-1] < offsets[1:]
    starts, lasts = offsets[:-1][some], offsets[1:][some] - 1
    plain, digit = buffer < 128, (buffer - np.uint8(ord("0"))) < 10
    joint = _JOINS[buffer] & _before(digit, starts, edge=False) & _after(digit, lasts, edge=False)
    space = _SEPARATES[buffer] & _before(plain, starts, edge=True) & _after(plain, lasts, edge=True) & ~joint
    keep = ~(space & _before(space, starts, edge=True))
    total = np.concatenate((np.zeros(1, np.int64), np.cumsum(keep)))
    out: NDArray[np.uint8] = np.where(space, np.uint8(SPACE), buffer)[keep]
    return out, np.asarray(total[offsets], np.int64)


def _before(marks: NDArray[np.bool_], starts: NDArray[np.int64], *, edge: bool) -> NDArray[np.bool_]:
    """The mark of the byte before each one; `edge` for the first of a text."""
    out = np.empty_like(marks)
    out[1:] = marks[:-1]
    out[starts] = edge
    return out


def _after(marks: NDArray[np.bool_], lasts: NDArray[np.int64], *, edge: bool) -> NDArray[np.bool_]:
    """The mark of the byte after each one; `edge` for the last of a text."""
    out = np.empty_like(marks)
    out[:-1] = marks[1:]
    out[lasts] = edge
    return out
