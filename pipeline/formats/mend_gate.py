"""Which blocks of a batch may need mending, by exact tests over their bytes: ftfy would change nothing in the others.

ftfy looks for mojibake with one regular expression, `ftfy.badness.BADNESS_RE`. Read as a list of alternatives, each
needs one of a few characters that are suspect alone, or two characters of its tables side by side that are not both
letters (a small letter before an accented capital counts too). A test tries that claim against the expression itself.
"""

from __future__ import annotations

import re

import numpy as np
from ftfy.badness import MOJIBAKE_CATEGORIES as TABLES
from ftfy.badness import is_bad
from ftfy.chardata import CONTROL_CHARS, LIGATURES
from numpy.typing import NDArray

EVERY = "".join(map(chr, range(0x10000)))
# code of a character: 0 never matters, SUSPECT alone is enough, the others matter side by side
SUSPECT, SMALL, CAPITAL, ACCENTED_CAPITAL, COMMON, FACE, MARK = 1, 2, 3, 4, 5, 6, 7
ALONE = "ÂÃÎÐŒœЂ\u0080-\u009f"  # "[a-z]\\s?[ÃÂ][ ]", "[ÎÐ][Šž...]", "[Œœ][^A-Za-z]", "вЂ", "[{c1}]"
INVISIBLE = "\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
BINS = {
    "common": COMMON,
    "bad": MARK,
    "law": MARK,
    "currency": MARK,
    "start_punctuation": MARK,
    "end_punctuation": MARK,
    "numeric": MARK,
    "box": MARK,
    "kaomoji": FACE,
    "lower_accented": SMALL,
    "lower_common": SMALL,
    "upper_common": CAPITAL,
    "upper_accented": ACCENTED_CAPITAL,
}
LETTERS = [SMALL, CAPITAL, ACCENTED_CAPITAL]


def _mojibake() -> NDArray[np.uint8]:
    """Code of each character of the Basic Multilingual Plane, as far as mojibake goes; the others have none."""
    codes = np.zeros(0x10000, np.uint8)
    for name, code in BINS.items():
        codes[_members(TABLES[name])] = code
    codes[_members("°´")] = MARK  # named beside letters and marks too
    codes[_members("Ù")] = ACCENTED_CAPITAL  # "[ØÙ][{common}...]"
    codes[_members(ALONE)] = SUSPECT
    return codes


def _codes() -> NDArray[np.uint8]:
    """The same, with what else is mended."""
    codes = _mojibake()
    codes[_members(INVISIBLE + "&\r")] = SUSPECT
    codes[[*CONTROL_CHARS, *LIGATURES]] = SUSPECT
    return codes


def _members(characters: str) -> list[int]:
    """The characters of a set, as a regular expression writes it."""
    return [ord(found) for found in re.findall(f"[{characters}]", EVERY)]


def _pairs() -> NDArray[np.bool_]:
    """Whether a character of one code before one of another is suspect."""
    pairs = np.zeros((MARK + 1, MARK + 1), bool)
    pairs[MARK, [*LETTERS, MARK]] = pairs[[*LETTERS, MARK], MARK] = pairs[MARK, FACE] = True
    pairs[SMALL, ACCENTED_CAPITAL] = pairs[ACCENTED_CAPITAL, COMMON] = True
    return pairs


def _doubtful() -> re.Pattern[str]:
    """A character that is suspect alone, or the first of two that are side by side, and nothing else is looked at."""
    codes = _mojibake()
    kinds = [f"(?<={_set(codes == SUSPECT)})"]
    kinds += [f"(?<={_set(codes == code)})(?={_set(PAIRS[code][codes])})" for code in np.flatnonzero(PAIRS.any(1)).tolist()]
    return re.compile(f"{_set(codes > 0)}(?:{'|'.join(kinds)})")


def _set(flags: NDArray[np.bool_]) -> str:
    return "[" + "".join(f"\\u{code:04x}" for code in np.flatnonzero(flags).tolist()) + "]"


CODES, PAIRS = _codes(), _pairs()
DOUBTFUL = _doubtful()
LEADS = np.ones(256, bool)  # bytes that begin a character that may matter
LEADS[:0x80] = CODES[:0x80] > 0
LEADS[0x80:0xC0] = False
LENGTHS = np.repeat(np.array([1, 2, 3, 4]), [0xC0, 0x20, 0x10, 0x10])  # bytes of a character by its first


def is_mojibake(text: str) -> bool:
    """What `ftfy.badness.is_bad` says, which takes thirty times as long for text whose characters are above suspicion."""
    return bool(DOUBTFUL.search(text)) and is_bad(text)


def suspects(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of the texts that may need mending, ascending.

    Args:
        data: UTF-8 of all texts.
        offsets: n + 1 places in it.
    """
    at = np.flatnonzero(LEADS[data])
    if not len(at):
        return np.zeros(0, np.int64)
    codes = CODES[_code_points(data, at)]
    at, codes = at[codes > 0], codes[codes > 0]
    lengths = LENGTHS[data[at]]
    suspect = codes == SUSPECT
    beside = at[:-1] + lengths[:-1] == at[1:]
    suspect[:-1] |= beside & PAIRS[codes[:-1], codes[1:]]
    return np.unique(np.searchsorted(offsets, at[suspect], side="right") - 1)


def _code_points(data: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """The characters that begin at the places; U+FFFF, which is none, for those beyond the Basic Multilingual Plane."""
    lead = data[at].astype(np.int64)
    last = len(data) - 1
    second, third = (data[np.minimum(at + n, last)].astype(np.int64) & 0x3F for n in (1, 2))
    two, three = (lead & 0x1F) << 6 | second, (lead & 0x0F) << 12 | second << 6 | third
    return np.select([lead < 0x80, lead < 0xE0, lead < 0xF0], [lead, two, three], 0xFFFF)
