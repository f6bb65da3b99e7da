"""How much of a job runs at once, and in how many partitions, so that it stays below `max_memory`.

What a process takes hardly depends on the input: libraries, word lists and models, one batch, one partition of the rows.
Nothing here changes a byte of the output.
"""

from __future__ import annotations

import ctypes
from typing import NamedTuple

from pipeline.settings import FLOOR

POOL = 200_000_000  # bytes of the two processes beside the workers: the one that was started, the one that forks
LARGEST, SMALLEST = 64 << 20, 16 << 20  # bytes of text of a partition, whose rows take about as much while they combine
WORTH = 12 << 20  # bytes of text of a partition that is worth a task beside others: four on 51 MB took no more time than one


class Limits(NamedTuple):
    """What a job keeps to."""

    workers: int
    partition: int  # bytes of text


def limits(memory: int, workers: int) -> Limits:
    """The most workers and the largest partitions that fit.

    Args:
        memory: bytes for all processes; 0 is no bound.
        workers: at most so many.

    >>> limits(0, 8)
    Limits(workers=8, partition=67108864)
    >>> limits(400_000_000, 8), limits(1_000_000_000, 8).workers
    (Limits(workers=1, partition=16777216), 2)
    """
    if not memory:
        return Limits(workers, LARGEST)
    fit = min(workers, (memory - POOL) // FLOOR)
    each = memory if fit < 2 else (memory - POOL) // fit
    return Limits(max(1, fit), min(LARGEST, max(SMALLEST, each - FLOOR)))


def partitions(text: int, limits: Limits) -> int:
    """How many: so many that each fits, and where there is text enough as many as there are workers.

    Args:
        text: bytes of the whole corpus.
        limits: of the job.

    >>> many = Limits(workers=8, partition=LARGEST)
    >>> partitions(50_000_000, many), partitions(5_000_000_000, many), partitions(0, many)
    (3, 75, 1)
    """
    return max(1, -(-text // limits.partition), min(limits.workers, text // WORTH))


def give_back() -> None:
    """Returns what this process has freed to the system, which the C library does by itself only from the end of its heap.

    Between the steps of a job: 512 MB in one process held 20 to 40 MB that it had no use for. Nothing is done where the
    library is not GNU's.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
