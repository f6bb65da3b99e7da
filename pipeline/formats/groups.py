"""Rows of many small tables -> groups cut by the rows alone, so that the batch size never shows in an output file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def groups(tables: Iterable[pa.Table], weigh: Callable[[pa.Table], NDArray[Any]], limit: int) -> Iterator[pa.Table]:
    """Tables with the same rows in the same order, each closed at the row with which its weight reaches the limit."""
    held: list[pa.Table] = []
    weight = 0
    for table in tables:
        rest = table
        while rest.num_rows:
            total = weight + np.cumsum(weigh(rest))
            end = int(np.searchsorted(total, limit)) + 1
            held.append(rest.slice(0, end))
            if end > rest.num_rows:
                weight = int(total[-1])
                break
            yield pa.concat_tables(held).combine_chunks()
            rest, held, weight = rest.slice(end), [], 0
    if held:
        yield pa.concat_tables(held).combine_chunks()
