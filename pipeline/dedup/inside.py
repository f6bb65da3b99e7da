"""Paragraphs that stand wholly inside a longer one of the same document."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.overlap import Lists, overlap
from pipeline.dedup.paragraphs import select
from pipeline.text.runs import distinct, heads, places
from pipeline.text.words import mix

SHARE = 0.95  # least share of a paragraph's shingles that stand in the other
_PROBES = 3  # shingles of a paragraph by which hosts are sought: the rarest in its document
_HOSTS = 8  # longest paragraphs looked at for each
_OWNER = np.uint64((1 << 24) - 1)  # low bits of a packed shingle: the paragraph


class Inside(NamedTuple):
    """Paragraphs, each with a host that holds it, and the share of its shingles found there; best first for each."""

    rows: NDArray[np.int64]
    hosts: NDArray[np.int64]
    shares: NDArray[np.float64]


def inside(lists: Lists, docs: NDArray[np.int64], keys: NDArray[np.uint64]) -> Inside:
    """Find hosts within documents.

    Args:
        lists: shingles of all paragraphs.
        docs: document of each paragraph.
        keys: equal for paragraphs with equal words: of such the first of a document stands for all.
    """
    first = _first_copies(docs, keys)
    lone = np.bincount(docs[first], minlength=int(docs.max(initial=0)) + 1) < 2
    texts = first[~lone[docs[first]]]
    counts = np.diff(lists.offsets)
    texts = texts[np.argsort(-counts[texts], kind="stable")]  # longest first
    rows, hosts = _likely(lists, docs, texts)
    found = overlap(lists, rows, lists, hosts)
    held = (found.inside >= SHARE) & (found.second > found.first)
    order = np.lexsort((hosts[held], -found.second[held], -found.inside[held], rows[held]))
    return Inside(rows[held][order], hosts[held][order], found.inside[held][order])


def _first_copies(docs: NDArray[np.int64], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    order = np.lexsort((keys, docs))
    return np.sort(order[heads(docs[order], keys[order])])


def _likely(lists: Lists, docs: NDArray[np.int64], texts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs worth comparing: nearly all shingles of the first stand elsewhere in its document, a rare one in the second."""
    none = np.zeros(0, np.int64)
    if not len(texts):
        return none, none
    counts = lists.offsets[texts + 1] - lists.offsets[texts]
    owners = np.repeat(np.arange(len(texts), dtype=np.uint64), counts)
    flat = np.repeat(docs[texts].astype(np.uint64) << np.uint64(32), counts) | lists.hashes[select(lists.offsets, texts)]
    packed = distinct(mix(flat) & ~_OWNER | owners)
    shingle, owner = packed >> np.uint64(24), (packed & _OWNER).astype(np.int64)
    starts = heads(shingle)
    counts = np.diff(np.append(starts, len(shingle)))
    spread = np.repeat(counts, counts)
    total, shared = np.bincount(owner, minlength=len(texts)), np.bincount(owner[spread > 1], minlength=len(texts))
    held = shared >= SHARE * total
    use = np.flatnonzero((spread > 1) & held[owner])
    use = use[np.lexsort((spread[use], owner[use]))]
    use = use[places(heads(owner[use]), len(use)) < _PROBES]
    start = np.repeat(starts, counts)[use]
    pairs = [np.zeros((2, 0), np.int64)]
    for step in range(_HOSTS):
        at = np.flatnonzero((step < spread[use]) & (start + step < use))  # hosts are longer, so they stand before
        pairs.append(np.stack((owner[use[at]], owner[start[at] + step])))
    row, host = np.unique(np.concatenate(pairs, axis=1), axis=1)
    return texts[row], texts[host]


def all_copies(
    found: Inside, docs: NDArray[np.int64], keys: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """For each paragraph its best host, or -1, and the share: copies within a document have the host of the first."""
    hosts, shares = np.full(len(docs), -1, np.int64), np.zeros(len(docs), np.float32)
    hosts[found.rows[::-1]], shares[found.rows[::-1]] = found.hosts[::-1], found.shares[::-1]
    if len(found.rows):
        order = np.lexsort((keys, docs))
        leader = order[np.arange(len(order)) - places(heads(docs[order], keys[order]), len(order))]
        hosts[order], shares[order] = hosts[leader], shares[leader]
    return hosts, shares
