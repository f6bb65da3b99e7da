"""Labels of blocks: whether their words stand in the reference text, in order; which are title, byline, comment."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

HEADLINE, BYLINE, COMMENT, CLOSER = 1, 2, 3, 4
WORD = re.compile(r"\w+")
DATE = re.compile(
    r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d{1,2}[/.-]\d{1,2}[/.-]\d\d|\b20[0-2]\d-\d\d|\bago\b"
)
_CELLS = 3e9  # words of page times words of reference that are aligned at most


def words(text: str) -> list[str]:
    """Lower-cased words, as the evaluation counts them."""
    return WORD.findall(text.lower())


def content(texts: Sequence[str], reference: str) -> NDArray[np.int8]:
    """1 for each block with half of its words on the longest common word subsequence of page and reference.

    A block of fewer than four words counts only near a longer one that does: alone it is an accident.
    """
    block_words = [words(text) for text in texts]
    count = np.array([max(len(found), 1) for found in block_words])
    owner = np.repeat(np.arange(len(texts)), [len(found) for found in block_words])
    aligned = _aligned([w for found in block_words for w in found], words(reference))
    share = np.bincount(owner[aligned], minlength=len(texts)) / count
    label = share >= 0.5
    near = np.convolve(label & (count >= 4), np.ones(13))[6 : 6 + len(label)] > 0
    out: NDArray[np.int8] = (label & ((count >= 4) | near)).astype(np.int8)
    return out


def _aligned(page: list[str], reference: list[str]) -> NDArray[np.int64]:
    """Places in the page of the words of a longest common subsequence."""
    number: dict[str, int] = {}
    left = [number.setdefault(w, len(number)) for w in page]
    right = [number.setdefault(w, len(number)) for w in reference]
    if not left or not right:
        return np.zeros(0, np.int64)
    equal = [op for op in Indel.opcodes(left[: int(_CELLS / len(right))], right) if op.tag == "equal"]
    return np.concatenate([np.zeros(0, np.int64), *(np.arange(op.src_start, op.src_end) for op in equal)])


def roles(texts: Sequence[str], label: NDArray[np.int8], title: str, author: str, comments: set[str]) -> list[int]:
    """HEADLINE, BYLINE or COMMENT for each block, 0 for none.

    The headline is the block nearest above the first long content block that holds the words of the title; other copies
    of the title stand in breadcrumbs and teasers.
    """
    title_words, author_words = set(words(title)), set(words(author))
    out, titles, last = [0] * len(texts), [], -99
    for i, text in enumerate(texts):
        found = words(text)
        if _same(title_words, found):
            titles.append(i)
            last = i
        elif 0 < len(found) <= 12 and (_names(author_words, found) or (0 < i - last <= 8 and DATE.search(text))):
            out[i] = BYLINE
        elif len(found) >= 4 and not label[i] and " ".join(found) in comments:
            out[i] = COMMENT
    long = next((i for i, text in enumerate(texts) if label[i] and len(words(text)) >= 10), None)
    if long is not None:
        for i in [t for t in titles if long - 15 <= t <= long + 1][-1:]:
            out[i] = HEADLINE
    return out


def _same(title: set[str], found: list[str]) -> bool:
    shared = len(title & set(found))
    return bool(title) and 2 <= len(found) <= len(title) + 6 and shared >= 0.8 * len(title) and shared >= 0.6 * len(found)


def _names(author: set[str], found: list[str]) -> bool:
    return bool(author) and len(author & set(found)) >= max(1, 0.7 * len(author))
