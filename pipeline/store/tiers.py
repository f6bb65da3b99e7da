"""Which segments are merged: those of about one size, so that a state of n rows has about log n of them."""

from __future__ import annotations

from collections.abc import Sequence

RATIO = 2  # a segment at most so many times as large as the one after it is merged with it
LARGEST = 1 << 27  # rows: row numbers and counts of entries fit 32 bits


def groups(rows: Sequence[int]) -> list[list[int]]:
    """Numbers of the segments to merge, in order; a segment alone stays as it is.

    O'Neil, Cheng, Gawlick, O'Neil: The log-structured merge-tree (1996), with sizes that at least double.

    >>> groups([100, 10, 5])
    [[0], [1, 2]]
    """
    held: list[tuple[list[int], int]] = []
    for number, size in enumerate(rows):
        held.append(([number], size))
        while len(held) > 1 and held[-2][1] <= RATIO * held[-1][1] and held[-2][1] + held[-1][1] <= LARGEST:
            (members, total), (others, more) = held[-2:]
            held[-2:] = [(members + others, total + more)]
    return [members for members, _ in held]
