"""Words of a column of texts: where they stand, and a 64-bit hash of each, without making one Python string."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.text.normal import PADDING, SPACE, Folded
from pipeline.text.runs import heads

_BLOCK = 1 << 14  # values at a time, so that all steps find them in the cache
_LONG = 256  # bytes of a word that is no word but data: three megabytes took four seconds in steps of eight bytes
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio
_MASKS = np.array([(1 << (8 * n)) - 1 for n in range(9)], np.uint64)


class Words(NamedTuple):
    """The words of all texts, one after the other."""

    starts: NDArray[np.int64]  # places of the first byte in `Folded.folded`
    ends: NDArray[np.int64]  # places after the last byte
    hashes: NDArray[np.uint64]
    offsets: NDArray[np.int64]  # texts + 1: the words of text i are offsets[i] to offsets[i + 1]


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A bijection that spreads every bit over all 64 (splitmix64's finalizer: Steele, Lea, Flood 2014)."""
    out = np.empty_like(values)
    for start in range(0, len(values), _BLOCK):
        part = values[start : start + _BLOCK]
        part = part ^ (part >> np.uint64(30))
        part *= np.uint64(0xBF58476D1CE4E5B9)
        part ^= part >> np.uint64(27)
        part *= np.uint64(0x94D049BB133111EB)
        np.bitwise_xor(part, part >> np.uint64(31), out=out[start : start + _BLOCK])
    return out


def words(text: Folded) -> Words:
    """Find and hash the words; equal words have equal hashes in every batch and on every machine."""
    edges = _edges(text)
    starts, ends = edges[0::2], edges[1::2]
    return Words(starts, ends, _hashes(text.folded, starts, ends), np.searchsorted(starts, text.offsets))


def word_hash(word: str) -> int:
    """The hash of one folded word.

    >>> from pipeline.text.normal import fold
    >>> column = fold(np.frombuffer(b"Up!", np.uint8), np.array([0, 3]))
    >>> int(words(column).hashes[0]) == word_hash("up")
    True
    """
    data = np.frombuffer(word.encode() + bytes([SPACE]) * PADDING, np.uint8)
    return int(_hashes(data, np.array([0]), np.array([len(data) - PADDING]))[0])


def _edges(text: Folded) -> NDArray[np.int64]:
    """Starts and ends of the words in turn. Texts touch each other, so a text's edge may part two letters."""
    visible = np.zeros(text.offsets[-1] + 2, bool)  # one place later, so that there is something before the first
    np.not_equal(text.folded[: len(visible) - 1], SPACE, out=visible[1:])
    edges = np.flatnonzero(visible[1:] != visible[:-1])
    inner = np.union1d(text.offsets[1:-1], text.cuts) if len(text.cuts) else text.offsets[1:-1]
    inner = inner[(inner > 0) & (inner < text.offsets[-1])]
    inner = inner[visible[inner + 1] & visible[inner]]
    inner = inner[heads(inner)]
    if len(inner):  # twice: there one word ends and another begins
        edges = np.insert(edges, np.repeat(np.searchsorted(edges, inner), 2), np.repeat(inner, 2))
    return edges


def _hashes(data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Eight bytes a step; the length goes in first, so that no word is a prefix of another's computation."""
    eight = np.ndarray((len(data) - 7,), np.dtype("<u8"), buffer=data, strides=(1,))
    sizes, hashes = ends - starts, np.empty(len(starts), np.uint64)
    for start in range(0, len(starts), _BLOCK):
        block = slice(start, start + _BLOCK)
        part = eight[starts[block]]
        part &= _MASKS.take(sizes[block], mode="clip")
        part ^= sizes[block].astype(np.uint64) * _ODD
        hashes[block] = mix(part)
    rest, step = np.flatnonzero((sizes > 8) & (sizes <= _LONG)), 8
    while len(rest):
        tail = eight[starts[rest] + step] & _MASKS.take(sizes[rest] - step, mode="clip")
        hashes[rest] = mix((hashes[rest] * _ODD) ^ tail)
        step += 8
        rest = rest[sizes[rest] > step]
    for word in np.flatnonzero(sizes > _LONG).tolist():
        digest = blake2b(data[starts[word] : ends[word]].tobytes(), digest_size=8).digest()
        hashes[word] = int.from_bytes(digest, "little")
    return hashes
