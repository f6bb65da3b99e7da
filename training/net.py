"""The network of `pipeline.boilerplate.network` in PyTorch: the same numbers on the same grid, with gradients.

Rounding passes gradients through as if it were not there (straight-through estimator: Bengio et al. 2013).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pipeline.boilerplate.features import Blocks, Pages
from pipeline.boilerplate.grams import HEAD, TAIL, grams, look_up
from pipeline.boilerplate.network import FARTHEST, GRID, HEADS, HIGHEST
from training.augment import Rows
from training.pages import blocks_of
from training.table import Table

CHANNELS, DILATIONS, HIDDEN = 48, (1, 2, 4, 8, 16), 16
WEIGHT_GRID = 256.0
GAP = max(DILATIONS)
_VECTOR_SCALE = 0.125  # "standard deviation" of the word vectors: it sets how fine their grid is
_DROP, _DROP_INPUT, _DROP_WORD, _DROP_WORDS = 0.2, 0.1, 0.3, 0.05


class Prepared(NamedTuple):
    """Pages of one step."""

    blocks: Blocks
    found: list[tuple[Tensor, Tensor]]  # rows and slots: words, pairs, whole blocks
    content: Tensor
    role: Tensor
    weight: Tensor


class Logits(NamedTuple):
    """Of the heads (blocks, heads), and of each page being clean (pages,)."""

    heads: Tensor
    clean: Tensor


def prepare(pages: list[Rows], table: Table) -> Prepared:
    """Features, gram slots and labels of pages."""
    rows, blocks = [row for page in pages for row in page], blocks_of(pages)
    found = [look_up(kind, table.checks) for kind in grams(blocks.tokens)]
    return Prepared(
        blocks,
        [(torch.from_numpy(r), torch.from_numpy(s)) for r, s in found],
        torch.tensor([float(row.content) for row in rows]),
        torch.tensor([row.role for row in rows]),
        torch.tensor([row.weight for row in rows]),
    )


def scales(pages: list[Rows]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and spread of each dense feature."""
    dense = blocks_of([p for p in pages if p]).dense
    return dense.mean(1), dense.std(1) + np.float32(0.05)


def on_grid(x: Tensor, grid: float) -> Tensor:
    """Rounded to multiples of 1 / grid; the gradient passes through."""
    return x + (torch.round(x * grid) / grid - x).detach()


class Body(nn.Module):
    """What both taggers' networks are made of: one layer in, residual convolutions, page context, one layer out."""

    mean: Tensor
    deviation: Tensor
    into: nn.Linear
    layers: nn.ModuleList
    context: nn.Linear
    out: nn.Linear

    def _grow(self, mean: NDArray[np.floating], deviation: NDArray[np.floating], heads: int) -> None:
        self.into = nn.Linear(len(mean), CHANNELS)
        layers = [nn.Conv1d(CHANNELS, CHANNELS, 3, dilation=k, padding=k) for k in DILATIONS]
        for layer in layers:
            layer.weight.data *= 0.5
        self.layers = nn.ModuleList(layers)
        self.context = nn.Linear(2 * CHANNELS, CHANNELS, bias=False)
        self.out = nn.Linear(CHANNELS, heads)
        self.register_buffer("mean", torch.from_numpy(mean.astype(np.float32)))
        self.register_buffer("deviation", torch.from_numpy(deviation.astype(np.float32)))

    def _hidden(self, x: Tensor, pages: Pages) -> Tensor:
        """(blocks, channels) from features; pages stand apart by rows of zeros."""
        x = torch.clamp(on_grid((x - self.mean) / self.deviation, GRID), -FARTHEST, FARTHEST)
        x = functional.dropout(x, _DROP_INPUT, self.training)
        h = self._activate(functional.linear(x, *self._weights(self.into)))
        page, n = torch.from_numpy(pages.of_row), len(x)
        at = torch.arange(n) + (page + 1) * GAP
        length = n + (len(pages.rows) + 1) * GAP
        wide = torch.zeros(length, CHANNELS).index_copy(0, at, h)
        live = torch.zeros(length, 1).index_fill(0, at, 1)
        for k, layer in enumerate(self.layers):
            weight, bias = self._weights(layer)
            y = functional.conv1d(wide.t()[None], weight, bias, dilation=DILATIONS[k], padding=DILATIONS[k])[0].t()
            if k == len(self.layers) // 2:
                around = functional.linear(self._summary(wide[at], page, pages.rows), self._weights(self.context)[0])
                y = y.index_add(0, at, around[page])
            wide = torch.clamp(wide + self._activate(y) * live, max=HIGHEST)
        return wide[at]

    def _activate(self, y: Tensor) -> Tensor:
        y = torch.clamp(on_grid(y, GRID), 0, HIGHEST)
        return functional.dropout(y, _DROP, self.training)

    @staticmethod
    def _weights(layer: nn.Module) -> tuple[Tensor, Tensor | None]:
        named = dict(layer.named_parameters())
        bias = named.get("bias")
        return on_grid(named["weight"], WEIGHT_GRID), None if bias is None else on_grid(bias, WEIGHT_GRID)

    @staticmethod
    def _summary(h: Tensor, page: Tensor, count: NDArray[np.int64]) -> Tensor:
        total = torch.zeros(len(count), h.shape[1]).index_add(0, page, h)
        mean = on_grid(total / torch.from_numpy(count.astype(np.float32))[:, None], GRID)
        index = page[:, None].expand(-1, h.shape[1])
        return torch.cat([mean, torch.zeros_like(total).scatter_reduce(0, index, h, "amax", include_self=True)], 1)


