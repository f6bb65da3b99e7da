"""This process, or a pool of processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, forkserver
from typing import TypeVar

START = "forkserver"  # a fork of a process in which Arrow runs threads may hang
T = TypeVar("T")
R = TypeVar("R")
GRACE = 5.0  # seconds for the shards under way when a run is stopped: a scheduler kills after ten


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
        """Starts no other shard, and waits for those under way, but not for long: the next run does them again."""
        if self._pool:
            workers = list((self._pool._processes or {}).values())  # public from Python 3.14 on, as `terminate_workers`
            self._pool.shutdown(wait=False, cancel_futures=True)
            end = time.monotonic() + GRACE
            for worker in workers:
                worker.join(max(0.0, end - time.monotonic()))
                worker.terminate()  # whole files or nothing: nothing is torn
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
            prepare(module)
            context = multiprocessing.get_context(START)
            self._pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_start_worker)
        return self._pool


def prepare(module: str) -> None:
    """Starts the process that workers are forked from, if it does not run: it loads a module while this one goes on."""
    # read when the fork server loads numpy: the threads of several workers wait for one another, and spin
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    multiprocessing.get_context(START).set_forkserver_preload([module])
    forkserver.ensure_running()


def _start_worker() -> None:
    """Ctrl-C is for the parent, which lets the shards under way finish; a worker does not outlive a parent that was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Else the workers of a job ended by `kill -9` wait for its next shard for ever, with their memory."""
    parent = multiprocessing.parent_process()
    if parent:
        connection.wait([parent.sentinel])
        os._exit(1)  # whole files or nothing: nothing is torn
