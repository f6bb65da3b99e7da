"""The texts of a batch as one buffer of bytes: its words, the language of each block, places that many rules look at.

Nothing here loads a lexicon. What several rules need is found once a batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.corpus import Batch
from pipeline.repair.language import UNKNOWN, languages_of
from pipeline.repair.masked import Test, masked_words, signs_at
from pipeline.repair.words import PORTION, Words, words_of
from pipeline.text.runs import heads


class Places(NamedTuple):
    """Places in the buffer, and the blocks that hold them."""

    at: NDArray[np.int64]
    row: NDArray[np.int64]

    def among(self, blocks: NDArray[np.bool_]) -> Places:
        """Those in some blocks."""
        here = blocks[self.row]
        return Places(self.at[here], self.row[here])


@dataclass(frozen=True)
class Text:
    """The words of a batch, before any lexicon is loaded."""

    batch: Batch

    @cached_property
    def buffer(self) -> NDArray[np.uint8]:
        """The bytes of all blocks."""
        return self._buffer[0]

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Blocks + 1 places in the buffer."""
        return self._buffer[1]

    @cached_property
    def _buffer(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        return self.batch.buffer()

    @cached_property
    def spaces(self) -> NDArray[np.int32]:
        """Places of white space, with one before the buffer and one behind it."""
        spaces = self.places(lambda part, _: part <= 32)
        return np.concatenate(([-1], spaces, [len(self.buffer)])).astype(np.int32)

    @cached_property
    def humps(self) -> Places:
        """Places of small letters (or signs beyond ASCII) with a capital behind them."""
        return self._with_rows(lambda part, behind: (part >= ord("a")) & (behind - np.uint8(65) < 26))

    def _with_rows(self, test: Test) -> Places:
        at = self.places(test)
        rows = self.rows_of(at)
        inside = at + 1 < self.offsets[rows + 1]
        return Places(at[inside], rows[inside])

    @cached_property
    def stops(self) -> Places:
        """Places of full stops with a capital behind them."""
        return self._with_rows(lambda part, behind: _stop(part) & (behind - np.uint8(65) < 26))

    @cached_property
    def hyphens(self) -> NDArray[np.int64]:
        """Places of hyphens with white space behind them."""
        return self.places(lambda part, behind: (part == ord("-")) & (behind <= 32))

    @cached_property
    def masked(self) -> list[tuple[int, int, int, str]]:
        """The masked words of all blocks: the block, the bytes in it, and the word."""
        at = signs_at(self.buffer, self.places)
        rows = self.rows_of(at)
        left, right = tokens(self, at, rows)
        new = heads(rows, left) if len(left) else left
        columns = rows[new], self.offsets[rows[new]], left[new], right[new]
        return [found for token in zip(*(c.tolist() for c in columns), strict=True) for found in self._masked(*token)]

    def _masked(self, row: int, first: int, start: int, end: int) -> Iterator[tuple[int, int, int, str]]:
        """Those of one white-space token."""
        for a, b in masked_words(self.slice(start, end)):
            yield row, start + a - first, start + b - first, self.slice(start + a, start + b).decode()

    def places(self, test: Test) -> NDArray[np.int64]:
        """Places in the buffer where a test of a byte and the byte behind it holds; portion by portion."""
        out, buffer = [np.zeros(0, np.int64)], self.buffer
        for lo in range(0, len(buffer), PORTION):
            part = buffer[lo : lo + PORTION + 1]
            behind = part[1:] if len(part) > PORTION else np.append(part[1:], np.uint8(0))
            out.append(np.flatnonzero(test(part[: len(behind)], behind)) + lo)
        return np.concatenate(out)

    def rows_of(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The blocks that hold some places."""
        return np.searchsorted(self.offsets, places, side="right") - 1

    @cached_property
    def words(self) -> Words:
        """All words of all blocks."""
        return words_of(self.buffer, self.offsets)

    @cached_property
    def language(self) -> NDArray[np.int8]:
        """For each kept block its language, a place in `FUNCTION_WORDS`; -1 for the others."""
        return np.where(self.batch.kept(), languages_of(self.words, self.doc), np.int8(UNKNOWN))

    @cached_property
    def doc(self) -> NDArray[np.int32]:
        """Document of each block."""
        return self.batch.column("doc")

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Words of each block."""
        return np.diff(self.words.first)

    def doc_rows(self, doc: int) -> list[int]:
        """The first row of a document, and the first behind it."""
        return self._first[doc : doc + 2]

    @cached_property
    def _first(self) -> list[int]:
        return list(self.batch.first_blocks().tolist())

    def bytes_of(self, row: int) -> bytes:
        """The UTF-8 bytes of a block."""
        return self.slice(int(self.offsets[row]), int(self.offsets[row + 1]))

    def slice(self, start: int, end: int) -> bytes:
        """Bytes of the buffer."""
        return bytes(self.view[start:end])

    @cached_property
    def view(self) -> memoryview:
        """The buffer without numpy's cost for each slice."""
        return self.buffer.data


def _stop(part: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a full stop stands; four times as quick as `np.isin`."""
    return np.asarray((part == ord(".")) | (part == ord("!")) | (part == ord("?")))


def tokens(text: Text, start: NDArray[np.int64], row: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bounds of the white-space token round each place, within its block."""
    spaces, offsets = text.spaces, text.offsets
    after = np.searchsorted(spaces, start)
    left, right = spaces[after - 1] + 1, spaces[np.minimum(after, len(spaces) - 1)]
    return np.maximum(left, offsets[row]), np.minimum(right, offsets[row + 1])
