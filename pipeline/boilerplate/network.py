"""The network of the line tagger in numpy: residual convolutions over the blocks of a page, and the page as a whole.

Weights are multiples of 1/256 and activations multiples of 1/32 of at most 32, so every product is a multiple of
2**-13. While a sum stays below 2**11 it is exact in single precision, in any order: the cut of the batch, the number of
threads and the library that multiplies matrices never change a probability, and so never a decision. Training checks
the bound. Activations are held in grid units, as whole numbers.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.features import Blocks, Floats, Pages
from pipeline.boilerplate.grams import bags, pack
from pipeline.boilerplate.tokens import Bytes

HEADS = ("content", "headline", "byline", "comment", "closer")
GRID = 32.0  # activations are multiples of 1 / GRID
HIGHEST = 32.0  # no activation is larger
FARTHEST = 8.0  # standard deviations of an input at most


class Weights(NamedTuple):
    """The shipped model."""

    checks: Bytes  # (slots,)
    packed: NDArray[np.uint64]  # (slots, d / 4)
    scale: Floats  # (d,)
    mean: Floats  # (inputs,)
    deviation: Floats
    into: tuple[Floats, Floats]  # (inputs, channels), (channels,)
    layers: tuple[tuple[int, Floats, Floats], ...]  # dilation, (3, channels, channels), (channels,)
    context: Floats  # (2 channels, channels): the page's mean and maximum, added in the middle
    out: tuple[Floats, Floats]  # (channels, heads)
    clean: tuple[Floats, Floats, Floats, Floats]  # two layers on the page's mean and maximum


def read(data: dict[str, NDArray[np.generic]]) -> Weights:
    """Weights from the arrays of a model file; biases are turned into grid units."""
    f = {name: np.asarray(values, np.float32) for name, values in data.items() if name not in ("checks", "vectors")}

    def layer(name: str) -> tuple[Floats, Floats]:
        return f[name], f[f"{name}_bias"] * np.float32(GRID)

    return Weights(
        np.asarray(data["checks"], np.uint8),
        pack(np.asarray(data["vectors"], np.int8)),
        f["scale"],
        f["mean"],
        f["deviation"],
        layer("into"),
        tuple((int(d), *layer(f"layer{k}")) for k, d in enumerate(f["dilations"])),
        f["context"],
        layer("out"),
        (*layer("clean_hidden"), *layer("clean")),
    )


@cache
def shipped() -> Weights:
    """The model file of this package."""
    with resources.files("pipeline.boilerplate").joinpath("data/lines.npz").open("rb") as file, np.load(file) as data:
        return read(dict(data))


def inputs(blocks: Blocks, weights: Weights) -> Floats:
    """(blocks, inputs) in grid units: dense features, then word vectors, in standard deviations."""
    dense = len(blocks.dense)
    x = np.empty((len(blocks.words), len(weights.mean)), np.float32)
    x[:, :dense] = blocks.dense.T
    x[:, dense:] = bags(blocks, weights.checks, weights.packed, weights.scale)
    x -= weights.mean
    x *= GRID / weights.deviation
    np.rint(x, out=x)
    return np.clip(x, -FARTHEST * GRID, FARTHEST * GRID, out=x)


def run(x: Floats, pages: Pages, weights: Weights) -> tuple[Floats, Floats]:
    """Logits of the heads (blocks, heads), and of each page being clean (pages,)."""
    gap = max(d for d, _, _ in weights.layers)
    at = np.arange(len(x)) + (pages.of_row + 1) * gap  # pages stand apart by rows of zeros
    wide = np.zeros((len(x) + (len(pages.rows) + 1) * gap, len(weights.into[1])), np.float32)
    wide[at] = _activate(x @ weights.into[0], weights.into[1])
    apart = np.setdiff1d(np.arange(len(wide)), at, assume_unique=True)
    body, y, part = wide[gap:-gap], np.empty_like(wide[gap:-gap]), np.empty_like(wide[gap:-gap])
    for k, (dilation, taps, bias) in enumerate(weights.layers):
        np.matmul(body, taps[1], out=y)
        for tap, first in ((0, gap - dilation), (2, gap + dilation)):
            y += np.matmul(wide[first : first + len(body)], taps[tap], out=part)
        if k == len(weights.layers) // 2:
            y[at - gap] += (summary(wide[at], pages) @ weights.context)[pages.of_row]
        body += _activate(y, bias)
        np.clip(body, 0, HIGHEST * GRID, out=body)
        wide[apart] = 0
    h = wide[at]
    hidden, hidden_bias, clean, clean_bias = weights.clean
    judged = _activate(summary(h, pages) @ hidden, hidden_bias) @ clean + clean_bias
    return (h @ weights.out[0] + weights.out[1]) / np.float32(GRID), judged[:, 0] / np.float32(GRID)


def sigmoid(logits: Floats) -> Floats:
    """Probabilities; logits beyond 15 are cut, so that the rest never overflows."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -15, 15))), np.float32)


def summary(h: Floats, pages: Pages) -> Floats:
    """(pages, 2 channels) in grid units: mean and maximum of each page's rows; sums of 16,384 rows are exact."""
    mean = np.add.reduceat(h, pages.first, axis=0) / pages.rows[:, None]
    highest = np.maximum.reduceat(h, pages.first, axis=0)
    return np.concatenate((np.rint(mean), highest), axis=1, dtype=np.float32, casting="same_kind")


def _activate(y: Floats, bias: Floats) -> Floats:
    """Rectified, in whole grid units, in place."""
    y += bias
    np.rint(y, out=y)
    return np.clip(y, 0, HIGHEST * GRID, out=y)
