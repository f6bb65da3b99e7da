"""The block tagger for HTML: a block's text, what its tagger says, and the elements around, judged twice.

Boosted trees see each block alone, a network the sequence of blocks and the page as a whole. They err on different
pages; what counts is the weighted mean of their logits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.boilerplate import html_paths, network, trees
from pipeline.boilerplate.choose import calibrated
from pipeline.boilerplate.features import Blocks, Floats, Pages, describe
from pipeline.boilerplate.html_features import Html, columns
from pipeline.boilerplate.html_paths import PathTable
from pipeline.boilerplate.network import Layers
from pipeline.boilerplate.tagger import STRETCH, Tags
from pipeline.boilerplate.tokens import Flags, Ints, Tokens
from pipeline.boilerplate.trees import Trees
from pipeline.corpus import Batch

HEADS = 5  # of the tagger for plain text
WALL = 0.3  # 0.25 and 0.35 give the same on unseen sites, 0.2 leaves walls, 0.4 empties pages that hold something
_PORTION = 8_000  # blocks at once


class Weights(NamedTuple):
    """The shipped model."""

    names: PathTable
    trees: Trees
    layers: Layers
    share: float  # of the network's logit in the sum


def read(data: dict[str, NDArray[Any]]) -> Weights:
    """Weights from the arrays of a model file."""
    names = PathTable(data["names_checks"], data["names_weights"])
    return Weights(names, trees.read(data), network.read_layers(data), float(data["share"]))


@cache
def shipped() -> Weights:
    """The model file of this package."""
    with resources.files("pipeline.boilerplate").joinpath("data/html.npz").open("rb") as file, np.load(file) as data:
        return read(dict(data))


def content(batch: Batch, tokens: Tokens, tags: Tags, otherwise: Floats) -> Floats:
    """Probability that a block is content: for HTML by this model, else as given.

    A probability depends on the block's page alone, to the last bit.

    Args:
        batch: Whole documents.
        tokens: The words of all blocks.
        tags: What the tagger for plain text says of them.
        otherwise: Probabilities for the blocks of plain text.

    Returns:
        One probability a block.
    """
    out = otherwise.copy()
    for low, high, found in portions(batch, tokens, tags):
        out[low:high] = _whole_tables(batch.blocks.slice(low, high - low), tags.words[low:high], judge(found, shipped()))
    return out


def _whole_tables(blocks: pa.Table, words: Ints, values: Floats) -> Floats:
    """No row of a table is less likely than its rows are in the mean, if that is content: tables are not torn.

    One row of four, "2020 | 340", fell to 0.49 among rows of 0.57. Word F1 of unseen sites is the same (0.8729).
    """
    paths = blocks.column("path").combine_chunks().dictionary_encode()
    code, doc = np.asarray(paths.indices), np.asarray(blocks.column("doc"))
    of_table = np.asarray(pc.ends_with(paths.dictionary, "tr").to_numpy(zero_copy_only=False), bool)[code]
    new = np.append(True, (code[1:] != code[:-1]) | (doc[1:] != doc[:-1]))
    run, weight = np.cumsum(new) - 1, words + 1
    mean = (np.bincount(run, weight * values.astype(np.float64)) / np.bincount(run, weight))[run]
    return np.where(of_table & (mean >= 0.5), np.maximum(values, mean), values).astype(np.float32)


def portions(batch: Batch, tokens: Tokens, tags: Tags) -> Iterator[tuple[int, int, Html]]:
    """Ranges of rows that came as markup, whole pages unless these are very long, as the model sees them."""
    doc = np.asarray(batch.column("doc"), np.int64)
    for low, high in _portions(doc, is_html(batch)[doc]):
        rows = batch.blocks.slice(low, high - low)
        breaks = pc.count_substring(rows.column("lead"), "\n").to_numpy()
        indent = pc.utf8_length(rows.column("indent")).to_numpy().astype(np.int64)
        blocks = describe(tokens.rows(low, high), doc[low:high], np.maximum(breaks - 1, 0).astype(np.int64), indent)
        paths = pa.concat_arrays([pa.array([], pa.string()), *rows.column("path").chunks])
        heads: Floats = np.stack([np.asarray(column[low:high], np.float32) for column in tags[:HEADS]], 1)
        yield low, high, html(blocks, heads, paths.dictionary_encode(), rows.column("link").to_numpy())


def of_walls(batch: Batch, tags: Tags, chosen: Flags) -> Flags:
    """The blocks of HTML pages that show no content at all: login walls, errors, searches that found nothing.

    Such a page is one whose chosen blocks, the best there are, are expected to reach a word F1 of less than `WALL`.
    """
    doc, docs = np.asarray(batch.column("doc"), np.int64), batch.docs.num_rows
    words = np.maximum(tags.words, 1)
    right = calibrated(tags.content) * words  # in units of 1/65,536
    kept = np.bincount(doc, right * chosen, docs)
    both = np.bincount(doc, right + (words * chosen << 16), docs)
    wall: Flags = (2 * kept < WALL * both) & is_html(batch)
    return wall[doc]


def judge(html: Html, weights: Weights) -> Floats:
    """Probabilities of the blocks of whole pages."""
    return weigh([values for _, values in columns(html, weights.names)], html.blocks.pages, weights)


def weigh(found: Sequence[Floats], pages: Pages, weights: Weights) -> Floats:
    """Probabilities from the columns of features of whole pages."""
    x = network.standardized(np.stack(found, 1), weights.layers)
    said = network.logits(network.hidden(x, pages, weights.layers), weights.layers)[:, 0]
    return network.sigmoid(trees.logits(weights.trees, found) + weights.share * said.astype(np.float64))


def html(blocks: Blocks, heads: Floats, path: pa.DictionaryArray, link: Floats) -> Html:
    """What the features start from.

    Args:
        blocks: Features of the text.
        heads: (blocks, `HEADS`) the first columns of the tags.
        path: Elements round each block.
        link: Share of its characters that stand in links.
    """
    return Html(blocks, heads, html_paths.read(path.dictionary.to_pylist()), np.asarray(path.indices, np.int64), link)


def is_html(batch: Batch) -> Flags:
    """(docs,) whether each came as markup."""
    flags: Flags = pc.equal(batch.docs.column("kind"), "html").to_numpy(zero_copy_only=False)
    return flags


def _portions(page: Ints, wanted: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Row ranges of about `_PORTION` blocks of wanted whole pages; a longer page is judged in stretches."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], wanted.astype(np.int8), [0]))))
    ends = np.append(np.flatnonzero(np.diff(page)) + 1, len(page))
    for low, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        while low < last:
            fits = ends[(ends > low) & (ends <= min(low + _PORTION, last))]
            high = int(fits[-1]) if len(fits) else min(int(ends[ends > low][0]), low + STRETCH)
            yield low, high
            low = high
