"""Where a damaged word stands in its page, as `capitals.Place` wants it; read only for words that are written anew."""

from __future__ import annotations

import numpy as np

from pipeline.repair.around import Pages
from pipeline.repair.capitals import LINE, LINES, Place
from pipeline.repair.scan import Scan

AROUND = 240  # bytes of its block on each side
FIRST = 40  # bytes of a block that hold its first letter


class Surroundings:
    """The pages of a batch round their damaged words."""

    def __init__(self, scan: Scan, pages: Pages) -> None:
        self.scan, self.pages = scan, pages
        self._opening: dict[int, float] = {}
        self._lines: dict[tuple[int, int], str] = {}  # no cache of the method, which would outlive the batch

    def place(self, row: int, start: int, end: int) -> Place:
        """The place of a word that stands at these bytes of a block."""
        text = self.scan.text
        doc = int(text.doc[row])
        first, last = text.doc_rows(doc)
        above = [self._line(k, LINE) for k in range(max(first, row - LINES), row)]
        below = [self._line(k, LINE) for k in range(row + 1, min(last, row + 1 + LINES))]
        beside = around(text.bytes_of(row), start, end)
        opening, proper = self._share(doc, first, last), self.pages[doc].proper
        return Place(*beside, above, below, opening, proper, self.scan.lexicon.language)

    def _share(self, doc: int, first: int, last: int) -> float:
        """The share of the blocks of a page that begin with a capital."""
        if doc not in self._opening:
            text = self.scan.text
            initial = text.buffer[np.minimum(text.offsets[first:last], len(text.buffer) - 1)]
            plain = (initial | 32) - np.uint8(97) < 26  # most blocks begin with an ASCII letter
            plain &= text.offsets[first + 1 : last + 1] > text.offsets[first:last]
            others = [next(filter(str.isalpha, self._line(first + k, FIRST)), "") for k in np.flatnonzero(~plain).tolist()]
            upper = int(np.count_nonzero(plain & (initial < ord("a")))) + sum(map(str.isupper, others))
            self._opening[doc] = upper / max(1, int(np.count_nonzero(plain)) + sum(map(bool, others)))
        return self._opening[doc]

    def _line(self, row: int, size: int) -> str:
        """The first bytes of a block."""
        if (row, size) not in self._lines:
            start, end = self.scan.text.offsets[row : row + 2].tolist()
            self._lines[row, size] = self.scan.text.slice(start, min(end, start + size)).decode(errors="ignore")
        return self._lines[row, size]


def around(text: bytes, start: int, end: int) -> tuple[str, str]:
    """The text before and behind a word; where it goes on, a NUL stands for the rest."""
    before = text[max(0, start - AROUND) : start].decode(errors="ignore")
    after = text[end : end + AROUND].decode(errors="ignore")
    return ("\0" if start > AROUND else "") + before, after + ("\0" if end + AROUND < len(text) else "")
