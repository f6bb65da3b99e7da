"""Fits trees with LightGBM, and turns them into the arrays of the model file."""

from __future__ import annotations

from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.trees import LEAVES, Trees

SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": LEAVES,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.4,  # of the features that a tree may ask
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "force_col_wise": True,
    "deterministic": True,
    "num_threads": 1,
    "verbose": -1,
}
TREES = 200
_NO_QUESTION = np.inf


def fit(x: NDArray[np.float32], label: NDArray[np.int8], weight: NDArray[np.float64], seed: int) -> Trees:
    """Trees for rows of features; one thread, so that a seed always gives the same."""
    data = lightgbm.Dataset(x, label, weight=weight / weight.mean(), free_raw_data=True)
    model = lightgbm.train({**SETTINGS, "seed": seed}, data, TREES)
    return _packed(model.dump_model()["tree_info"])


def arrays(trees: Trees) -> dict[str, NDArray[Any]]:
    """As `pipeline.boilerplate.trees.read` takes them."""
    return {**{k: v for k, v in trees._asdict().items() if k not in ("unit", "bias")}, "scale": np.array(trees[-2:])}


def _packed(found: list[dict[str, Any]]) -> Trees:
    shape = (len(found), LEAVES - 1)
    features, borders = np.zeros(shape, np.int16), np.full(shape, _NO_QUESTION, np.float32)
    struck, leaves = np.zeros(shape, np.uint16), np.zeros((len(found), LEAVES))
    for i, tree in enumerate(found):
        nodes, values = list[tuple[int, float, int]](), list[float]()
        _walk(tree["tree_structure"], nodes, values)
        for k, (feature, border, left) in enumerate(nodes):
            features[i, k], borders[i, k], struck[i, k] = feature, _below(border), left
        leaves[i, : len(values)] = values
    unit = np.abs(leaves).max() / 32767
    return Trees(features, borders, struck, np.rint(leaves / unit).astype(np.int16), float(unit), 0.0)


def _walk(node: dict[str, Any], nodes: list[tuple[int, float, int]], values: list[float]) -> None:
    """Collects leaves from left to right, and of each node what it asks and which leaves lie to its left."""
    if "leaf_value" in node:
        values.append(node["leaf_value"])
        return
    begin = len(values)
    _walk(node["left_child"], nodes, values)
    left = (1 << len(values)) - (1 << begin)
    nodes.append((node["split_feature"], node["threshold"], left))
    _walk(node["right_child"], nodes, values)


def _below(border: float) -> np.float32:
    """The largest single-precision number that is not above the border: the same rows lie above both."""
    near = np.float32(border)
    return near if near <= border else np.nextafter(near, np.float32(-np.inf))
