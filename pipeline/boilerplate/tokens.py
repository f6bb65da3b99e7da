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
_LEADS = np.isin(np.arange(256), _CODES >> 16)
_WORD_BYTES = _word_table()
_PLACE, _LINE = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_LETTER, _KIND = np.uint64(0x6060606060606060), np.uint64(0xE0E0E0E0E0E0E0E0)  # the upper bits of "a" to "z", eight times
_INVISIBLE = bytes(range(33))
_AT_ONCE = 1 << 14  # words that are hashed at once, so that all steps find them in the cache


class Tokens(NamedTuple):
    """Words of a batch, and where the blocks stand among them. Rows are blocks; offsets are into `raw`."""

    raw: Bytes  # blocks apart by a line feed, marks as ASCII, spare blanks at the end
    folded: Bytes  # the same places: lower-cased words, digits as 0, blanks
    starts: Ints  # first byte of each word
    lengths: Ints  # bytes of each word
    hashes: Hashes  # of each word
    first: Ints  # rows: first and last visible byte; a block without one has both at its start
    last: Ints
    first_word: Ints  # rows: words of block i are first_word[i] to end_word[i]
    end_word: Ints
    typographic: Ints  # rows: number of marks that were not ASCII
    lines: Hashes  # rows: of the words in their order

    def rows(self, low: int, high: int) -> Tokens:
        """Some neighbouring blocks, at least one."""
        start, end = int(self.first_word[low]), int(self.end_word[high - 1])
        of_words = {name: getattr(self, name)[start:end] for name in ("starts", "lengths", "hashes")}
        of_rows = {name: getattr(self, name)[low:high] for name in ("first", "last", "typographic", "lines")}
        places = {name: getattr(self, name)[low:high] - start for name in ("first_word", "end_word")}
        return self._replace(**of_words, **of_rows, **places)

    def take(self, rows: Ints) -> Tokens:
        """Some blocks, at least one, ascending."""
        low, high = int(rows[0]), int(rows[-1]) + 1
        if high - low == len(rows):  # nothing is copied: of most batches all texts are taken
            return self.rows(low, high)
        of, word = self.words_of(rows)
        count = np.bincount(of, minlength=len(rows))
        of_words = {name: getattr(self, name)[word] for name in ("starts", "lengths", "hashes")}
        of_rows = {name: getattr(self, name)[rows] for name in ("first", "last", "typographic", "lines")}
        return self._replace(**of_words, **of_rows, first_word=np.cumsum(count) - count, end_word=np.cumsum(count))

    def words_of(self, rows: Ints) -> tuple[Ints, Ints]:
        """The words of some blocks in their order: the place in `rows` of each, and the word."""
        count = (self.end_word - self.first_word)[rows]
        of = np.repeat(np.arange(len(rows)), count)
        return of, np.arange(len(of)) + (self.first_word[rows] - np.cumsum(count) + count)[of]


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
    wide: Ints = np.flatnonzero(raw >= 0xC0)
    marks = _replace_marks(raw, wide)
    folded = np.frombuffer(bytearray(raw).translate(_WORD_BYTES), np.uint8)
    _lower_other_scripts(folded, wide)
    starts, ends = _words(folded, wide)
    first, last = _edges(raw, block_start, block_end)
    hashes, end_word = hash_words(folded, starts, ends - starts), np.searchsorted(starts, block_end)
    first_word = ends_before(end_word)
    typographic = np.diff(np.searchsorted(marks, block_end), prepend=0)
    lines = _hash_lines(hashes, first_word, end_word)
    return Tokens(raw, folded, starts, ends - starts, hashes, first, last, first_word, end_word, typographic, lines)


def hash_words(folded: Bytes, starts: Ints, lengths: Ints) -> Hashes:
    """64-bit hash of each word: its first 16 bytes and its length; the same in every process."""
    hashes = np.empty(len(starts), np.uint64)
    for low in range(0, len(starts), _AT_ONCE):
        some = slice(low, low + _AT_ONCE)
        hashes[some] = _hash_some(folded, starts[some], lengths[some])
    return hashes


