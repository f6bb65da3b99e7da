"""What a job tells of itself while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Step(NamedTuple):
    """How far a pass over the corpus is."""

    what: str
    done: int  # shards
    of: int
    documents: int  # so far in this pass
    size: int  # bytes, so far in this pass


Progress = Callable[[Step], None]
