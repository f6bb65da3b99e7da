"""Boosted trees in numpy, without walking: each question that is answered "above" strikes out the leaves below it.

What remains are the leaves that the answers allow, and the first of them is the one a walk would reach (QuickScorer:
Lucchese et al. 2015). So a tree costs one comparison a node over all rows at once. Leaves hold whole numbers, so that
sums are exact in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.features import Floats

LEAVES = 16  # of a tree at most


class Trees(NamedTuple):
    """A sum of trees."""

    features: NDArray[np.int16]  # (trees, LEAVES - 1) the column that is asked
    borders: NDArray[np.float32]  # (trees, LEAVES - 1) is it above this? Infinite where a tree has fewer nodes
    allowed: NDArray[np.uint16]  # (trees, LEAVES - 1) the leaves, as bits, that remain then
    leaves: NDArray[np.int16]  # (trees, LEAVES) logits in units of `unit`, from left to right
    unit: float
    bias: float  # logit


def _first_bit() -> NDArray[np.uint8]:
    """Place of the lowest bit of each number."""
    numbers = np.arange(1 << LEAVES)
    place: NDArray[np.uint8] = np.log2(np.maximum(numbers & -numbers, 1)).astype(np.uint8)
    return place


_FIRST = _first_bit()


def read(data: dict[str, NDArray[Any]]) -> Trees:
    """The trees of a model file."""
    unit, bias = (float(x) for x in data["scale"])
    return Trees(data["features"], data["borders"], data["allowed"], data["leaves"], unit, bias)


def probability(trees: Trees, columns: Sequence[Floats]) -> Floats:
    """Probabilities (rows,) from feature columns of equal length."""
    total = np.zeros(len(columns[0]), np.int32)
    everything = np.uint16((1 << LEAVES) - 1)
    for features, borders, allowed, leaves in zip(
        trees.features.tolist(), trees.borders, trees.allowed, trees.leaves, strict=True
    ):
        remain = np.full(len(total), everything, np.uint16)
        for feature, border, left in zip(features, borders, allowed, strict=True):
            remain &= np.where(columns[feature] > border, left, everything)
        total += leaves[_FIRST[remain]]
    logit = total.astype(np.float64) * trees.unit + trees.bias
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -15, 15))), np.float32)
