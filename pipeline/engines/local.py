"""This process, or a pool of processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Local:
    """Runs tasks here; with more than one worker, in processes of their own."""

    workers: int

    def map(self, task: Callable[[T], R], shards: Sequence[T]) -> Iterator[R]:
        """The results in the order of the shards. An error of a task ends the job; finished tasks stay finished."""
        if min(self.workers, len(shards)) < 2:
            yield from map(task, shards)
            return
        # forkserver: a fork of a process in which Arrow runs threads may hang
        context = multiprocessing.get_context("forkserver")
        workers = min(self.workers, len(shards))
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker) as pool:
            try:
                yield from _ordered(pool, task, shards, ahead=2 * workers)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise


def _ordered(
    pool: ProcessPoolExecutor, task: Callable[[T], R], shards: Sequence[T], ahead: int
) -> Iterator[R]:
    """Results in order, with a bounded number of shards under way."""
    waiting: deque[Future[R]] = deque()
    for shard in shards:
        waiting.append(pool.submit(task, shard))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _start_worker() -> None:
    """Ctrl-C is for the parent, which lets the shards under way finish; numeric libraries keep to one thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"
