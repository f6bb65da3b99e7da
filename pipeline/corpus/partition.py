"""Rows by key: split into partitions, combined one partition at a time, and learners that need no more than that."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus.batch import Batch
from pipeline.corpus.stage import FACTS, OBSERVED, WHOLE, Facts, Learner, Piece, Read

ROWS = "rows"  # the stream of a keyed learner
LEAST = 1 << 15  # rows that are held before they are combined
_HALF = np.uint64(32)


def part_of(keys: NDArray[np.uint64], parts: int) -> NDArray[np.int64]:
    """The partition of each key, a range of keys each: partitions one after the other are in the order of the keys."""
    found: NDArray[np.int64] = ((keys >> _HALF) * np.uint64(parts) >> _HALF).astype(np.int64)
    return found


def hashed(words: pa.ChunkedArray) -> NDArray[np.uint64]:
    """An evenly spread key of each string."""
    coded = words.combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    found = (blake2b(word.encode(), digest_size=8).digest() for word in coded.dictionary.to_pylist())
    at = np.asarray(coded.indices, np.int64)
    return np.asarray(np.frombuffer(b"".join(found), np.uint64)[at])


def split(stream: str, rows: pa.Table, where: NDArray[Any], parts: int) -> Iterator[Piece]:
    """The rows of a table, each for its partition.

    Args:
        stream: of the pieces.
        rows: any table.
        where: partition of each row.
        parts: how many there are.
    """
    yield Piece(stream, 0 if parts == 1 else np.asarray(where, np.int64), rows)


def fold(combine: Callable[[pa.Table], pa.Table], tables: Iterable[pa.Table]) -> pa.Table | None:
    """All rows combined; at most about twice as many are held as there are in the end. None of no tables."""
    held: list[pa.Table] = []
    size, least = 0, LEAST
    for table in tables:
        held.append(table)
        size += table.num_rows
        if size > least:
            held = [combine(pa.concat_tables(held))]
            size, least = held[0].num_rows, max(LEAST, 2 * held[0].num_rows)
    return combine(pa.concat_tables(held)) if held else None


def grouped(tables: Iterable[pa.Table], least: int = LEAST) -> Iterator[pa.Table]:
    """The same rows in fewer tables of so many rows or more, so that what is done with each is worth the call."""
    held: list[pa.Table] = []
    size = 0
    for table in tables:
        held.append(table)
        size += table.num_rows
        if size >= least:
            yield pa.concat_tables(held).combine_chunks()
            held, size = [], 0
    if held:
        yield pa.concat_tables(held).combine_chunks()


class Keyed(ABC):
    """A learner whose rows with the same key are concluded together, whatever the others are."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Key of the facts."""

    @abstractmethod
    def observe(self, batch: Batch, facts: Facts) -> pa.Table:
        """Rows from one batch, on a worker."""

    @abstractmethod
    def keys(self, rows: pa.Table) -> NDArray[np.uint64]:
        """An evenly spread hash of each row's key."""

    @abstractmethod
    def combine(self, rows: pa.Table) -> pa.Table:
        """The rows of several batches put together; associative and commutative, so order and cut never matter."""

    @abstractmethod
    def conclude(self, rows: pa.Table, facts: Facts) -> pa.Table:
        """What `apply` looks up, from all combined rows of some keys."""

    def gather(self, concluded: pa.Table) -> pa.Table:
        """What was concluded from all partitions, in an order of its own."""
        return concluded.sort_by([(name, "ascending") for name in concluded.column_names])

    @property
    def rounds(self) -> tuple[Combine, Gather]:
        """By partition, then once."""
        return Combine(self), Gather(self)

    def scatter(self, batch: Batch, facts: Facts, parts: int) -> Iterator[Piece]:
        """What is observed, by key."""
        return self.spread(self.observe(batch, facts), parts)

    def combined(self, tables: Iterable[pa.Table]) -> pa.Table | None:
        """All rows of some keys; None of no tables."""
        return fold(self.combine, tables)

    def spread(self, rows: pa.Table, parts: int) -> Iterator[Piece]:
        """Rows by key."""
        return split(ROWS, rows, part_of(self.keys(rows), parts), parts)


@dataclass(frozen=True)
class Combine:
    """Combines the rows of a partition, and concludes from them."""

    learner: Keyed
    name: str = "combine"

    def tasks(self, parts: int) -> int:
        """One a partition."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """What is concluded from one partition."""
        rows = self.learner.combined(read(OBSERVED, ROWS, task))
        if rows is not None:
            yield Piece(ROWS, 0, self.learner.conclude(rows, {}))


@dataclass(frozen=True)
class Gather:
    """Puts together what was concluded."""

    learner: Keyed
    name: str = "gather"

    def tasks(self, parts: int) -> int:
        """One."""
        return 1

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """The facts."""
        found = list(read("combine", ROWS, 0))
        if found:
            yield Piece(FACTS, WHOLE, self.learner.gather(pa.concat_tables(found)))


def facts_of(read: Read, last: str, batch: int) -> pa.Table:
    """What a learner whose last round has that name concluded for a batch; without columns if nothing."""
    found = [*read(last, FACTS, WHOLE), *read(last, FACTS, batch)]
    return pa.concat_tables(found) if found else pa.table({})


def learn(learner: Learner, batches: Sequence[Batch], facts: Sequence[Facts], parts: int = 1) -> list[Facts]:
    """In memory, for few batches: each batch's facts with what the learner concludes from all of them.

    Args:
        learner: any.
        batches: in any order; `seq` says which is first.
        facts: of each batch so far.
        parts: partitions, which change nothing.
    """
    order = sorted(range(len(batches)), key=lambda at: batches[at].docs["seq"].to_pylist()[:1])
    numbers = {at: number for number, at in enumerate(order)}
    kept: dict[tuple[str, str, int], list[pa.Table]] = defaultdict(list)

    def keep(step: str, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            for part, rows in piece.each():
                if rows.num_rows:
                    kept[step, piece.stream, part].append(rows)

    def read(step: str, stream: str, part: int) -> Iterator[pa.Table]:
        return iter(kept.get((step, stream, part), []))

    for at, (batch, known) in enumerate(zip(batches, facts, strict=True)):
        keep(OBSERVED, learner.scatter(replace(batch, number=numbers[at]), known, parts))
    for step in learner.rounds:
        for task in range(step.tasks(parts)):
            keep(step.name, step(task, parts, read))
    last = learner.rounds[-1].name
    return [{**known, learner.name: facts_of(read, last, numbers[at])} for at, known in enumerate(facts)]
