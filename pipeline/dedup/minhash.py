"""MinHash signatures of all paragraphs of a batch at once, bit for bit those of `datasketch.MinHash`."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

SCHEME = "affine32"  # the scheme of datasketch 2 that `signatures` computes
_STEP = 1 << 16  # shingles at a time: 256 kB stay in the cache through all permutations


@lru_cache(maxsize=4)
def permutations(count: int) -> NDArray[np.uint32]:
    """The (2, count) factors and summands that datasketch draws.

    Raises:
        RuntimeError: this datasketch permutes by another scheme, so that signatures would not be its own.
    """
    own = MinHash(num_perm=count)
    if own.scheme != SCHEME:
        raise RuntimeError(f"datasketch permutes by {own.scheme!r}, this pipeline by {SCHEME!r}")
    return np.asarray(own.permutations, np.uint32)


def signatures(hashes: NDArray[np.uint32], offsets: NDArray[np.int64], count: int) -> NDArray[np.uint32]:
    """The (count, texts) MinHash values: column i is `MinHash(count, hashfunc=int).update_batch(hashes of text i)`.

    Args:
        hashes: 32-bit shingle hashes of all texts.
        offsets: texts + 1 places in `hashes`; a text without shingles gets the greatest value everywhere.
        count: permutations.
    """
    factors, summands = permutations(count)
    out = np.full((count, len(offsets) - 1), 0xFFFFFFFF, np.uint32)
    some = np.flatnonzero(offsets[1:] > offsets[:-1])
    if not len(some):
        return out
    hashes = _fmix(hashes)
    edges = np.append(offsets[some], offsets[-1])
    cuts = np.unique(np.append(np.searchsorted(edges, np.arange(0, edges[-1], _STEP)), len(some)))
    for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        part = hashes[edges[first] : edges[last]]
        starts, permuted = edges[first:last] - edges[first], np.empty_like(part)
        for i in range(count):
            np.multiply(part, factors[i], out=permuted)
            np.add(permuted, summands[i], out=permuted)
            out[i, some[first:last]] = np.minimum.reduceat(permuted, starts)
    return out


def _fmix(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's 32-bit finalizer, which the scheme puts before its permutations."""
    values = values ^ (values >> np.uint32(16))
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values
