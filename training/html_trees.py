"""Fits oblivious trees with CatBoost, and turns them into the arrays of the model file."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier  # type: ignore[import-untyped]
from numpy.typing import NDArray

from pipeline.boilerplate.trees import Trees

LEVELS = 6


def fit(x: NDArray[np.float32], label: NDArray[np.int8], weight: NDArray[np.float64], trees: int, seed: int) -> Trees:
    """Trees for rows of features; one thread, so that a seed always gives the same."""
    model = CatBoostClassifier(
        iterations=trees,
        depth=LEVELS,
        learning_rate=0.08,
        rsm=0.3,  # share of the features that a tree may ask
        l2_leaf_reg=5,
        border_count=32,
        bootstrap_type="Bernoulli",
        subsample=0.7,
        boosting_type="Plain",
        thread_count=1,
        random_seed=seed,
        allow_writing_files=False,
        verbose=0,
    )
    model.fit(x, label, sample_weight=weight / weight.mean())
    return _packed(model)


def arrays(name: str, trees: Trees) -> dict[str, NDArray[Any]]:
    """As `pipeline.boilerplate.trees.read` takes them."""
    scale = np.array([trees.unit, trees.bias])
    return {
        f"{name}_features": trees.features,
        f"{name}_borders": trees.borders,
        f"{name}_leaves": trees.leaves,
        f"{name}_scale": scale,
    }


def _packed(model: CatBoostClassifier) -> Trees:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.json"
        model.save_model(str(file), format="json")
        found = json.loads(file.read_text())
    trees = found["oblivious_trees"]
    features, borders = (np.zeros((len(trees), LEVELS), kind) for kind in (np.int16, np.float32))
    leaves = np.zeros((len(trees), 1 << LEVELS))
    for i, tree in enumerate(trees):
        depth = len(tree["splits"])
        features[i, :depth] = [split["float_feature_index"] for split in tree["splits"]]
        borders[i, :depth] = [split["border"] for split in tree["splits"]]
        borders[i, depth:] = np.inf  # never above: the bit stays 0
        leaves[i, : 1 << depth] = tree["leaf_values"]
    scale, (bias,) = found["scale_and_bias"]
    unit = np.abs(leaves).max() * scale / 32767
    return Trees(features, borders, np.rint(leaves * scale / unit).astype(np.int16), float(unit), float(bias))
