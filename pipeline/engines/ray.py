"""A Ray cluster: plain tasks over files that all nodes see."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import ray

T = TypeVar("T")
R = TypeVar("R")


class Ray:
    """Runs tasks on the cluster that `RAY_ADDRESS` names, else on one that is started on this machine.

    No data lives in the cluster's memory: a task is told paths, and a lost worker costs one task, which Ray runs again.
    """

    def __init__(self, workers: int) -> None:
        """Takes the number of tasks under way at a time."""
        self.workers = workers
        if not ray.is_initialized():
            ray.init(num_cpus=None if _cluster() else workers, log_to_driver=False, include_dashboard=False)

    def map(self, task: Callable[[T], R], shards: Sequence[T]) -> Iterator[R]:
        """The results in the order of the shards."""
        run = ray.remote(max_retries=3)(_call)
        waiting: deque[Any] = deque()
        for shard in shards:
            waiting.append(run.remote(task, shard))
            if len(waiting) > 2 * self.workers:
                yield ray.get(waiting.popleft())
        while waiting:
            yield ray.get(waiting.popleft())

    def close(self) -> None:
        """Leaves the cluster."""
        ray.shutdown()


def _cluster() -> bool:
    import os

    return bool(os.environ.get("RAY_ADDRESS"))


def _call(task: Callable[[Any], Any], shard: Any) -> Any:
    return task(shard)
