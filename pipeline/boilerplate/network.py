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

from pipeline.boilerplate.features import Blocks, Floats, Pages, number_pages
from pipeline.boilerplate.grams import bags, pack
from pipeline.boilerplate.tokens import Bytes, Ints, Tokens

HEADS = ("content", "headline", "byline", "comment", "closer")
GRID = 32.0  # activations are multiples of 1 / GRID
HIGHEST = 32.0  # no activation is larger
FARTHEST = 8.0  # standard deviations of an input at most


class Layers(NamedTuple):
    """From the features of blocks to the logits of heads."""

    mean: Floats  # (inputs,)
    deviation: Floats
    into: tuple[Floats, Floats]  # (inputs, channels), (channels,)
    convolutions: tuple[tuple[int, Floats, Floats], ...]  # dilation, (3, channels, channels), (channels,)
    context: Floats  # (2 channels, channels): the page's mean and maximum, added in the middle
    out: tuple[Floats, Floats]  # (channels, heads)


class Weights(NamedTuple):
    """The shipped model for plain text."""

    checks: Bytes  # (slots,)
    packed: NDArray[np.uint64]  # (d / 4, slots)
    scale: Floats  # (d,)
    layers: Layers
    clean: tuple[Floats, Floats, Floats, Floats]  # two layers on the page's mean and maximum


def read(data: dict[str, NDArray[np.generic]]) -> Weights:
    """Weights from the arrays of a model file."""
    checks, packed = np.asarray(data["checks"], np.uint8), pack(np.asarray(data["vectors"], np.int8))
    clean = (*_layer(data, "clean_hidden"), *_layer(data, "clean"))
    return Weights(checks, packed, np.asarray(data["scale"], np.float32), read_layers(data), clean)


def read_layers(data: dict[str, NDArray[np.generic]]) -> Layers:
    """The layers of a model file."""
    mean, deviation, context = (np.asarray(data[name], np.float32) for name in ("mean", "deviation", "context"))
    convolutions = tuple((int(d), *_layer(data, f"layer{k}")) for k, d in enumerate(data["dilations"].tolist()))
    return Layers(mean, deviation, _layer(data, "into"), convolutions, context, _layer(data, "out"))


def _layer(data: dict[str, NDArray[np.generic]], name: str) -> tuple[Floats, Floats]:
    """Weights, and biases in grid units."""
    return np.asarray(data[name], np.float32), np.asarray(data[f"{name}_bias"], np.float32) * np.float32(GRID)


@cache
def shipped() -> Weights:
    """The model file of this package."""
    with resources.files("pipeline.boilerplate").joinpath("data/lines.npz").open("rb") as file, np.load(file) as data:
        return read(dict(data))


def inputs(blocks: Blocks, weights: Weights) -> Floats:
    """(blocks, inputs) in grid units: dense features, then word vectors, in standard deviations."""
    x = np.concatenate((blocks.dense, bags(blocks.tokens, weights.checks, weights.packed, weights.scale))).T
    return standardized(x, weights.layers)


def of_texts(dense: Floats, tokens: Tokens, weights: Weights) -> Floats:
    """(texts, channels): what their own features and word vectors are worth in the first layer, which is a sum."""
    vectors = bags(tokens, weights.checks, weights.packed, weights.scale)
    inputs = np.arange(len(weights.layers.mean))
    return _worth(np.concatenate((dense, vectors)), np.append(inputs[: len(dense)], inputs[-len(vectors) :]), weights.layers)


def of_places(context: Floats, weights: Weights) -> Floats:
    """(blocks, channels): the same of what stands round them, between the features of their texts and the vectors."""
    vectors = len(weights.layers.mean) - (3 * len(weights.scale) + 1)
    return _worth(context, np.arange(vectors - len(context), vectors), weights.layers)


