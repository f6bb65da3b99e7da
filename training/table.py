"""Which words, pairs and whole blocks get a vector: those of most sites that tell most about content, one a slot."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.grams import grams
from training import augment
from training.pages import Page, blocks_of

SLOTS, WIDTH = 1 << 15, 8
_SITES = 8  # a gram of fewer sites is that site's own
_INVENTED = 330  # pages in eleven languages; each counts as a site
_PORTION = 40


class Table(NamedTuple):
    """Slots of the hashed table."""

    checks: NDArray[np.uint8]  # the top byte of the hash of the gram in each slot
    used: NDArray[np.bool_]
    width: int


def build(pages: list[Page], made: augment.Source, rng: random.Random) -> Table:
    """The table for a training set."""
    hashes, sites, content = _occurrences(pages, made, rng)
    order = np.lexsort((sites, hashes))
    hashes, sites, content = hashes[order], sites[order], content[order]
    first = np.flatnonzero(np.append(True, (hashes[1:] != hashes[:-1]) | (sites[1:] != sites[:-1])))
    rate = np.add.reduceat(content, first) / np.diff(np.append(first, len(hashes)))  # of a gram on one site
    gram, start = np.unique(hashes[first], return_index=True)
    on_sites = np.diff(np.append(start, len(first)))
    telling = (np.abs(np.add.reduceat(rate, start) / on_sites - 0.4) + 0.1) * np.sqrt(on_sites)
    enough = on_sites >= _SITES
    gram, telling = gram[enough], telling[enough]
    gram = gram[np.argsort(-telling, kind="stable")[: SLOTS * 3 // 2]]
    slot = (gram & np.uint64(SLOTS - 1)).astype(np.int64)
    _, winner = np.unique(slot, return_index=True)
    checks, used = np.zeros(SLOTS, np.uint8), np.zeros(SLOTS, bool)
    checks[slot[winner]] = (gram[winner] >> np.uint64(56)).astype(np.uint8)
    used[slot[winner]] = True
    used[0] = False  # an empty slot looks like the gram of hash 0
    return Table(checks, used, WIDTH)


def _occurrences(
    pages: list[Page], made: augment.Source, rng: random.Random
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64]]:
    """Hash, site and label of each gram of the annotated and the invented pages."""
    number = {site: i for i, site in enumerate(sorted({p.site for p in pages}))}
    rows = [p.rows for p in pages] + [augment.foreign(made, rng) for _ in range(_INVENTED)]
    site = np.array([number[p.site] for p in pages] + list(range(len(number), len(number) + _INVENTED)))
    out: list[tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64]]] = []
    for low in range(0, len(rows), _PORTION):
        portion = rows[low : low + _PORTION]
        blocks = blocks_of(portion)
        label = np.array([float(r.content) for page in portion for r in page])
        of_row = site[low + blocks.pages.of_row]
        out += [(kind.hashes, of_row[kind.rows], label[kind.rows]) for kind in grams(blocks.tokens)]
    hashes, sites, content = (np.concatenate(column) for column in zip(*out, strict=True))
    return hashes, sites, content
