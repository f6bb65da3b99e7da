"""What a stage is: pure functions over batches, and learners whose rows combine in any order.

A stage never opens a file, reads a clock or an environment variable, or prints. It is a frozen dataclass that holds its
settings, so that it can be sent to a worker. Rows and facts are Arrow tables: they are stored and sent as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus.batch import Batch

Facts = Mapping[str, pa.Table]  # learner's name -> what it concluded for a batch; holds all learners that ran before
OBSERVED = "observed"  # the step before the rounds
FACTS = "facts"  # the stream of a last round that holds what it concluded: its partitions are batches,
REPORT = "report"  # the stream of a last round that holds numbers for the report, in its first partition
WHOLE = -2  # or this: for all of them
EARLIER = -1  # the batch that stands for what earlier runs wrote


class Piece(NamedTuple):
    """Rows on their way to tasks of a later round; they are sorted out where they are put down, many at a time."""

    stream: str
    part: int | NDArray[np.int64]  # the partition that needs them, or that of each row
    rows: pa.Table

    def each(self) -> Iterator[tuple[int, pa.Table]]:
        """The rows of each partition, in their order."""
        if isinstance(self.part, int):
            yield self.part, self.rows
        else:
            for part in np.unique(self.part).tolist():
                yield part, self.rows.filter(pa.array(self.part == part))


Read = Callable[[str, str, int], Iterator[pa.Table]]  # (step, stream, part): its rows, in the order of those who wrote


class Round(Protocol):
    """A step after all batches were observed: tasks that each see the rows of one partition.

    What comes out depends on neither the number of partitions nor the order of the rows.
    """

    @property
    def name(self) -> str:
        """The step by which later rounds read what this one wrote."""

    def tasks(self, parts: int) -> int:
        """How many there are: most often one a partition."""

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """One task."""


class Learner(Protocol):
    """Learns one thing from the whole corpus, and holds no more of it at a time than a partition."""

    @property
    def name(self) -> str:
        """Key of its table in the facts, e.g. "site-lines"."""

    @property
    def rounds(self) -> tuple[Round, ...]:
        """In order; the last one writes the facts: task n those of the batches n, n + parts, n + 2 parts, ..."""

    def scatter(self, batch: Batch, facts: Facts, parts: int) -> Iterator[Piece]:
        """What is observed in one batch, on a worker."""


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
