"""Fits the block tagger for HTML and writes its model file.

    python -m training.html --data wcxb-dev.parquet --texts FOLDER --out pipeline/boilerplate/data/html.npz

The trees learn from what a plain-text tagger says of pages that it was not fitted on, so five of those are fitted first,
each without the sites of a fold (`--lines`, a folder where they are kept); likewise for class names, and for what the
first pass says to the second. The figures by fold come with it: no part of what judges a page has seen its site.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.boilerplate import html_model, network, trees
from pipeline.boilerplate.html_features import Html, first_pass, second_pass
from pipeline.boilerplate.html_paths import PathTable
from pipeline.boilerplate.tagger import Tags, tag
from training import html_evaluate, html_lines, html_names, html_pages, html_trees
from training.html_pages import HtmlPage
from training.pages import FOLDS, columns

TREES = 250  # of each pass
CAP = 250  # blocks of a page that the trees see; the others count through them
_SLOPE, _SHIFT = 1 / 0.6, 1 / 0.6  # `choose` corrects a text tagger that is too sure; the trees are not: its inverse

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Sample:
    """All annotated pages: columns of pages, and of their blocks one after the other."""

    pages: list[HtmlPage]
    html: list[Html]
    tags: list[Tags]
    weights: list[NDArray[np.float64]]  # of blocks

    @property
    def fold(self) -> NDArray[np.int64]:
        """Of each page."""
        return np.array([page.page.fold for page in self.pages])

    @property
    def fold_of_block(self) -> NDArray[np.int64]:
        """Of each block."""
        return np.repeat(self.fold, [len(page.paths) for page in self.pages])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the annotated pages")
    parser.add_argument("--texts", type=Path, required=True, help="folder of the plain-text collections")
    parser.add_argument("--out", type=Path, required=True, help="the model file")
    parser.add_argument("--cache", type=Path, default=Path("html.parquet"), help="the pages as blocks, made once")
    parser.add_argument("--lines", type=Path, default=Path("lines"), help="plain-text taggers by fold, made once")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    start = time.process_time()
    taggers = html_lines.fitted(args.data, args.texts, args.lines, args.seed)
    sample = sampled(html_pages.load(args.data, args.cache), taggers)
    names, first, second, said = fit(sample, args.seed)
    np.savez_compressed(args.out, **arrays(names, first, second))
    print(f"{args.out}: {args.out.stat().st_size} bytes, {time.process_time() - start:.0f} CPU s", flush=True)
    html_evaluate.report(sample.pages, sample.tags, said)


def sampled(pages: list[HtmlPage], taggers: list[network.Weights]) -> Sample:
    """Every page with what the plain-text tagger says that has not seen its site."""
    html, tags, weights = [], [], []
    for page in pages:
        text, found = columns([page.page.rows]), tag(*columns([page.page.rows]), taggers[page.page.fold])
        path, link = pa.array(page.paths).dictionary_encode(), np.array(page.links, np.float32)
        html.append(html_model.html(html_model.Page(*text, path, link), np.stack(found[: html_model.HEADS], 1)))
        tags.append(found)
        weights.append(_weights(page, found.words))
    return Sample(pages, html, tags, weights)


def fit(sample: Sample, seed: int) -> tuple[PathTable, trees.Trees, trees.Trees, list[Matrix]]:
    """Names, both passes, and the probabilities of each page by models that have not seen its site."""
    names = [_names(sample, fold) for fold in range(FOLDS)]
    x = [first_pass(html, names[fold]) for html, fold in zip(sample.html, sample.fold, strict=True)]
    pass_1 = np.concatenate([_matrix(columns) for columns in x])
    first, said = _boost(sample, pass_1, seed)
    more = [second_pass(html, p) for html, p in zip(sample.html, said, strict=True)]
    pass_2 = np.concatenate((pass_1, np.concatenate([_matrix(columns) for columns in more])), axis=1)
    second, said = _boost(sample, pass_2, seed, _SLOPE, _SHIFT)
    return _names(sample, None), first, second, said


def arrays(names: PathTable, first: trees.Trees, second: trees.Trees) -> dict[str, NDArray[Any]]:
    """The model file."""
    named = {"names_checks": names.checks, "names_weights": names.weights}
    return {**named, **html_trees.arrays("first", first), **html_trees.arrays("second", second)}


def _names(sample: Sample, fold: int | None) -> PathTable:
    shown = [i for i, page in enumerate(sample.pages) if page.page.fold != fold]
    return html_names.fit([sample.pages[i] for i in shown], [sample.weights[i] for i in shown])


def _boost(
    sample: Sample, x: Matrix, seed: int, slope: float = 1.0, shift: float = 0.0
) -> tuple[trees.Trees, list[Matrix]]:
    """Trees fitted on all pages, and what those fitted without a fold say of its pages."""
    label = np.array([row.content for page in sample.pages for row in page.page.rows], np.int8)
    shown, weight = _shown(sample, seed)
    of_block, said = sample.fold_of_block, np.zeros(len(label), np.float32)

    def fitted(fold: int) -> trees.Trees:
        rows = np.flatnonzero(shown & (of_block != fold))
        found = html_trees.fit(x[rows], label[rows], weight[rows], TREES, seed)
        return found._replace(unit=found.unit * slope, bias=found.bias * slope + shift)

    for fold in range(FOLDS):
        at = np.flatnonzero(of_block == fold)
        said[at] = trees.probability(fitted(fold), np.ascontiguousarray(x[at].T))
        print(f"{x.shape[1]} features, fold {fold}: {time.process_time():.0f} CPU s", flush=True)
    ends = np.cumsum([len(page.paths) for page in sample.pages])
    return fitted(-1), np.split(said, ends[:-1])


def _shown(sample: Sample, seed: int) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which blocks the trees see, and how much each counts."""
    rng = np.random.default_rng(seed)
    shown, weight = [], []
    for values in sample.weights:
        chosen = np.zeros(len(values), bool)
        chosen[rng.permutation(len(values))[:CAP]] = True
        shown.append(chosen & (values > 0))
        weight.append(values * len(values) / chosen.sum())
    return np.concatenate(shown), np.concatenate(weight)


def _weights(page: HtmlPage, words: NDArray[np.int64]) -> NDArray[np.float64]:
    """By the block's share of the words that are wanted, so that long pages do not outweigh short ones."""
    content, weight = (np.array([getattr(row, name) for row in page.page.rows]) for name in ("content", "weight"))
    out: NDArray[np.float64] = weight * np.minimum((words + 1) / max(50, (words * content).sum()), 1) ** 0.8
    return out


def _matrix(columns: list[tuple[str, Matrix]]) -> Matrix:
    return np.stack([values for _, values in columns], 1)


if __name__ == "__main__":
    main()
