"""The paragraphs of a batch that are worth comparing, as words and shingles; and how paragraphs are addressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.corpus import Batch, utf8
from pipeline.text.normal import Folded, fold
from pipeline.text.runs import distinct
from pipeline.text.words import Words, words

DOCUMENT = 6  # words from which a paragraph that is a whole document counts: rows of a table of paragraphs, short posts
_QUOTED = 180  # bytes; a longer paragraph is more than a quotation
_QUOTATION = '["“„«‹][^"“”„«»‹›]{30,}["”“»›][.,;]?$'
_BYTES = 1 << 20  # of text at a time: half of it takes 3 % more time, twice as much asks the system for memory again and again


class Paragraphs(NamedTuple):
    """Some texts of a batch."""

    rows: NDArray[np.int64]  # block rows
    folded: Folded
    words: Words
    sizes: NDArray[np.int32]  # words of each; two characters of a script without spaces count as one


def least_words(batch: Batch, min_words: int, shingle: int) -> NDArray[np.int64]:
    """(blocks,) words from which each is worth comparing: fewer for one that is all there is of its document."""
    kept, docs = batch.kept(), batch.column("doc")
    alone = np.bincount(docs[kept], minlength=batch.docs.num_rows)[docs] == 1
    return np.where(kept & alone, min(max(DOCUMENT, shingle), min_words), min_words)


def candidates(batch: Batch, least: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of the blocks that stay so far and may hold so many words: a word takes a letter and a space.

    A short paragraph that is a quotation, or ends in one, is left out: the same words of somebody stand in many articles.
    """
    texts = batch.blocks.column("text")
    lengths = pc.fill_null(pc.binary_length(texts), 0).to_numpy()
    rows = np.flatnonzero(batch.kept() & (lengths >= 2 * least - 1))
    short = rows[lengths[rows] <= _QUOTED]
    quoted = pc.match_substring_regex(texts.take(pa.array(short)), _QUOTATION).to_numpy(zero_copy_only=False)
    return np.setdiff1d(rows, short[quoted.astype(bool)], assume_unique=True)


def read(batch: Batch, rows: NDArray[np.int64]) -> Iterator[Paragraphs]:
    """The texts of some block rows, ascending, a few at a time."""
    texts = batch.blocks.column("text")
    whole = len(rows) > 0 and rows[-1] - rows[0] == len(rows) - 1  # neighbours need no copy
    for part in read_texts(texts.slice(rows[0], len(rows)) if whole else texts.take(pa.array(rows))):
        yield part._replace(rows=rows[part.rows])


def read_texts(texts: pa.ChunkedArray) -> Iterator[Paragraphs]:
    """The texts of a column, a few at a time."""
    ends = np.cumsum(np.asarray(pc.fill_null(pc.binary_length(texts), 0).to_numpy(), np.int64))
    first = 0
    while first < len(texts):
        done = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + _BYTES)))
        folded = fold(*utf8(texts.slice(first, last - first)))
        found = words(folded)
        yield Paragraphs(np.arange(first, last), folded, found, _sizes(folded, found))
        first = last


def _sizes(folded: Folded, found: Words) -> NDArray[np.int32]:
    sizes = np.diff(found.offsets)
    if len(folded.alone):
        alone = np.isin(found.starts, folded.alone)
        total = np.concatenate(([0], np.cumsum(alone)))
        sizes = sizes - (total[found.offsets[1:]] - total[found.offsets[:-1]]) // 2
    return sizes.astype(np.int32)


def select(offsets: NDArray[np.int64], keep: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places in a flat column of the items of the lists `keep`."""
    counts = offsets[keep + 1] - offsets[keep]
    starts = np.cumsum(counts) - counts
    return np.asarray(np.arange(int(counts.sum())) + np.repeat(offsets[keep] - starts, counts))


def lengths_to_offsets(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The len + 1 places of lists that stand one after the other."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))


class Addresses:
    """Looks up the number of a paragraph by document and place, among paragraphs sorted by both."""

    def __init__(self, seqs: NDArray[np.int64], places: NDArray[np.int32]) -> None:
        self._seqs = distinct(seqs)
        self._keys = self._key(seqs, places)

    def find(self, seqs: NDArray[np.int64], places: NDArray[np.int32]) -> NDArray[np.int64]:
        """Numbers of paragraphs that are there."""
        return np.searchsorted(self._keys, self._key(seqs, places))

    def _key(self, seqs: NDArray[np.int64], places: NDArray[np.int32]) -> NDArray[np.int64]:
        return np.searchsorted(self._seqs, seqs) << 32 | places.astype(np.int64)
