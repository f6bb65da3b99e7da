"""The normal form of a text: what two copies share that differ only in case, spacing, punctuation or width of letters.

`normal_form` is the definition, over one string. `fold` is the same over a whole column of bytes: texts whose characters
all keep their byte length are folded in place with tables; only texts that hold a mark, a ligature or a full-width form
pass through `unicodedata`. Accents are kept: "resume" and "résumé" are two words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

VERSION = 1  # of the normal form: keys of another one are never equal
WORD, SPACELESS, UNEVEN = 1, 2, 4  # bits of a character's kind; 0 is a separator
PADDING = 8  # bytes after the last text, so that eight bytes can be read at every place
SPACE = 32
JOINTS = b".,/-:"  # that do not end a number where they stand between two digits
_NEAR = 64  # bytes between characters that are prepared together

# Scripts written without spaces between words; each of their characters is a word of its own.
_SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # iteration mark, closing mark, zero
    (0x3041, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0x20000, 0x3FFFF),
)


class Folded(NamedTuple):
    """A column of texts, folded: letters in lower case, everything that is no word a space."""

    folded: NDArray[np.uint8]  # the texts one after the other, and `PADDING`
    cased: NDArray[np.uint8]  # the same places before folding, to see capitals
    offsets: NDArray[np.int64]  # len + 1 places
    cuts: NDArray[np.int64]  # places inside a run of letters where a word ends and the next begins
    alone: NDArray[np.int64]  # places of the characters of scripts without spaces, each a word of its own


class _Characters:
    """Folded code point and kind of every character, learnt a page of 256 at a time when one of them is first met."""

    def __init__(self) -> None:
        self.folded = np.zeros(0x110000, np.uint32)  # untouched pages of zeros take no memory
        self.kind = np.zeros(0x110000, np.uint8)
        self._known = np.zeros(0x1100, bool)

    def learn(self, codes: NDArray[np.uint32]) -> None:
        pages = np.flatnonzero(np.bincount(codes >> 8, minlength=0x1100))
        for page in pages[~self._known[pages]].tolist():
            for code in range(page << 8, (page + 1) << 8):
                self.folded[code], self.kind[code] = _character(chr(code))
            self._known[page] = True


_CHARACTERS = _Characters()


def _character(char: str) -> tuple[int, int]:
    """Folded code point and kind of one character; an uneven one is changed by `_prepared` and folds to itself."""
    code, category = ord(char), unicodedata.category(char)
    if category == "Cs":  # half a surrogate pair is never valid UTF-8
        return SPACE, 0
    normal = unicodedata.normalize("NFKC", char)
    if _ignorable(char, category):
        return code, UNEVEN
    if category in ("Mn", "Mc") or 0x1100 <= code <= 0x11FF:  # may join the character before it: é, Hangul syllables
        return code, WORD | UNEVEN | _spaceless(code)
    if normal[0].isspace() or not any(c.isalnum() or c == "_" for c in normal):
        return SPACE, 0
    folded = normal.casefold()
    even = len(folded) == 1 and len(folded.encode()) == len(char.encode())
    if normal != char or not even or (category == "Nd" and code > 127):
        return code, (WORD if char.isalnum() else 0) | UNEVEN
    return ord(folded), WORD | _spaceless(code)


def _ignorable(char: str, category: str) -> bool:
    """Soft hyphens, joiners, marks of direction, variation selectors: no reader sees them."""
    return category == "Cf" or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _spaceless(code: int) -> int:
    return SPACELESS if any(low <= code <= high for low, high in _SPACELESS) else 0


class _Cleared(dict[int, str]):
    """For `str.translate`, filled as characters are met: invisible ones removed, separators a space but for joints."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kind = _character(char)[1]
        stays = kind or (code < 128 and code in JOINTS)
        self[code] = "" if _ignorable(char, unicodedata.category(char)) else char if stays else " "
        return self[code]


