"""Words and edges of all blocks of a batch, found in one byte buffer.

Typographic marks of any script become the ASCII mark that does the same work, so that one table of punctuation serves
all languages. Every character of a script written without spaces (Han, kana) is a word of its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Hashes = NDArray[np.uint64]

SPARE = 32  # blank bytes after the last block, so that eight bytes can be read from any place

_MARKS = {
    '"  ': "“”„‟「」『』«»",
    "'  ": "‘’‚‹›",
    "-  ": "–—―",
    "...": "…",
    ".  ": "。．।",
    "*  ": "•·‣▪●►■◦・",
    "@  ": "©",
    ",  ": "，、،",
    "!  ": "！¡",
    "?  ": "？؟¿",
    ":  ": "：；؛",
    "(  ": "（【《〈",
    ")  ": "）】》〉",
    ">  ": "→›▸▶",
    "|  ": "｜│",
    "   ": "\u00a0\u00ad\u200b\u200e\u200f\u2003\u2009\u3000\ufeff",
}
_GOLDEN, _MIX, _TAIL, _FINAL = (
    np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)
)
_MASKS = np.array([(1 << 8 * i) - 1 for i in range(8)] + [2**64 - 1], np.uint64)  # the first i bytes of eight


def _mark_table() -> tuple[Ints, Bytes, Ints]:
    """Sorted codes of the marks (three bytes, big end first), their replacements, their lengths in bytes."""
    rows = {}
    for text, marks in _MARKS.items():
        for mark in marks:
            raw = mark.encode()
            rows[int.from_bytes(raw.ljust(3, b"\0"), "big")] = (list(text.encode()), len(raw))
    codes = sorted(rows)
    replacements = np.array([rows[c][0] for c in codes], np.uint8)
    return np.array(codes, np.int64), replacements, np.array([rows[c][1] for c in codes], np.int64)


def _word_table() -> bytes:
    """Byte to byte: letters in lower case, digits as 0, bytes of other scripts as they are, all else blank."""
    table = bytearray(b" " * 128) + bytearray(range(128, 256))
    for c in range(128):
        if chr(c).isalpha():
            table[c] = ord(chr(c).lower())
        elif chr(c).isdigit():
            table[c] = ord("0")
    return bytes(table)


_CODES, _REPLACEMENTS, _LENGTHS = _mark_table()
_LEADS = bytes(c in {m >> 16 for m in _CODES.tolist()} for c in range(256))
_WORD_BYTES = _word_table()
_SINGLE = bytes(0xE3 <= c <= 0xE9 for c in range(256))  # lead bytes of kana and Han


class Tokens(NamedTuple):
    """Words of a batch, and where the blocks stand among them. Rows are blocks; offsets are into `raw`."""

    raw: Bytes  # blocks apart by a line feed, marks as ASCII, spare blanks at the end
    folded: Bytes  # the same places: lower-cased words, digits as 0, blanks
    starts: Ints  # first byte of each word
    lengths: Ints  # bytes of each word
    first: Ints  # rows: first and last visible byte; a block without one has both at its start
    last: Ints
    first_word: Ints  # rows: words of block i are first_word[i] to end_word[i]
    end_word: Ints
    typographic: Ints  # rows: number of marks that were not ASCII


def tokenize(text: Bytes, offsets: Ints) -> Tokens:
    """The words of all blocks.

    Args:
        text: UTF-8 bytes of the blocks, one after the other.
        offsets: Blocks + 1 places in `text`.

    Returns:
        Columns of words and of blocks.
    """
    raw = np.concatenate((np.insert(text, offsets[1:], 10), np.full(SPARE, 32, np.uint8)))
    block_start = offsets[:-1] + np.arange(len(offsets) - 1)
    block_end = offsets[1:] + np.arange(len(offsets) - 1)
    marks = _replace_marks(raw)
    folded = np.frombuffer(bytearray(raw.tobytes().translate(_WORD_BYTES)), np.uint8)
    _lower_other_scripts(folded)
    starts, ends = _words(folded)
    first, last = _edges(raw, block_start, block_end)
    end_word = np.searchsorted(starts, block_end)
    return Tokens(
        raw,
        folded,
        starts,
        ends - starts,
        first,
        last,
        ends_before(end_word),
        end_word,
        np.diff(np.searchsorted(marks, block_end), prepend=0),
    )


def hash_words(folded: Bytes, starts: Ints, lengths: Ints) -> Hashes:
    """64-bit hash of each word: its first 16 bytes and its length; the same in every process."""
    eight: Hashes = np.ndarray((len(folded) - 8,), np.uint64, buffer=folded, strides=(1,))
    hashes = mix((lengths.astype(np.uint64) * _GOLDEN) ^ (eight[starts] & _MASKS[np.minimum(lengths, 8)]) * _MIX)
    long = np.flatnonzero(lengths > 8)
    rest = eight[starts[long] + 8] & _MASKS[np.minimum(lengths[long] - 8, 8)]
    hashes[long] = mix(hashes[long] ^ rest * _TAIL)
    return hashes


def ends_before(ends: Ints) -> Ints:
    """The end of each block's neighbour above: where the block begins, since nothing counts between two blocks."""
    return np.concatenate((np.zeros(min(len(ends), 1), np.int64), ends[:-1]))


