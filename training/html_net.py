"""Fits the network for HTML over the features that the trees see, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.boilerplate.features import number_pages
from training.net import HtmlNet, content_loss
from training.steps import Averaged

EPOCHS = 10
_BATCH = 16
_LONGEST = 1_500  # blocks of a page in a step; of a longer one a stretch
_SCALED_ON = 300  # pages


class Rows(NamedTuple):
    """The blocks of all pages."""

    x: NDArray[np.float32]  # (blocks, features)
    content: NDArray[np.int8]
    weight: NDArray[np.float32]  # 0 where the label is left open
    words: NDArray[np.int64]


def fit(rows: Rows, pages: Sequence[tuple[int, int]], seed: int) -> HtmlNet:
    """A network for the pages, each a range of rows; its weights are averages over the last steps."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    some = np.concatenate([np.arange(*pages[i]) for i in rng.permutation(len(pages))[:_SCALED_ON]])
    net = HtmlNet(rows.x[some].mean(0), rows.x[some].std(0) + np.float32(0.05))
    fitted = Averaged(net, EPOCHS * -(-len(pages) // _BATCH))
    steps = -(-len(pages) // _BATCH)
    for epoch in range(EPOCHS):
        order = rng.permutation(len(pages))
        for step, low in enumerate(range(0, len(order), _BATCH)):
            chosen = [_stretch(pages[i], rng) for i in order[low : low + _BATCH]]
            fitted.step(_loss(net, rows, chosen), epoch * steps + step)
    return fitted.finish()


def _stretch(page: tuple[int, int], rng: np.random.Generator) -> NDArray[np.int64]:
    low, high = page
    first = low + int(rng.integers(0, max(high - low - _LONGEST, 0) + 1))
    return np.arange(first, min(high, first + _LONGEST))


def _loss(net: HtmlNet, rows: Rows, chosen: list[NDArray[np.int64]]) -> torch.Tensor:
    at = np.concatenate(chosen)
    pages = number_pages(np.repeat(np.arange(len(chosen)), [len(c) for c in chosen]))
    content, weight, words = (torch.from_numpy(c[at].astype(np.float32)) for c in (rows.content, rows.weight, rows.words))
    return content_loss(net(torch.from_numpy(rows.x[at]), pages), content, weight, words, pages)
