"""The elements round HTML blocks: steps of their paths, elements that several blocks share, names of classes as hashes.

A path is what the reader keeps of it, "main>div#content.post>p": an element is known by its path from the root, so
that neighbours of one kind (the items of a list, the posts of a thread) count as one element.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.tokens import Ints

LEVELS = 13  # steps of the longest path that the reader keeps
ZONES = 3  # the innermost element, the one round it, all others: a name means more the nearer it stands
SLOTS = 1 << 15
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[^\W\d_a-zA-Z]+")
_TOKENS = 14  # of one element


class Paths(NamedTuple):
    """Distinct paths."""

    depth: Ints  # (paths,) steps
    steps: Ints  # (paths, LEVELS) number of each step, -1 below the last
    elements: Ints  # (paths, LEVELS) a number for each path from the root to that step, -1 below the last
    names: list[str]  # (steps,) "div#content.post"


def read(paths: Sequence[str]) -> Paths:
    """Steps and elements of distinct paths."""
    rows = [path.split(">")[:LEVELS] for path in paths]
    names = list(dict.fromkeys(chain.from_iterable(rows)))
    number = dict(zip(names, range(len(names)), strict=True))
    depth = np.array([len(row) for row in rows], np.int64)
    steps = np.full((len(rows), LEVELS), -1, np.int64)
    steps[np.arange(LEVELS) < depth[:, None]] = list(map(number.__getitem__, chain.from_iterable(rows)))
    elements = np.full_like(steps, -1)
    above, below = np.zeros(len(rows), np.int64), 0
    for level in range(LEVELS):
        at = np.flatnonzero(depth > level)
        kinds, found = np.unique(above[at] * len(names) + steps[at, level], return_inverse=True)
        above[at] = elements[at, level] = below + found
        below += len(kinds)
    return Paths(depth, steps, elements, names)


def innermost(paths: Paths, values: Ints, up: int) -> Ints:
    """The column of (paths, LEVELS) values at the step that lies `up` above the last; -1 where the path is shorter."""
    level = paths.depth - 1 - up
    found: Ints = np.take_along_axis(values, np.maximum(level, 0)[:, None], 1)[:, 0]
    return np.where(level >= 0, found, -1)


@lru_cache(maxsize=1 << 16)
def tag_of(step: str) -> str:
    """The name of the element, without classes."""
    return re.split(r"[.#]", step, maxsplit=1)[0]


@lru_cache(maxsize=1 << 16)
def hashes(step: str) -> NDArray[np.uint32]:
    """Hashes of the tag, of the words of its id and class names, and of neighbouring words."""
    tag = tag_of(step)
    words = [word.lower() for word in _TOKEN.findall(step[len(tag) :])][:_TOKENS]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    grams = [f"<{tag}>", *dict.fromkeys(words), *dict.fromkeys(pairs)]
    return np.array([zlib.crc32(gram.encode()) for gram in grams], np.uint32)


class PathTable(NamedTuple):
    """What the names of elements say of their blocks: a hashed table of weights by zone."""

    checks: NDArray[np.uint8]  # (SLOTS,) top byte of the hash of the gram in each slot
    weights: NDArray[np.int8]  # (SLOTS, ZONES)


def score(paths: Paths, table: PathTable) -> Ints:
    """(paths,) sums of the weights of all grams of all steps; whole numbers, exact in any order."""
    found = [hashes(name) for name in paths.names]
    gram = np.concatenate([np.zeros(0, np.uint32), *found])
    slot = gram & np.uint32(SLOTS - 1)
    known = table.checks[slot] == (gram >> np.uint32(24)).astype(np.uint8)
    weights = table.weights[slot].astype(np.int64) * known[:, None]
    ends = np.cumsum([len(f) for f in found])
    running = np.concatenate((np.zeros((1, ZONES), np.int64), np.cumsum(weights, axis=0)))
    of_step = running[ends] - running[np.concatenate(([0], ends[:-1]))]
    up = paths.depth[:, None] - 1 - np.arange(LEVELS)
    values = of_step[paths.steps, np.clip(up, 0, ZONES - 1)]
    total: Ints = np.where(up >= 0, values, 0).sum(1)
    return total
