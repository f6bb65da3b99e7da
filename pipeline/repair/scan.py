"""One look at a batch: which blocks are in a language with a lexicon, and which of their words nothing explains.

Distinct words are judged once, by their keys; strings are made only for the few words that the lexicon lacks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.corpus import Batch
from pipeline.repair.known import MASKED
from pipeline.repair.language import spoken
from pipeline.repair.lexicon import Lexicon
from pipeline.repair.words import Words, members, words_of

# The white-space token round an unknown word is no prose: an address, a path, markup, a number, a tag, code.
NO_PROSE = re.compile(rb"[/\\_=<>{}|~`0-9@#]|\w\.\w|:\w|\(\w*\)")


class Suspect(NamedTuple):
    """An unknown or masked word: where it stands in its block (bytes), and how it is written."""

    row: int
    start: int
    end: int
    word: str

    @property
    def low(self) -> str:
        """The word in small letters."""
        return self.word.lower()


@dataclass(frozen=True)
class Scan:
    """A batch seen through one lexicon."""

    batch: Batch
    lexicon: Lexicon

    @cached_property
    def _buffer(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        return self.batch.buffer()

    @cached_property
    def content(self) -> bytes:
        """The bytes of all blocks."""
        return self._buffer[0].tobytes()

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Blocks + 1 places in `content`."""
        return self._buffer[1]

    @cached_property
    def words(self) -> Words:
        """All words of all blocks."""
        return words_of(*self._buffer)

    @cached_property
    def _judged(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """For each word: known to the lexicon, and common in it."""
        distinct, place = np.unique(self.words.key, return_inverse=True)
        known, common = members(distinct, self.lexicon.keys), members(distinct, self.lexicon.common_keys)
        return known[place], common[place]

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Words of each block."""
        return np.bincount(self.words.row, minlength=len(self.batch)).astype(np.int64)

    @cached_property
    def prose(self) -> NDArray[np.bool_]:
        """True for each kept block that is in the lexicon's language."""
        common = np.bincount(self.words.row[self._judged[1]], minlength=len(self.batch)).astype(np.int64)
        return spoken(self.sizes, common, self.batch.column("doc")) & self.batch.kept()

    @cached_property
    def suspects(self) -> list[Suspect]:
        """Unknown words of the prose, of four letters or more, and masked words; by row and place."""
        masked = self._masked()
        taken = {(s.row, at) for s in masked for at in range(s.start, s.end)}
        return sorted([s for s in self._unknown() if (s.row, s.start) not in taken] + masked)

    def text_of(self, row: int) -> bytes:
        """The UTF-8 bytes of a block."""
        return self.content[self.offsets[row] : self.offsets[row + 1]]

    def _unknown(self) -> list[Suspect]:
        words, buffer = self.words, self._buffer[0]
        width = words.end - words.start
        at = np.flatnonzero(~self._judged[0] & (width >= 4) & (width <= 40) & self.prose[words.row])
        left, right = _tokens(buffer, self.offsets, words.start[at], words.row[at])
        out = []
        for i, a, b in zip(at.tolist(), left.tolist(), right.tolist(), strict=True):
            start, end, row = int(words.start[i]), int(words.end[i]), int(words.row[i])
            word = self.content[start:end]
            if word.isascii() and not NO_PROSE.search(self.content[a:b]):
                first = int(self.offsets[row])
                out.append(Suspect(row, start - first, end - first, word.decode()))
        return out

    def _masked(self) -> list[Suspect]:
        buffer, offsets = self._buffer
        sign = (buffer == ord("*")) | (buffer == ord("?"))
        sign[1:] |= (buffer[1:] == ord("$")) & (buffer[:-1] == ord("#"))
        rows = np.unique(np.searchsorted(offsets, np.flatnonzero(sign), side="right") - 1)
        out = []
        for row in rows[self.prose[rows]].tolist():
            out += [Suspect(row, m.start(), m.end(), m.group().decode()) for m in MASKED.finditer(self.text_of(row))]
        return [s for s in out if any(c.isalpha() for c in s.word) and s.end - s.start <= 40]


def _tokens(
    buffer: NDArray[np.uint8], offsets: NDArray[np.int64], start: NDArray[np.int64], row: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bounds of the white-space token round each place, within its block."""
    space = np.concatenate(([-1], np.flatnonzero(buffer <= 32), [len(buffer)]))
    after = np.searchsorted(space, start)
    left, right = space[after - 1] + 1, space[np.minimum(after, len(space) - 1)]
    return np.maximum(left, offsets[row]), np.minimum(right, offsets[row + 1])
