"""Fits the block tagger for HTML and writes its model file.

    python -m training.html --data wcxb-dev.parquet --texts FOLDER --out pipeline/boilerplate/data/html.npz

The trees learn from what a plain-text tagger says of pages that it was not fitted on, so five of those are fitted first,
each without the sites of a fold; the same holds for the weights of class names. `--parts` keeps what is made on the way:
the pages as blocks, the five text taggers, and five HTML taggers without the sites of a fold, which give the figures.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.boilerplate import html_model, network
from pipeline.boilerplate.features import extract
from pipeline.boilerplate.html_features import Html, columns
from pipeline.boilerplate.html_model import HEADS
from pipeline.boilerplate.html_paths import PathTable
from pipeline.boilerplate.tagger import Tags, tag
from pipeline.boilerplate.trees import Trees
from training import export, html_evaluate, html_lines, html_names, html_net, html_pages, html_trees, pages
from training.html_pages import HtmlPage
from training.pages import FOLDS

CAP = 250  # blocks of a page that the trees see; the others count through them
TREES, NETWORK = 0.45, 0.45  # weights of their logits; 0.6 and 0.3, 0.4 and 0.6 are 0.001 behind
_SLOPE, _SHIFT = 1 / 0.6, 1 / 0.6  # `choose` corrects a text tagger that is too sure; the trees are not: its inverse


@dataclass(frozen=True)
class Sample:
    """All annotated pages, and what the features start from."""

    pages: list[HtmlPage]
    html: list[Html]
    tags: list[Tags]
    weights: list[NDArray[np.float64]]  # of blocks for the trees: words; those of a page add up to 1
    name_weights: list[NDArray[np.float64]]  # of blocks for the names of classes

    @property
    def places(self) -> list[tuple[int, int]]:
        """First and last row of each page in the columns of all blocks."""
        ends = np.cumsum([0, *(len(page.paths) for page in self.pages)]).tolist()
        return list(pairwise(ends))

    @property
    def fold(self) -> NDArray[np.int64]:
        """Of each page."""
        return np.array([page.page.fold for page in self.pages])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the annotated pages")
    parser.add_argument("--texts", type=Path, required=True, help="folder of the plain-text collections")
    parser.add_argument("--out", type=Path, required=True, help="the model file")
    parser.add_argument("--parts", type=Path, default=Path("html-parts"), help="folder for what is made on the way")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    args.parts.mkdir(parents=True, exist_ok=True)
    start = time.process_time()
    taggers = html_lines.fitted(args.data, args.texts, args.parts, args.seed)
    sample = sampled(html_pages.load(args.data, args.parts / "html.parquet"), taggers)
    files = [*(args.parts / f"html-{fold}.npz" for fold in range(FOLDS)), args.out]
    said = fit(sample, files, args.seed)
    print(f"{args.out}: {args.out.stat().st_size} bytes, {time.process_time() - start:.0f} CPU s", flush=True)
    html_evaluate.report(sample.pages, sample.tags, said)


def sampled(found: list[HtmlPage], taggers: list[network.Weights]) -> Sample:
    """Every page with what the plain-text tagger says that has not seen its site."""
    html, tags, weights, name_weights = [], [], [], []
    for page in found:
        text = pages.columns([page.page.rows])
        said = tag(*text, taggers[page.page.fold])
        path, link = pa.array(page.paths).dictionary_encode(), np.array(page.links, np.float32)
        html.append(html_model.html(extract(*text), np.stack(said[:HEADS], 1), path, link))
        tags.append(said)
        weight = np.array([row.weight > 0 for row in page.page.rows]) * (said.words + 1)
        weights.append(weight / max(weight.sum(), 1))
        name_weights.append(_name_weights(page, said.words))
    return Sample(found, html, tags, weights, name_weights)


def fit(sample: Sample, files: list[Path], seed: int) -> list[NDArray[np.float32]]:
    """Writes models without each fold and one of all pages; returns what the former say of the pages left out."""
    names = [_names(sample, fold) for fold in range(FOLDS + 1)]  # no page is in the fold after the last
    x = np.concatenate([_matrix(html, names[fold]) for html, fold in zip(sample.html, sample.fold, strict=True)])
    rows, seen = _rows(sample, x), _shown(sample, seed)
    said = [np.zeros(0, np.float32)] * len(sample.pages)
    for fold, file in enumerate(files):
        _write(file, names[fold], _trees(rows, seen, sample, fold, seed), _layers(rows, sample, fold, seed))
        with np.load(file) as data:
            weights = html_model.read(dict(data))
        for i in np.flatnonzero(sample.fold == fold):
            of_page = np.ascontiguousarray(x[slice(*sample.places[i])].T)
            said[i] = html_model.weigh(list(of_page), sample.html[i].blocks.pages, weights)
    return said


def _rows(sample: Sample, x: NDArray[np.float32]) -> html_net.Rows:
    blocks = [row for page in sample.pages for row in page.page.rows]
    words = np.concatenate([tags.words for tags in sample.tags])
    weight = np.array([row.weight > 0 for row in blocks], np.float32)
    return html_net.Rows(x, np.array([row.content for row in blocks], np.int8), weight, words)


def _trees(
    rows: html_net.Rows, seen: tuple[NDArray[np.bool_], NDArray[np.float64]], sample: Sample, fold: int, seed: int
) -> Trees:
    """Their part of the logit."""
    of_block = np.repeat(sample.fold, [len(page.paths) for page in sample.pages])
    at, part = np.flatnonzero(seen[0] & (of_block != fold)), TREES * _SLOPE
    found = html_trees.fit(rows.x[at], rows.content[at], seen[1][at], seed)
    return found._replace(unit=found.unit * part, bias=found.bias * part + _SHIFT)


def _layers(rows: html_net.Rows, sample: Sample, fold: int, seed: int) -> dict[str, NDArray[np.generic]]:
    shown = [sample.places[i] for i in np.flatnonzero(sample.fold != fold)]
    return {**export.layers(html_net.fit(rows, shown, seed)), "share": np.array(NETWORK * _SLOPE)}


def _write(file: Path, names: PathTable, found: Trees, layers: dict[str, NDArray[np.generic]]) -> None:
    named = {"names_checks": names.checks, "names_weights": names.weights}
    export.save(file, {**named, **html_trees.arrays(found), **layers})


def _names(sample: Sample, fold: int) -> PathTable:
    shown = [i for i, page in enumerate(sample.pages) if page.page.fold != fold]
    return html_names.fit([sample.pages[i] for i in shown], [sample.name_weights[i] for i in shown])


def _name_weights(page: HtmlPage, words: NDArray[np.int64]) -> NDArray[np.float64]:
    """Short blocks count for more than their words: most elements hold no others. Plain shares of words cost 0.004."""
    content, weight = (np.array([getattr(row, name) for row in page.page.rows]) for name in ("content", "weight"))
    out: NDArray[np.float64] = weight * np.minimum((words + 1) / max(50, (words * content).sum()), 1) ** 0.8
    return out


def _matrix(html: Html, names: PathTable) -> NDArray[np.float32]:
    return np.stack([values for _, values in columns(html, names)], 1)


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


if __name__ == "__main__":
    main()
