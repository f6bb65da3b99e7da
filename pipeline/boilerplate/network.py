"""The network of the line tagger in numpy: residual convolutions over the blocks of a page, and the page's mean and maximum.

Weights are multiples of 1/256 and activations multiples of 1/32 of at most 32, so every product is a multiple of 2**-13. While
a sum stays below 2**11 it is exact in single precision, in any order: the cut of the batch, the number of threads and the
library that multiplies matrices never change a probability, and so never a decision. The training script checks the bound.
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
    """Weights from the arrays of a model file."""
    f = {name: np.asarray(values, np.float32) for name, values in data.items() if name not in ("checks", "vectors")}
    return Weights(
        np.asarray(data["checks"], np.uint8),
        pack(np.asarray(data["vectors"], np.int8)),
        f["scale"],
        f["mean"],
        f["deviation"],
        (f["into"], f["into_bias"]),
        tuple((int(d), f[f"layer{k}"], f[f"layer{k}_bias"]) for k, d in enumerate(f["dilations"])),
        f["context"],
        (f["out"], f["out_bias"]),
        (f["clean_hidden"], f["clean_hidden_bias"], f["clean"], f["clean_bias"]),
    )


@cache
def shipped() -> Weights:
    """The model file of this package."""
    with resources.files("pipeline.boilerplate").joinpath("data/lines.npz").open("rb") as file, np.load(file) as data:
        return read(dict(data))


def inputs(blocks: Blocks, weights: Weights) -> Floats:
    """(blocks, inputs) on the grid: dense features, then word vectors, in standard deviations."""
    dense = len(blocks.dense)
    x = np.empty((len(blocks.words), len(weights.mean)), np.float32)
    x[:, :dense] = blocks.dense.T
    x[:, dense:] = bags(blocks, weights.checks, weights.packed, weights.scale)
    x -= weights.mean
    x *= GRID / weights.deviation
    np.rint(x, out=x)
    np.clip(x, -FARTHEST * GRID, FARTHEST * GRID, out=x)
    x /= GRID
    return x


def run(x: Floats, pages: Pages, weights: Weights) -> tuple[Floats, Floats]:
    """Logits of the heads (blocks, heads), and of each page being clean (pages,)."""
    h = _activate(x @ weights.into[0] + weights.into[1])
    gap = max(d for d, _, _ in weights.layers)
    at = np.arange(len(x)) + (pages.of_row + 1) * gap  # pages stand apart by rows of zeros
    wide = np.zeros((len(x) + (len(pages.count) + 1) * gap, h.shape[1]), np.float32)
    wide[at] = h
    live = np.zeros((len(wide), 1), np.float32)
    live[at] = 1
    for k, (dilation, taps, bias) in enumerate(weights.layers):
        y = _convolve(wide, gap, dilation, taps)
        y += bias
        if k == len(weights.layers) // 2:
            y[at - gap] += (summary(wide[at], pages) @ weights.context)[pages.of_row]
        body = wide[gap:-gap]
        body += _activate(y) * live[gap:-gap]
        np.minimum(body, HIGHEST, out=body)
    h = wide[at]
    hidden, hidden_bias, clean, clean_bias = weights.clean
    judged = _activate(summary(h, pages) @ hidden + hidden_bias) @ clean + clean_bias
    return h @ weights.out[0] + weights.out[1], judged[:, 0]


def sigmoid(logits: Floats) -> Floats:
    """Probabilities; logits beyond 15 are cut, so that the rest never overflows."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -15, 15))), np.float32)


def summary(h: Floats, pages: Pages) -> Floats:
    """(pages, 2 channels) on the grid: mean and maximum of each page's rows."""
    mean = np.add.reduceat(h, pages.first, axis=0, dtype=np.float64) / pages.count[:, None]
    highest = np.maximum.reduceat(h, pages.first, axis=0)
    return np.concatenate((np.rint(mean * GRID) / GRID, highest), axis=1, dtype=np.float32, casting="same_kind")


def _activate(y: Floats) -> Floats:
    """Rectified, on the grid, in place."""
    y *= GRID
    np.rint(y, out=y)
    np.clip(y, 0, HIGHEST * GRID, out=y)
    y /= GRID
    return y


def _convolve(wide: Floats, gap: int, dilation: int, taps: Floats) -> Floats:
    """Three taps over the rows between the first and the last gap."""
    n = len(wide) - gap
    y: Floats = wide[gap - dilation : n - dilation] @ taps[0]
    y += wide[gap:n] @ taps[1]
    y += wide[gap + dilation : n + dilation] @ taps[2]
    return y
