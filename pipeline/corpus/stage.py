"""What a stage is: pure functions over batches, and learners whose rows combine in any order.

A stage never opens a file, reads a clock or an environment variable, or prints. It is a frozen dataclass that holds its
settings, so that it can be sent to a worker. Rows and facts are Arrow tables: they are stored and sent as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pyarrow as pa

from pipeline.corpus.batch import Batch

Facts = Mapping[str, pa.Table]  # learner's name -> what it concluded; holds all learners that ran before


class Learner(Protocol):
    """Learns one thing from the whole corpus. `combine` is associative and commutative: order and cut never matter."""

    @property
    def name(self) -> str:
        """Key of its table in the facts, e.g. "site-lines"."""

    def observe(self, batch: Batch, facts: Facts) -> pa.Table:
        """Rows from one batch, on a worker."""

    def combine(self, rows: pa.Table) -> pa.Table:
        """The rows of several batches, put together by key."""

    def conclude(self, rows: pa.Table, facts: Facts) -> pa.Table:
        """Once, from all rows: what `apply` looks up."""


class Stage(Protocol):
    """Decides: adds verdicts and edits to a batch, and drops nothing itself."""

    @property
    def name(self) -> str:
        """The stage's word in ledger, flags and settings."""

    @property
    def learners(self) -> tuple[Learner, ...]:
        """In order; each sees what the ones before it concluded."""

    def apply(self, batch: Batch, facts: Facts) -> Batch:
        """The batch with this stage's verdicts and edits added."""
