"""What each rule finds, and which rule decides a block: the first that fires on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.boilerplate.tokens import Flags, Ints
from pipeline.corpus import Verdicts


class Found(NamedTuple):
    """The blocks on which a rule fires: columns, since half of all blocks may be among them."""

    rows: Ints  # each once
    evidence: pa.Array  # strings

    @classmethod
    def of(cls, evidence: Mapping[int, str]) -> Found:
        """From row -> evidence."""
        return cls(np.fromiter(evidence, np.int64, len(evidence)), pa.array(evidence.values(), pa.string()))

    def where(self, flags: Flags) -> Found:
        """Those of flagged rows; one flag for each of the blocks found."""
        return Found(self.rows[flags], self.evidence.filter(pa.array(flags)))


class Decided:
    """Rules as they are heard: an earlier one's word stands."""

    def __init__(self, blocks: int) -> None:
        """Takes how many blocks there are."""
        self._rule = np.full(blocks, -1, np.int64)  # of each block
        self._place = np.empty(blocks, np.int64)  # of its evidence among all
        self._rules: list[str] = []
        self._evidence = [pa.array([], pa.string())]
        self._size = 0

    def hear(self, rule: str, found: Found, spared: Flags | None = None) -> None:
        """What a rule found, but for blocks that are not left to it."""
        new = self._rule[found.rows] < 0
        if spared is not None:
            new &= ~spared[found.rows]
        self._rule[found.rows[new]] = len(self._rules)
        self._place[found.rows[new]] = np.flatnonzero(new) + self._size
        self._rules.append(rule)
        self._evidence.append(found.evidence)
        self._size += len(found.evidence)

    @property
    def rows(self) -> Ints:
        """Blocks that are decided, ascending."""
        return np.flatnonzero(self._rule >= 0)

    def verdicts(self) -> Verdicts:
        """The rule and its evidence for each of these blocks."""
        rows = self.rows
        rules = pa.array(self._rules, pa.string()).take(pa.array(self._rule[rows]))
        return Verdicts(rows, rules, pa.concat_arrays(self._evidence).take(pa.array(self._place[rows])))
