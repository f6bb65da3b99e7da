"""Engines run tasks over shards and know nothing of stages: this process, a process pool, a Ray cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from pipeline.engines.local import Local

T = TypeVar("T")
R = TypeVar("R")


class Engine(Protocol):
    """Anything that can run a task over shards."""

    def map(self, task: Callable[[T], R], shards: Sequence[T]) -> Iterator[R]:
        """The results in the order of the shards."""

    def close(self) -> None:
        """Ends what the engine holds."""


def engine(name: str, workers: int) -> Engine:
    """The engine of that name.

    Raises:
        ImportError: "ray" is asked for and not installed.
    """
    if name == "ray":
        from pipeline.engines.ray import Ray

        return Ray(workers)
    return Local(workers)