class Net(Body):
    """The network for plain text: word vectors beside the features, five heads, and one for the page."""

    def __init__(self, table: Table, mean: NDArray[np.float32], deviation: NDArray[np.float32]) -> None:
        super().__init__()
        d = table.width
        self.vectors = nn.Embedding(len(table.checks), d)
        nn.init.normal_(self.vectors.weight, 0, 0.05)
        self.vectors.weight.data *= torch.from_numpy(table.used[:, None].astype(np.float32))
        spread = np.concatenate((deviation, np.full(3 * d, _VECTOR_SCALE), [1]))
        self._grow(np.concatenate((mean, np.zeros(3 * d + 1))), spread, len(HEADS))
        self.hidden, self.clean = nn.Linear(2 * CHANNELS, HIDDEN), nn.Linear(HIDDEN, 1)

    def forward(self, step: Prepared) -> Logits:
        """Logits of all blocks and pages of a step."""
        pages = step.blocks.pages
        h, page = self._hidden(self._inputs(step), pages), torch.from_numpy(pages.of_row)
        judged = self._activate(functional.linear(self._summary(h, page, pages.rows), *self._weights(self.hidden)))
        clean = functional.linear(judged, *self._weights(self.clean))[:, 0]
        return Logits(functional.linear(h, *self._weights(self.out)), clean)

    def _inputs(self, step: Prepared) -> Tensor:
        dense = torch.from_numpy(np.ascontiguousarray(step.blocks.dense.T))
        n, d = len(dense), self.vectors.embedding_dim
        looked_up = torch.from_numpy(np.clip(step.blocks.words, 1, HEAD + TAIL).astype(np.float32))[:, None]
        parts, known = [dense], torch.zeros(n, 1)
        for kind, (rows, slots) in enumerate(step.found):
            if self.training:
                kept = torch.rand(len(rows)) >= _DROP_WORD
                silent = torch.rand(len(step.blocks.pages.rows)) < _DROP_WORDS  # pages in a language without vectors
                kept &= ~silent[torch.from_numpy(step.blocks.pages.of_row)[rows]]
                rows, slots = rows[kept], slots[kept]
            total = torch.zeros(n, d).index_add(0, rows, self.vectors(slots))
            parts.append(total if kind == 2 else total / looked_up)
            if kind == 0:
                known = known.index_add(0, rows, torch.ones(len(rows), 1)) / looked_up
        return torch.cat([*parts, known], 1)


class HtmlNet(Body):
    """The network for HTML: one head over the features that the trees see."""

    def __init__(self, mean: NDArray[np.float32], deviation: NDArray[np.float32]) -> None:
        super().__init__()
        self._grow(mean, deviation, 1)

    def forward(self, x: Tensor, pages: Pages) -> Tensor:
        """Logits (blocks,)."""
        return functional.linear(self._hidden(x, pages), *self._weights(self.out))[:, 0]


def loss(logits: Logits, step: Prepared) -> Tensor:
    """Loss of content, and cross-entropy of roles and of clean pages."""
    pages, content = step.blocks.pages, step.content
    words = torch.from_numpy(step.blocks.words.astype(np.float32))
    unlike = (1 - content) * (step.weight > 0)
    furniture = torch.zeros(len(pages.rows)).index_add(0, torch.from_numpy(pages.of_row), unlike)
    total = content_loss(logits.heads[:, 0], content, step.weight, words, pages)
    total = total + 0.5 * functional.binary_cross_entropy_with_logits(logits.clean, (furniture == 0).float())
    return total + sum((_role_loss(logits.heads[:, k], step.role == k) for k in range(1, len(HEADS))), torch.zeros(()))


def content_loss(logit: Tensor, content: Tensor, weight: Tensor, words: Tensor, pages: Pages) -> Tensor:
    """Word-weighted cross-entropy and soft word F1, by page."""
    page, n = torch.from_numpy(pages.of_row), len(pages.rows)

    def summed(values: Tensor) -> Tensor:
        return torch.zeros(n).index_add(0, page, values)

    wanted = summed(content * words)
    counts = torch.clamp((words + 1) / torch.clamp(wanted, min=50)[page], max=1) ** 0.8 * weight
    entropy = functional.binary_cross_entropy_with_logits(logit, content, weight=counts, reduction="none")
    kept = torch.sigmoid(logit) * words * (weight > 0)
    some = wanted > 0
    f1 = (2 * summed(kept * content) / (summed(kept) + wanted + 1e-6))[some]
    return (summed(entropy) / (summed(counts) + 1e-6)).mean() + 2 * (1 - f1).mean()


def _role_loss(logit: Tensor, is_role: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logit, is_role.float(), pos_weight=torch.tensor(4.0))
