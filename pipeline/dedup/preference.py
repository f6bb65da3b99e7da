"""Which of two paragraphs would stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.dedup.numbers import column
from pipeline.dedup.settings import Settings

_LEAST_SIZE = 0.7  # of the threshold: sizes count words, not distinct shingles, so the exact bound would lose pairs


def preference(rows: pa.Table, settings: Settings) -> list[NDArray[Any]]:
    """Columns for `numpy.lexsort` that put the most preferred paragraph first; what an earlier run wrote comes before all.

    Args:
        rows: with `number`, `size` and, if the settings ask for it, `priority`.
        settings: of the stage.
    """
    found = column(rows, "number")
    by = [found]
    if settings.keep != "first":
        by.append(-column(rows, "size"))
    if settings.priority:
        by.append(-column(rows, "priority"))
    return [*by, found >= 0]


def similar_sizes(one: NDArray[np.int32], two: NDArray[np.int32], settings: Settings) -> NDArray[np.bool_]:
    """Whether texts of so many words may be similar."""
    return np.asarray(np.minimum(one, two) >= _LEAST_SIZE * settings.threshold * np.maximum(one, two))