def _worth(x: Floats, inputs: Ints, layers: Layers) -> Floats:
    """(rows, channels) of some inputs (inputs, rows), which are changed."""
    some = layers._replace(mean=layers.mean[inputs], deviation=layers.deviation[inputs])
    worth: Floats = standardized(x.T, some) @ layers.into[0][inputs]
    return worth


def standardized(x: Floats, layers: Layers) -> Floats:
    """Features in standard deviations, in grid units, in place."""
    x -= layers.mean
    x *= GRID / layers.deviation
    np.rint(x, out=x)
    return np.clip(x, -FARTHEST * GRID, FARTHEST * GRID, out=x)


def run(x: Floats, pages: Pages, weights: Weights) -> tuple[Floats, Floats]:
    """Logits of the heads (blocks, heads), and of each page being clean (pages,)."""
    return judge(x @ weights.layers.into[0], pages, weights)


def judge(first: Floats, pages: Pages, weights: Weights) -> tuple[Floats, Floats]:
    """As `run`, from the sums of the first layer (blocks, channels), which are changed."""
    h = convolved(first, pages, weights.layers)
    layer, bias, clean, clean_bias = weights.clean
    judged = _activate(summary(h, pages) @ layer, bias) @ clean + clean_bias
    return logits(h, weights.layers), judged[:, 0] / np.float32(GRID)


def hidden(x: Floats, pages: Pages, layers: Layers) -> Floats:
    """(blocks, channels) in grid units: what the last layer sees."""
    return convolved(x @ layers.into[0], pages, layers)


def convolved(first: Floats, pages: Pages, layers: Layers) -> Floats:
    """(blocks, channels) after all convolutions, from the sums of the first layer, which are changed.

    Pages stand apart by as many rows of zeros as the farthest tap that reaches from one of their blocks to another, so
    pages of about one length are taken together: a million one-line documents would else be 17 rows each instead of one.
    """
    h = _activate(first, layers.into[1])
    gaps = np.array([0, *(d for d, _, _ in layers.convolutions)])
    gap = np.maximum.reduce(np.where(gaps < pages.rows[:, None], gaps, 0), axis=1)
    if len(gap) and gap.min() == gap.max():
        return _convolved(h, pages, layers, int(gap[0]))
    for size in np.unique(gap).tolist():
        rows = np.flatnonzero((gap == size)[pages.of_row])
        h[rows] = _convolved(h[rows], number_pages(pages.of_row[rows]), layers, size)
    return h


def _convolved(h: Floats, pages: Pages, layers: Layers, gap: int) -> Floats:
    """All convolutions over pages that no tap beyond the gap reaches across."""
    at = np.arange(len(h)) + (pages.of_row + 1) * gap
    wide = np.zeros((len(h) + (len(pages.rows) + 1) * gap, h.shape[1]), np.float32)
    wide[at] = h
    between = np.ones(len(wide), bool)
    between[at] = False
    apart = np.flatnonzero(between)
    body = wide[gap : len(wide) - gap]
    y, part = np.empty_like(body), np.empty_like(body)
    for k, (dilation, taps, bias) in enumerate(layers.convolutions):
        np.matmul(body, taps[1], out=y)
        for tap, first in ((0, gap - dilation), (2, gap + dilation)) if dilation <= gap else ():
            y += np.matmul(wide[first : first + len(body)], taps[tap], out=part)
        if k == len(layers.convolutions) // 2:
            y += np.repeat(summary(wide[at], pages) @ layers.context, pages.rows + gap, axis=0)[: len(y)]
        body += _activate(y, bias)
        np.clip(body, 0, HIGHEST * GRID, out=body)  # four times as fast as minimum
        wide[apart] = 0
    out: Floats = wide[at]
    return out


def logits(h: Floats, layers: Layers) -> Floats:
    """(blocks, heads) from the hidden activations."""
    return (h @ layers.out[0] + layers.out[1]) / np.float32(GRID)


def sigmoid(logits: NDArray[np.floating]) -> Floats:
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
