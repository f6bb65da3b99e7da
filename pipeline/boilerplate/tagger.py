"""The line tagger for plain text: what each block of a page is, from its words, its shape and the blocks around it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate import features, network
from pipeline.boilerplate.features import Floats, Texts
from pipeline.boilerplate.network import HEADS, Weights, inputs, run, shipped, sigmoid
from pipeline.boilerplate.tokens import Ints, Tokens, tokenize

STRETCH = 16_000  # blocks; a longer page is judged in stretches, so that a million one-word lines need no gigabytes
_TOGETHER = 64_000  # blocks whose distinct texts are held: most batches at once, and a million lines in 13 MB, not 200
_PORTION = 3_000  # blocks at once: from 4,500 on the C library gives the memory back and asks for it anew, a sixth of the time
_STRONGEST = 5


class Tags(NamedTuple):
    """Probabilities of each block, and of each page."""

    content: Floats
    headline: Floats
    byline: Floats  # author or date line
    comment: Floats  # written by a reader below an article
    closer: Floats  # the line that ends one article of several
    clean: Floats  # pages: no furniture in it at all; 1 for a page without blocks
    words: Ints  # blocks: how many words each holds


def tag(
    text: NDArray[np.uint8],
    offsets: NDArray[np.integer],
    page: NDArray[np.integer],
    blank_lines: NDArray[np.integer],
    indent: NDArray[np.integer],
    weights: Weights | None = None,
) -> Tags:
    """Judges all blocks of a batch of whole documents.

    A probability depends on the block's page alone, to the last bit: not on the batch, its order or the threads.

    Args:
        text: UTF-8 bytes of the blocks, one after the other.
        offsets: Blocks + 1 places in `text`.
        page: Row of the document of each block, ascending.
        blank_lines: Blank lines before each block.
        indent: Characters of white space before each block.
        weights: Another model than the shipped one.

    Returns:
        Probabilities from 0 to 1.
    """
    tokens = tokenize(text, np.asarray(offsets, np.int64))
    return judge(tokens, np.arange(len(page)), page, blank_lines, indent, weights)


def judge(
    tokens: Tokens,
    text: Ints,
    page: NDArray[np.integer],
    blank_lines: NDArray[np.integer],
    indent: NDArray[np.integer],
    weights: Weights | None = None,
) -> Tags:
    """Judges all blocks of a batch of whole documents, as `tag`.

    Half of the blocks of a site have a text that stands there before: what a text says by itself is found once.

    Args:
        tokens: Words of the distinct texts.
        text: Which of them each block is.
        page: As for `tag`; so are the columns after it.
        blank_lines: See above.
        indent: See above.
        weights: See above.
    """
    weights = shipped() if weights is None else weights
    columns = [np.asarray(c, np.int64) for c in (page, blank_lines, indent)]
    heads = np.zeros((len(page), len(HEADS)), np.float32)
    clean = np.ones(int(columns[0].max(initial=-1)) + 1, np.float32)
    stretch = _stretches(columns[0])
    words = np.zeros(len(page), np.int64)
    for start, end in _portions(stretch, _TOGETHER):
        used = np.bincount(text[start:end], minlength=len(tokens.lines)) > 0
        at = (np.cumsum(used) - 1)[text[start:end]]
        worth, texts = _of_texts(tokens, np.flatnonzero(used), weights)
        words[start:end] = texts.words[at]
        for low, high in _portions(stretch[start:end], _PORTION):
            some, rows = at[low:high], slice(start + low, start + high)
            pages, context = features.around(tokens, text[rows], texts.at(some), stretch[rows], *(c[rows] for c in columns[1:]))
            logits, judged = network.judge(worth[some] + network.of_places(context, weights), pages, weights)
            heads[rows] = sigmoid(logits)
            np.minimum.at(clean, columns[0][rows.start + pages.first], sigmoid(judged))
    content, headline, byline, comment, closer = np.ascontiguousarray(heads.T)
    return Tags(content, headline, byline, comment, closer, clean, words)


def explain(
    text: NDArray[np.uint8],
    offsets: NDArray[np.integer],
    page: NDArray[np.integer],
    blank_lines: NDArray[np.integer],
    indent: NDArray[np.integer],
    row: int,
    weights: Weights | None = None,
) -> list[tuple[str, float]]:
    """The features that weigh most in the verdict on one block.

    Each kind of feature is taken from the block in turn (set to its mean over the training pages); the change in the
    logit of "content" is its weight (occlusion: Zeiler and Fergus 2014). "blocks around" is the page without any other
    block's features.

    Args:
        text: As for `tag`; so are the four columns after it.
        offsets: See above.
        page: See above.
        blank_lines: See above.
        indent: See above.
        row: The block to explain.
        weights: Another model than the shipped one.

    Returns:
        Up to five (feature, weight), the strongest first; a weight above 0 speaks for content.
    """
    weights = shipped() if weights is None else weights
    columns = [np.asarray(c, np.int64) for c in (page, blank_lines, indent)]
    stretch = _stretches(columns[0])
    low, high = np.searchsorted(stretch, [stretch[row], stretch[row] + 1]).tolist()
    blocks = _blocks(tokenize(text, np.asarray(offsets, np.int64)), stretch, columns, low, high)
    x, at = inputs(blocks, weights), row - low
    before = run(x, blocks.pages, weights)[0][at, 0]
    effects = []
    for name, changed in _occlusions(x, at, weights):
        effects.append((name, round(float(before - run(changed, blocks.pages, weights)[0][at, 0]), 2)))
    return sorted(effects, key=lambda e: (-abs(e[1]), e[0]))[:_STRONGEST]


def _of_texts(tokens: Tokens, text: Ints, weights: Weights) -> tuple[Floats, Texts]:
    """(texts, channels) what some texts by themselves are worth in the first layer, and what the blocks around ask of them."""
    size = len(text)
    worth = np.empty((size, len(weights.layers.into[1])), np.float32)
    texts = Texts(np.empty(size, np.int64), np.empty(size, bool), np.empty((features.MEANS, size), np.float32))
    for low in range(0, size, _PORTION):
        rows = slice(low, low + _PORTION)
        some = tokens.take(text[rows])
        dense, found = features.of_texts(some)
        worth[rows] = network.of_texts(dense, some, weights)
        texts.words[rows], texts.long[rows], texts.means[:, rows] = found
    return worth, texts


def _stretches(page: Ints) -> Ints:
    """A number for each run of one page, cut where it is too long; ascending."""
    pages = features.number_pages(page)
    place = np.arange(len(page)) - pages.first[pages.of_row]
    cut = (place % STRETCH) == 0
    return np.cumsum(cut) - 1


def _portions(stretch: Ints, size: int) -> Iterator[tuple[int, int]]:
    """Row ranges of whole stretches, of about `size` blocks or of one longer stretch."""
    low = 0
    while low < len(stretch):
        high = int(np.searchsorted(stretch, stretch[min(low + size, len(stretch) - 1)]))
        if high <= low or len(stretch) - low <= size:
            last = stretch[low] if high <= low and len(stretch) - low > size else stretch[-1]
            high = int(np.searchsorted(stretch, last, side="right"))
        yield low, high
        low = high


def _blocks(tokens: Tokens, stretch: Ints, columns: list[Ints], low: int, high: int) -> features.Blocks:
    """Features of the rows from low to high."""
    _, blank_lines, indent = columns
    return features.describe(tokens.rows(low, high), stretch[low:high], blank_lines[low:high], indent[low:high])


def _occlusions(x: Floats, at: int, weights: Weights) -> Iterator[tuple[str, Floats]]:
    """The inputs with one kind of feature taken from a row, by name."""
    vector = len(weights.scale)
    words = ["words"] * vector + ["word pairs"] * vector + ["whole line"] * vector + ["words"]
    name_of = np.array(features.names() + words)
    for name in sorted(set(name_of.tolist())):
        changed = x.copy()
        changed[at, name_of == name] = 0
        yield name, changed
    alone = np.zeros_like(x)
    alone[at] = x[at]
    yield "blocks around", alone
