"""Where two versions of a text differ, in words; linear in the length of the texts.

Repairs are local, so after a difference the texts run on alike within a few characters. Where they do not (a page that
is mojibake from end to end), the words are paired one by one. Whatever is paired, the differences rebuild the old text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

WINDOW = 12  # characters in which the texts must meet again: most entities, and letters that were encoded twice
MEET = 4  # characters that must be alike for that
MANY = 1000  # differences, from which on they are told as one: nobody reads them, and each costs time
WORD = 40  # characters by which a difference is widened to the ends of its word, at most
SPACE = re.compile("[ \n]")  # not the no-break space, which is half of a letter in mojibake
LAST_WORD = re.compile(r"\S*\Z")
FIRST_WORD = re.compile(r"\S*")


class Difference(NamedTuple):
    """`before` of the old text stands as `after` at `start` of the new one."""

    start: int  # characters
    before: str
    after: str


class _Span(NamedTuple):
    """Old text from i to i_end is new text from j to j_end."""

    i: int
    i_end: int
    j: int
    j_end: int


def differences(old: str, new: str) -> list[Difference]:
    """The words in which the texts differ, in order, apart from each other.

    >>> differences("an ofﬁce, and a CAFÃ‰", "an office, and a CAFÉ")
    [Difference(start=3, before='ofﬁce,', after='office,'), Difference(start=17, before='CAFÃ‰', after='CAFÉ')]
    """
    merged: list[_Span] = []
    spans = list(islice(_spans(old, new), MANY + 1))
    if len(spans) > MANY:
        return [_joined(old, new, spans[0].i)]
    limits = [span.i for span in spans[1:]] + [len(old)]
    for span, limit in zip(spans, limits, strict=False):
        start = merged[-1].i_end if merged else 0
        span = _widened(old, new, span, start, limit)
        if merged and span.i == start:
            merged[-1] = _Span(merged[-1].i, span.i_end, merged[-1].j, span.j_end)
        else:
            merged.append(span)
    return [Difference(s.j, old[s.i : s.i_end], new[s.j : s.j_end]) for s in merged]


def _joined(old: str, new: str, start: int) -> Difference:
    """All differences as one: from the first, at `start`, to the last."""
    tail = _shared(old[:start:-1], 0, new[:start:-1], 0)
    return Difference(start, old[start : len(old) - tail], new[start : len(new) - tail])


def _widened(old: str, new: str, span: _Span, start: int, limit: int) -> _Span:
    """The span with the rest of its word; what is added is the same in both texts."""
    i, i_end, j, j_end = span
    if (old[i:i_end] + new[j:j_end]).isspace():  # one kind of line break for another
        return span
    left = len(LAST_WORD.search(old[max(start, i - WORD) : i]).group())  # type: ignore[union-attr]
    right = len(FIRST_WORD.match(old[i_end : min(limit, i_end + WORD)]).group())  # type: ignore[union-attr]
    return _Span(i - left, i_end + right, j - left, j_end + right)


def _spans(old: str, new: str) -> Iterator[_Span]:
    """What differs, character by character."""
    i = j = 0
    while True:
        same = _shared(old, i, new, j)
        i, j = i + same, j + same
        if i == len(old) and j == len(new):
            return
        skip = _meeting(old, i, new, j) or _words(old, i, new, j)
        yield _Span(i, i + skip[0], j, j + skip[1])
        i, j = i + skip[0], j + skip[1]


def _shared(old: str, i: int, new: str, j: int) -> int:
    """Characters that both texts share from here on."""
    most = min(len(old) - i, len(new) - j)
    same, step = 0, 64
    while same < most and old[i + same : i + same + step] == new[j + same : j + same + step]:
        same += step
        step *= 2
    while step > 1:
        step //= 2
        if old[i + same : i + same + step] == new[j + same : j + same + step]:
            same += step
    return min(same, most)


def _meeting(old: str, i: int, new: str, j: int) -> tuple[int, int] | None:
    """Least characters to skip in both, until the texts run on alike."""
    for total in range(1, 2 * WINDOW + 1):
        for skip in range(max(0, total - WINDOW), min(total, WINDOW) + 1):
            a, b = i + skip, j + total - skip
            if a <= len(old) and b <= len(new) and old[a : a + MEET] == new[b : b + MEET]:
                return skip, total - skip
    return None


def _words(old: str, i: int, new: str, j: int) -> tuple[int, int]:
    """The rest of the word in both; or all that is left, once one of them has no more words."""
    one, other = SPACE.search(old, i + 1), SPACE.search(new, j + 1)
    if one and other:
        return one.start() - i, other.start() - j
    return len(old) - i, len(new) - j
