"""Boosted trees in numpy: oblivious ones, all of whose nodes of a level ask the same question.

A leaf is then found without walking: the answers are the bits of its number (as in CatBoost: Prokhorenkova et al. 2018).
Leaves hold whole numbers, so that sums are exact in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.features import Floats


class Trees(NamedTuple):
    """A sum of trees."""

    features: NDArray[np.int16]  # (trees, levels) the column that is asked
    borders: NDArray[np.float32]  # (trees, levels) is it above this?
    leaves: NDArray[np.int16]  # (trees, 2 ** levels) logits in units of `unit`
    unit: float
    bias: float  # logit


def read(data: dict[str, NDArray[Any]], name: str) -> Trees:
    """The trees of that name from the arrays of a model file."""
    unit, bias = (float(x) for x in data[f"{name}_scale"])
    return Trees(data[f"{name}_features"], data[f"{name}_borders"], data[f"{name}_leaves"], unit, bias)


def probability(trees: Trees, columns: Sequence[Floats]) -> Floats:
    """Probabilities (rows,) from feature columns of equal length."""
    total = np.zeros(len(columns[0]), np.int32)
    for features, borders, leaves in zip(trees.features.tolist(), trees.borders, trees.leaves, strict=True):
        leaf = np.zeros(len(total), np.uint8)
        for bit, feature in enumerate(features):
            leaf |= (columns[feature] > borders[bit]).view(np.uint8) << np.uint8(bit)
        total += leaves[leaf]
    logit = total.astype(np.float64) * trees.unit + trees.bias
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -15, 15))), np.float32)
