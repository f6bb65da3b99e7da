"""One document as a witness: what of a filter's letters it still holds, and how much it would hold without a filter."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from pipeline.repair.proposals import Pair
from pipeline.repair.scan import Scan

LEFT = 0.1  # survivors a damaged word: a filter leaves letters in addresses and quotations that a later editor added


class Page:
    """The prose of one document of a batch."""

    def __init__(self, scan: Scan, doc: int) -> None:
        """Gather the blocks that are in the language of the scan."""
        first, last = scan.text.doc_rows(doc)
        self.scan, self.doc = scan, doc
        self._survivors: dict[str, int] = {}
        self.rows = first + np.flatnonzero(scan.prose[first:last])

    @cached_property
    def content(self) -> bytes:
        """The bytes of its blocks."""
        return b"\n".join(map(self.scan.text.bytes_of, self.rows.tolist()))

    @cached_property
    def size(self) -> int:
        """Its number of words."""
        return int(self.scan.text.sizes[self.rows].sum())

    def lacks(self, letters: str) -> bool:
        """Whether it holds some letters nowhere as written."""
        return letters.encode() not in self.content

    def survivors(self, letters: str) -> int:
        """Occurrences of the letters as written: a filter that minds letter case leaves "Assad"."""
        if letters not in self._survivors:
            self._survivors[letters] = self.content.count(letters.encode())
        return self._survivors[letters]

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
