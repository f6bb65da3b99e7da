"""Engines run tasks over shards and know nothing of stages: this process, a process pool, a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from pipeline.engines.local import Local, WorkerLost

__all__ = ["Engine", "NoEngine", "WorkerLost", "engine"]
T = TypeVar("T")
R = TypeVar("R")


class NoEngine(ValueError):  # noqa: N818 - named after what is wrong
    """An engine that is not installed."""


class Engine(Protocol):
    """Anything that can run a task over shards."""

    def map(self, task: Callable[[T], R], shards: Sequence[T]) -> Iterator[R]:
        """The results in the order of the shards."""

    def close(self) -> None:
        """Ends what the engine holds."""


def engine(name: str, workers: int) -> Engine:
    """The engine of that name.

    Raises:
        NoEngine: "ray" is asked for and not installed.
    """
    if name == "ray":
        try:
            from pipeline.engines.ray import Ray
        except ImportError as error:
            raise NoEngine("the engine ray needs: pip install 'corpus-pipeline[ray]'") from error
        return Ray(workers)
    return Local(workers)
