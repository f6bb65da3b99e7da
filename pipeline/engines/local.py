"""This process, or a pool of processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class WorkerLost(OSError):  # noqa: N818 - named after what happened
    """A worker was ended from outside."""

    def __init__(self) -> None:
        super().__init__("a worker was killed, most often because memory ran out: try --max-memory or fewer --workers")


class Local:
    """Runs tasks here; with more than one worker and more than one shard, in a pool that lives until `close`."""

    def __init__(self, workers: int) -> None:
        """Takes the number of processes."""
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def map(self, task: Callable[[T], R], shards: Sequence[T]) -> Iterator[R]:
        """The results in the order of the shards. An error of a task ends the job; finished tasks stay finished."""
        if min(self.workers, len(shards)) < 2:
            yield from map(task, shards)
        else:
            yield from self._ordered(task, shards)

    def close(self) -> None:
        """Waits for the shards under way and starts no other."""
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _ordered(self, task: Callable[[T], R], shards: Sequence[T]) -> Iterator[R]:
        """Results in order, with a bounded number of shards under way."""
        pool, waiting = self._start(type(task).__module__), deque[Future[R]]()
        try:
            for shard in shards:
                waiting.append(pool.submit(task, shard))
                if len(waiting) > 2 * self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise WorkerLost from error

    def _start(self, module: str) -> ProcessPoolExecutor:
        if not self._pool:
            # forkserver: a fork of a process in which Arrow runs threads may hang
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([module])
            self._pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_start_worker)
        return self._pool


def _start_worker() -> None:
    """Ctrl-C is for the parent, which lets the shards under way finish; numeric libraries keep to one thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"
