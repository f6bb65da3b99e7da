"""One document as a witness: what of a filter's letters it still holds, and how much it would hold without a filter."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.affixes import EIGHT, held, windows
from pipeline.repair.proposals import Pair
from pipeline.repair.scan import Scan

MANY = 8  # strings of letters
LEFT = 0.1  # survivors a damaged word: a filter leaves letters in addresses and quotations that a later editor added


class Page:
    """The prose of one document of a batch."""

    def __init__(self, scan: Scan, doc: int) -> None:
        """Gather the blocks that are in the language of the scan."""
        first, last = scan.text.doc_rows(doc)
        self.scan, self.doc = scan, doc
        self._survivors: dict[str, int] = {}
        self._lacks: dict[str, bool] = {}
        self.rows = first + np.flatnonzero(scan.prose[first:last])

    @cached_property
    def content(self) -> bytes:
        """The bytes of its blocks."""
        text = self.scan.text
        starts, ends = text.offsets[self.rows].tolist(), text.offsets[self.rows + 1].tolist()
        return b"\n".join(map(text.view.__getitem__, map(slice, starts, ends)))

    @cached_property
    def size(self) -> int:
        """Its number of words."""
        return int(self.scan.text.sizes[self.rows].sum())

    def lacks(self, letters: str) -> bool:
        """Whether it holds some letters nowhere as written."""
        if letters not in self._lacks:
            self._lacks[letters] = letters.encode() not in self.content
        return self._lacks[letters]

    def lacking(self, some: Iterable[str]) -> list[str]:
        """Those of some letters that it lacks; many at once are looked up faster than a long page is read for each."""
        some = list(some)
        new = [one for one in some if one not in self._lacks and len(one.encode()) <= EIGHT]
        if len(new) >= MANY or "_windows" in self.__dict__:
            found = held(self._windows, [one.encode() for one in new])
            self._lacks.update((one, not holds) for one, holds in zip(new, found, strict=True))
        return [one for one in some if self.lacks(one)]

    @cached_property
    def _windows(self) -> NDArray[np.uint64]:
        return windows(self.content)

    def survivors(self, letters: str) -> int:
        """Occurrences of the letters as written: a filter that minds letter case leaves "Assad"."""
        if letters not in self._survivors:
            self._survivors[letters] = self.content.count(letters.encode())
        return self._survivors[letters]

    def capitals(self, letters: str) -> int:
        """Occurrences of the letters with a capital: a filter that minds letter case leaves "Association"."""
        return self.content.count(letters.capitalize().encode()) + self.content.count(letters.upper().encode())

    def expected(self, letters: str) -> int:
        """Millionths of words that would hold the letters."""
        return round(1e6 * self.size * self.scan.lexicon.expected(letters))

    def passed(self, filters: Iterable[Pair], words: Iterable[str]) -> list[Pair]:
        """The filters that this page went through: their letters hardly stand on it any more."""
        words = list(words)
        out = []
        for letters, replacement in filters:
            hits = sum(replacement in word for word in words) if replacement else 1
            if hits and (self.survivors(letters) <= LEFT * hits or self._apart(letters, replacement) <= LEFT * hits):
                out.append((letters, replacement))
        return out

    def _apart(self, letters: str, replacement: str) -> int:
        """Survivors that a proven replacement did not make with its neighbours: "ing" stands in "traingawi"."""
        if not replacement or replacement in letters:
            return self.survivors(letters)
        return self.content.replace(replacement.encode(), b"\0").count(letters.encode())