class _Evened(dict[int, str]):
    """For `str.translate`: letters whose folded form is longer or shorter ("ß", "ẞ", "İ") are folded; digits are ASCII."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = str(unicodedata.decimal(char, char)).casefold()
        self[code] = char if len(folded) == 1 and len(folded.encode()) == len(char.encode()) else folded
        return self[code]


_CLEARED, _EVENED = _Cleared(), _Evened()


def _prepared(text: str) -> str:
    """The text in composed, compatible characters, each of which `_CHARACTERS` folds to one of the same length."""
    return unicodedata.normalize("NFKC", text.translate(_CLEARED)).translate(_EVENED)


def normal_form(text: str) -> str:
    """The words of a text, folded, with one space between them: equal for two texts that are exact duplicates.

    Unicode compatibility form (NFKC), full case folding; invisible characters are removed, all that is no letter, digit,
    mark or underscore separates; characters of scripts without spaces stand alone.

    >>> normal_form("“Ｔｈｅ   Straße,” he said…")
    'the strasse he said'
    >>> normal_form("東京へ go")
    '東 京 へ go'
    """
    prepared = _prepared(text)
    codes = np.array([ord(c) for c in prepared], np.uint32)
    _CHARACTERS.learn(codes)
    kinds, folded = _CHARACTERS.kind[codes], _CHARACTERS.folded[codes]
    pieces = []
    for code, kind in zip(folded.tolist(), kinds.tolist(), strict=True):
        char = chr(code) if kind & WORD else " "
        pieces.append(f" {char} " if kind & SPACELESS else char)
    return " ".join("".join(pieces).split())


def fold(buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Folded:
    """Fold a column of texts.

    Args:
        buffer: valid UTF-8 of all texts, one after the other.
        offsets: len + 1 places in the buffer, from 0.
    """
    starts, codes = _wide(buffer)
    uneven = starts[(_CHARACTERS.kind[codes] & UNEVEN) > 0]
    if len(uneven):
        buffer, offsets = _even(buffer, offsets, uneven)
        starts, codes = _wide(buffer)
    cased = np.concatenate((buffer, np.full(PADDING, SPACE, np.uint8)))
    folded = np.frombuffer(bytearray(cased).translate(_ASCII), np.uint8)
    cuts, alone = _fold_wide(folded, starts, codes)
    return Folded(folded, cased, offsets, cuts, alone)


def _ascii_table() -> bytes:
    word = "0123456789_abcdefghijklmnopqrstuvwxyz"
    return bytes(b if b >= 128 else ord(chr(b).lower()) if chr(b).lower() in word else SPACE for b in range(256))


_ASCII = _ascii_table()


def _wide(buffer: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Places and code points of the characters of more than one byte."""
    starts = np.flatnonzero(buffer >= 0xC0)
    lead = buffer[starts]
    codes = (lead & np.where(lead < 0xE0, 0x1F, np.where(lead < 0xF0, 0x0F, 0x07))).astype(np.uint32)
    for byte, least in ((1, 0xC0), (2, 0xE0), (3, 0xF0)):
        longer = np.flatnonzero(lead >= least)
        codes[longer] = codes[longer] << 6 | (buffer[starts[longer] + byte] & 0x3F)
    _CHARACTERS.learn(codes)
    return starts, codes


def _even(
    buffer: NDArray[np.uint8], offsets: NDArray[np.int64], uneven: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The column with the characters at the places `uneven` prepared, and those near them."""
    data, sizes = buffer.tobytes(), np.diff(offsets)
    pieces: list[bytes] = []
    done = 0
    for row, begin, end in _stretches(data, offsets, uneven):
        new = _prepared(data[begin:end].decode()).encode()
        pieces += [data[done:begin], new]
        sizes[row] += len(new) - (end - begin)
        done = end
    pieces.append(data[done:])
    return np.frombuffer(b"".join(pieces), np.uint8), np.concatenate(([0], np.cumsum(sizes)))


def _stretches(data: bytes, offsets: NDArray[np.int64], places: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Text, first and last place of stretches from space to space that hold all the places.

    No character is composed or reordered across a space. Places near each other share a stretch: in Hindi most words
    hold a mark, and one long stretch is quicker than many short ones.
    """
    rows = np.searchsorted(offsets, places, side="right") - 1
    near = (np.diff(places) < _NEAR) & (np.diff(rows) == 0)
    heads = np.flatnonzero(np.append(True, ~near))
    done = 0
    for first, last in zip(heads.tolist(), [*(heads[1:] - 1).tolist(), len(places) - 1], strict=True):
        row = int(rows[first])
        start, stop = int(offsets[row]), int(offsets[row + 1])
        begin, end = data.rfind(b" ", start, int(places[first])), data.find(b" ", int(places[last]), stop)
        begin, end = max(begin + 1, start, done), stop if end < 0 else end
        if begin < end:
            yield row, begin, end
        done = end


def _fold_wide(
    folded: NDArray[np.uint8], starts: NDArray[np.int64], codes: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Fold the characters of more than one byte in place; the cuts round those of scripts without spaces, and their places."""
    kinds, new = _CHARACTERS.kind[codes], _CHARACTERS.folded[codes]
    sizes = 2 + (codes >= 0x800) + (codes >= 0x10000)
    for byte in range(4):
        inside = sizes > byte
        folded[starts[inside & (kinds & WORD == 0)] + byte] = SPACE
        changed = np.flatnonzero(inside & (new != codes) & (kinds & WORD > 0))
        low = new[changed] >> (6 * (sizes[changed] - 1 - byte)).astype(np.uint32) & 0x3F
        folded[starts[changed] + byte] = 0x80 | low if byte else _lead(new[changed], sizes[changed])
    alone = kinds & SPACELESS > 0
    return np.unique(np.concatenate((starts[alone], starts[alone] + sizes[alone]))), starts[alone]


def _lead(codes: NDArray[np.uint32], sizes: NDArray[np.int64]) -> NDArray[np.uint8]:
    """First bytes of the UTF-8 of code points."""
    marks = np.array([0, 0, 0xC0, 0xE0, 0xF0], np.uint32)[sizes]
    return np.asarray(marks | codes >> (6 * (sizes - 1)).astype(np.uint32)).astype(np.uint8)
