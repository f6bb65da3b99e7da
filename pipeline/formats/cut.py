"""One document without its dropped blocks, and what each drop took out of the text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Cut(NamedTuple):
    """A text, and for each dropped block, in order, where it stood in that text and what went with it."""

    text: str
    offsets: list[int]  # characters
    before: list[str]


def cut(leads: list[str], bodies: list[str], kept: NDArray[np.bool_], tail: str) -> Cut:
    r"""The text that stays.

    Between two blocks that stay, one of the gaps stays: the one with the most line breaks, so that paragraphs that stood
    apart still do.

    Args:
        leads: the gap before each block.
        bodies: the blocks, indents included.
        kept: which of them stay.
        tail: what follows the last.

    >>> cut(["", "\n\n", "\n", "\n\n"], ["Menu", "A", "Share", "B"], np.array([False, True, False, True]), "\n")
    Cut(text='A\n\nB\n', offsets=[0, 1], before=['Menu\n\n', '\nShare'])
    """
    if kept.all():
        return Cut(_whole(leads, bodies) + tail, [], [])
    if not kept.any():
        before = [lead + body for lead, body in zip(leads, bodies, strict=True)]
        return Cut("", [0] * len(before), [*before[:-1], before[-1] + tail])
    return _cut(list(leads), bodies, kept, tail)


def _cut(leads: list[str], bodies: list[str], kept: NDArray[np.bool_], tail: str) -> Cut:
    out, offsets, before, size = list[str](), list[int](), list[str](), 0
    for start, end in _runs(kept):
        if kept[start]:
            part = _whole(leads[start:end], bodies[start:end])
        else:
            gap = _gap(leads, start, end)
            part = leads[gap] if end < len(leads) else ""
            before += [leads[i] + bodies[i] for i in range(start, gap)]
            before += [bodies[i] + leads[i + 1] for i in range(gap, end)]
            offsets += [size] * (gap - start) + [size + len(part)] * (end - gap)
            if end < len(leads):
                leads[end] = ""
        out.append(part)
        size += len(part)
    return Cut("".join(out) + tail, offsets, before)


def _gap(leads: list[str], start: int, end: int) -> int:
    """Which of the gaps round the dropped blocks from start to end stays; `end` at the end of a document: none does."""
    if start == 0 or end == len(leads):
        return start if end < len(leads) else end
    return max(range(start, end + 1), key=lambda i: (leads[i].count("\n"), i))


def _whole(leads: list[str], bodies: list[str]) -> str:
    return "".join(chain.from_iterable(zip(leads, bodies, strict=True)))


def _runs(kept: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Starts and ends of the runs of equal values."""
    return pairwise([0, *(np.flatnonzero(kept[1:] != kept[:-1]) + 1).tolist(), len(kept)])
