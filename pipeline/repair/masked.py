"""Masked words of a column of texts: letters with a run of signs for those that a filter took, as "cl***room"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.known import NAMED

Test = Callable[[NDArray[np.uint8], NDArray[np.uint8]], NDArray[np.bool_]]  # of some bytes, and of those behind them

LONGEST = 40  # bytes; no masked word is longer
ALONE = frozenset("!")  # is punctuation: "so!!he"
EMPHASIS = re.compile(rb"(\*{1,3})[^*].*[^*]\1", re.DOTALL)  # Markdown's, with or without a masked word in it
BLOCK = "|".join("♥♡■□█▓●•").encode()
NAMES = np.array([int.from_bytes(name[:3].encode()) for name in NAMED.split("|")], np.uint32)  # their first letters

SYMBOL, BULLET = 0xE2, 0xA2  # the first byte of "♥", the last of "•"
WIDTHS = np.full(256, 2)  # of the first sign of a mask, or of two, by its first byte
WIDTHS[[ord("*"), SYMBOL, BULLET]] = 1, 3, 4

# A token with masks: letters (or none), two or more signs or a word of the filter in brackets, letters (or none), and so
# on; or one star between letters, as in "c*m". Weak signs stand between letters: "What???", "and---"
HIDDEN = rb"""(?: (?:\*{1,3}|[\[(<]) (?i:%s) (?:\*{1,3}|[\])>]) | [*!@\#$%%^&]{2,} | (?:\\[*]){2,} | (?:%s){2,} )""" % (
    NAMED.encode(),
    BLOCK,
)
MASKED = re.compile(
    rb"""
    (?<![A-Za-z0-9*!@\#$%%^&\\.]) (?: (?<!/) | (?=[A-Za-z]) )
    (?: [A-Za-z]* %b (?: [A-Za-z]+ %b ){0,2} [A-Za-z]*
      | [A-Za-z]+ \* [a-z]+ | \* [a-z]{3,}
      | (?<![_~]) [A-Za-z]+ (?: \?{3,} | _{2,} | ~{2,} | -{2,} ) [a-z]+ (?![_~])
      | (?<![_~?-]) (?: \?{3,} | _{3,} | -{3,} ) [a-z]{2,} (?![_~]) )
    (?! [A-Za-z0-9*@\#$%%^&\\] )
    """
    % (HIDDEN, HIDDEN),
    re.VERBOSE,
)

CALL = re.compile(rb"(?<=\*)!+\Z")  # is no part of the mask: "with the br***!"


def signs_at(buffer: NDArray[np.uint8], places: Callable[[Test], NDArray[np.int64]]) -> NDArray[np.int64]:
    """Where signs of masks stand that have letters beside them.

    Args:
        buffer: UTF-8 bytes of all texts.
        places: Gives the places in the buffer where a test holds.
    """
    return np.sort(np.concatenate((_beside(buffer, places(_masking)), _named(buffer, places(_bracket)))))


def masked_words(token: bytes) -> Iterator[tuple[int, int]]:
    """Where the masked words of a white-space token stand."""
    if b"://" in token or token.startswith(b"www."):
        return
    for m in MASKED.finditer(token):
        start, end = m.span()
        if emphasis := EMPHASIS.fullmatch(m.group()):
            start, end = start + len(emphasis[1]), end - len(emphasis[1])
        end -= len(token[start:end]) - len(CALL.sub(b"", token[start:end]))
        word = token[start:end].decode()
        if end - start <= LONGEST and any(map(str.isalpha, word)) and not {c for c in word if not c.isalpha()} <= ALONE:
            yield start, end


def _beside(buffer: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of some signs of masks that have a letter (or "!") before or behind them: no bullets and rules."""
    before = at - np.where(buffer[at] == BULLET, 3, 1)
    behind = np.minimum(at + WIDTHS[buffer[at]], len(buffer) - 1)
    return at[_letter(buffer[np.maximum(before, 0)]) | _letter(buffer[behind])]


def _letter(part: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where an ASCII letter stands, or the "!" of "@#$!", or what escapes a star."""
    return np.asarray(((part | np.uint8(32)) - np.uint8(97) < 26) | (part == ord("!")) | (part == ord("\\")))


def _named(buffer: NDArray[np.uint8], brackets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of some opening brackets that have the word of a filter behind them: "[censored]"."""
    near = [buffer[np.minimum(brackets + k, len(buffer) - 1)].astype(np.uint32) | 32 for k in (1, 2, 3)]
    return brackets[np.isin(near[0] << 16 | near[1] << 8 | near[2], NAMES)]


def _masking(part: NDArray[np.uint8], behind: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a star stands, two signs of a mask, two hyphens and the like, or a block ("■")."""
    found = (part == ord("*")) | (_sign(part) & _sign(behind))
    weak = (part == ord("-")) | (part == ord("?")) | (part == ord("_")) | (part == ord("~"))
    found |= (part == behind) & weak
    found |= (part == SYMBOL) & (behind - np.uint8(0x96) < 4)  # the first bytes of "■", "●" and "♥"
    found |= (part == BULLET) & (behind == SYMBOL)  # within "••"
    return np.asarray(found)


def _sign(part: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where one of "#$%&@^" stands."""
    return np.asarray((part - np.uint8(35) < 4) | (part == ord("@")) | (part == ord("^")))


def _bracket(part: NDArray[np.uint8], _: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a bracket opens."""
    return np.asarray((part == ord("[")) | (part == ord("(")) | (part == ord("<")))