def _hash_lines(words: Hashes, first: Ints, end: Ints) -> Hashes:
    """Hash of each block's words in their order."""
    place = np.arange(len(words)) - np.repeat(first, end - first)
    total = np.zeros(len(words) + 1, np.uint64)
    np.cumsum(words * (place.astype(np.uint64) * _PLACE | np.uint64(1)), out=total[1:])
    return mix(total[end] - total[first] + _LINE)


def are_letters(tokens: Tokens, words: Ints) -> Flags:
    """Which words are of Latin letters without accents alone, and of sixteen at most."""
    eight, starts, lengths = _eight(tokens.folded), tokens.starts[words], tokens.lengths[words]
    head = (eight[starts] ^ _LETTER) & _KIND & _MASKS[np.minimum(lengths, 8)]
    tail = (eight[starts + 8] ^ _LETTER) & _KIND & _MASKS[np.clip(lengths - 8, 0, 8)]
    return np.asarray(((head | tail) == 0) & (lengths <= 16))


def _eight(folded: Bytes) -> Hashes:
    """The eight bytes from each place as one number."""
    return np.ndarray((len(folded) - 8,), np.uint64, buffer=folded, strides=(1,))


def _hash_some(folded: Bytes, starts: Ints, lengths: Ints) -> Hashes:
    eight = _eight(folded)
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


def _replace_marks(raw: Bytes, wide: Ints) -> Ints:
    """Writes ASCII marks over the typographic ones among the wide characters, in place; returns where they stood."""
    at: Ints = wide[_LEADS[raw[wide]]]
    lead, second, third = (raw[at + k].astype(np.int64) for k in range(3))
    pair = (lead << 16) | (second << 8)
    code = np.where(lead < 0xE0, pair, pair | third)
    place = np.minimum(np.searchsorted(_CODES, code), len(_CODES) - 1)
    known = _CODES[place] == code
    at, place = at[known], place[known]
    raw[at], raw[at + 1] = _REPLACEMENTS[place, 0], _REPLACEMENTS[place, 1]
    three = _LENGTHS[place] == 3
    raw[at[three] + 2] = _REPLACEMENTS[place[three], 2]
    return at


def _lower_other_scripts(folded: Bytes, wide: Ints) -> None:
    """Lower case for Latin-1 and Cyrillic capitals, in place."""
    for lead, low, high, shift in ((0xC3, 0x80, 0x9E, 32), (0xD0, 0x90, 0x9F, 32)):
        at = wide[folded[wide] == lead] + 1
        second = folded[at]
        folded[at] = second + np.where((second >= low) & (second <= high), shift, 0).astype(np.uint8)
    at = wide[folded[wide] == 0xD0]
    at = at[(folded[at + 1] >= 0xA0) & (folded[at + 1] <= 0xAF)]
    folded[at], folded[at + 1] = 0xD1, folded[at + 1] - 32


def _words(folded: Bytes, wide: Ints) -> tuple[Ints, Ints]:
    """First byte of each word, and the byte after it."""
    word = np.append(False, folded != 32)  # one place later, so that there is something before the first
    edges = np.flatnonzero(word[1:] != word[:-1])
    lead = folded[wide]
    single = wide[(lead >= 0xE3) & (lead <= 0xE9)]  # kana and Han
    inner = np.unique(np.concatenate((single, single + 3)))
    inner = inner[word[inner] & word[inner + 1]]  # there one word ends and another begins
    edges = np.insert(edges, np.repeat(np.searchsorted(edges, inner), 2), np.repeat(inner, 2))
    return np.ascontiguousarray(edges[0::2]), np.ascontiguousarray(edges[1::2])


def _edges(raw: Bytes, block_start: Ints, block_end: Ints) -> tuple[Ints, Ints]:
    """First and last visible byte of each block: most begin and end with one, unless a mark became blank."""
    first, last = block_start.copy(), np.maximum(block_end - 1, block_start)
    for row in np.flatnonzero((raw[first] <= 32) | (raw[last] <= 32)).tolist():
        start, end = int(block_start[row]), int(block_end[row])
        text = raw[start:end].tobytes().rstrip(_INVISIBLE)
        if text:
            first[row], last[row] = start + len(text) - len(text.lstrip(_INVISIBLE)), start + len(text) - 1
        else:
            last[row] = start
    return first, last
