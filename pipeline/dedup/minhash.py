"""MinHash signatures of all paragraphs of a batch at once, bit for bit those of `datasketch.MinHash`."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCHEME = "affine32"  # the scheme of datasketch 2 that `signatures` computes
_STEP = 1 << 16  # shingles at a time: 256 kB stay in the cache through all permutations


@lru_cache(maxsize=4)
def permutations(count: int) -> NDArray[np.uint32]:
    """The (2, count) factors and summands that datasketch draws.

    Raises:
        RuntimeError: this datasketch permutes by another scheme, so that signatures would not be its own.
    """
    own = _datasketch().MinHash(num_perm=count)
    if own.scheme != SCHEME:
        raise RuntimeError(f"datasketch permutes by {own.scheme!r}, this pipeline by {SCHEME!r}")
    return np.asarray(own.permutations, np.uint32)


def _datasketch() -> Any:
    """The module `datasketch.minhash` alone: to import the package imports scipy for its indexes, .3 s in every process."""
    spec = find_spec("datasketch")
    if "datasketch" in sys.modules or spec is None:
        return import_module("datasketch.minhash")
    sys.modules["datasketch"] = module_from_spec(spec)  # its `__init__` is not run
    try:
        return import_module("datasketch.minhash")
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "datasketch"]:
            del sys.modules[name]  # whoever imports it after us gets all of it


def signatures(hashes: NDArray[np.uint32], offsets: NDArray[np.int64], count: int) -> NDArray[np.uint32]:
    """The (count, texts) MinHash values: column i is `MinHash(count, hashfunc=int).update_batch(hashes of text i)`.

    Args:
        hashes: 32-bit shingle hashes of all texts.
        offsets: texts + 1 places in `hashes`; a text without shingles gets the greatest value everywhere.
        count: permutations.
    """
    some = offsets[1:] > offsets[:-1]
    if some.all():
        return _signatures(_fmix(hashes), offsets, count)
    out = np.full((count, len(some)), 0xFFFFFFFF, np.uint32)
    if some.any():
        out[:, some] = _signatures(_fmix(hashes), np.append(offsets[:-1][some], offsets[-1]), count)
    return out


def _signatures(hashes: NDArray[np.uint32], offsets: NDArray[np.int64], count: int) -> NDArray[np.uint32]:
    """The same of texts that all have shingles, from hashes as the scheme permutes them."""
    factors, summands = permutations(count)
    out = np.empty((count, len(offsets) - 1), np.uint32)
    cuts = np.unique(np.append(np.searchsorted(offsets, np.arange(0, offsets[-1], _STEP)), len(offsets) - 1))
    for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        part = hashes[offsets[first] : offsets[last]]
        starts, permuted = offsets[first:last] - offsets[first], np.empty_like(part)
        for i in range(count):
            np.multiply(part, factors[i], out=permuted)
            np.add(permuted, summands[i], out=permuted)
            np.minimum.reduceat(permuted, starts, out=out[i, first:last])
    return out


def _fmix(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's 32-bit finalizer, which the scheme puts before its permutations."""
    values = values ^ (values >> np.uint32(16))
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values
