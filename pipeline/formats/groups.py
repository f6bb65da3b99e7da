"""Rows of many tables -> groups cut by the rows alone, so that the batch size never shows in an output file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Span(NamedTuple):
    """Neighbouring rows of one table."""

    table: int
    start: int
    end: int


def groups(weights: Iterable[NDArray[Any]], limit: int) -> Iterator[list[Span]]:
    """Groups that hold all rows in their order, each closed at the row with which its weight reaches the limit.

    Args:
        weights: of the rows of each table.
        limit: in the unit of the weights.

    >>> import numpy
    >>> list(groups([numpy.array([1, 1]), numpy.array([3, 1])], 4))
    [[Span(table=0, start=0, end=2), Span(table=1, start=0, end=1)], [Span(table=1, start=1, end=2)]]
    """
    held: list[Span] = []
    weight = 0
    for table, rows in enumerate(weights):
        total, start = np.cumsum(rows), 0
        while start < len(rows):
            before = int(total[start - 1]) if start else 0
            end = int(np.searchsorted(total, limit - weight + before)) + 1
            held.append(Span(table, start, min(end, len(rows))))
            if end > len(rows):
                weight += int(total[-1]) - before
                break
            yield held
            start, held, weight = end, [], 0
    if held:
        yield held