def mix(hashes: Hashes) -> Hashes:
    """Spreads each bit over the word (multiply and xor-shift, as in splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(32))) * _FINAL
    return hashes ^ (hashes >> np.uint64(29))


def _replace_marks(raw: Bytes) -> Ints:
    """Writes ASCII marks over the typographic ones, in place; returns where they stood."""
    at: Ints = np.flatnonzero(np.frombuffer(raw.tobytes().translate(_LEADS), bool))
    lead, second, third = (raw[at + k].astype(np.int64) for k in range(3))
    pair = (lead << 16) | (second << 8)
    code = np.where(lead < 0xE0, pair, pair | third)
    place = np.minimum(np.searchsorted(_CODES, code), len(_CODES) - 1)
    known = _CODES[place] == code
    at, place = at[known], place[known]
    raw[at], raw[at + 1] = _REPLACEMENTS[place, 0], _REPLACEMENTS[place, 1]
    wide = _LENGTHS[place] == 3
    raw[at[wide] + 2] = _REPLACEMENTS[place[wide], 2]
    return at


def _lower_other_scripts(folded: Bytes) -> None:
    """Lower case for Latin-1 and Cyrillic capitals, in place."""
    for lead, low, high, shift in ((0xC3, 0x80, 0x9E, 32), (0xD0, 0x90, 0x9F, 32)):
        at = np.flatnonzero(folded == lead) + 1
        second = folded[at]
        folded[at] = second + np.where((second >= low) & (second <= high), shift, 0).astype(np.uint8)
    at = np.flatnonzero(folded == 0xD0)
    at = at[(folded[at + 1] >= 0xA0) & (folded[at + 1] <= 0xAF)]
    folded[at], folded[at + 1] = 0xD1, folded[at + 1] - 32


def _words(folded: Bytes) -> tuple[Ints, Ints]:
    """First byte of each word, and the byte after it."""
    word = folded != 32
    start = word.copy()
    start[1:] &= ~word[:-1]
    single = np.flatnonzero(np.frombuffer(folded.tobytes().translate(_SINGLE), bool))
    start[single] = True
    after = single + 3
    start[after] |= word[after]
    end = word.copy()
    end[:-1] &= ~word[1:] | start[1:]
    return np.flatnonzero(start), np.flatnonzero(end) + 1


def _edges(raw: Bytes, block_start: Ints, block_end: Ints) -> tuple[Ints, Ints]:
    """First and last visible byte of each block."""
    visible = np.flatnonzero(raw > 32)
    if not len(visible):
        return block_start, block_start
    high = np.searchsorted(visible, block_end)
    low = ends_before(high)
    empty = low >= high
    first = np.where(empty, block_start, visible[np.minimum(low, len(visible) - 1)])
    last = np.where(empty, block_start, visible[np.maximum(high - 1, 0)])
    return first, last
