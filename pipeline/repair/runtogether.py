"""Is an unknown word two words that lost the space between them, and which?

Compounds look the same: "worksurface", "useragent". The weights are those of a logistic regression on 6,700 pairs of
neighbours from web pages, run together, against the 900 unknown words of these pages that can be cut in two.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.language import function_words, is_functional
from pipeline.repair.lexicon import Lexicon
from pipeline.repair.words import Words, keys_at

SHORTEST = 3  # letters of each part
KNOWN = 3.2  # zipf of each part
USUAL = 1.5  # for each zipf of the two parts together
FUNCTION_WORD = 2.5  # "the", "and" form no compounds
HEADS, TAILS = -1.4, -1.05  # for the log of the compounds that begin or end so: "work-" has many, "offensive-" has none
LETTER = 0.65  # for each letter of the shorter part
ON_PAGE = 1.2  # the two words stand side by side elsewhere on the page
SURE, SURER = 18.7, 20.0  # for rare words; for what may be a name, and on pages with code
LEAST = 16.3  # two thirds of the pairs are mended at it, and 2 words that were right in a million


class Cut(NamedTuple):
    """A word as two words."""

    left: str
    right: str
    score: float  # two words from `LEAST` on


def cut(word: str, lexicon: Lexicon) -> Cut | None:
    """The likeliest way to read an unknown word (in small letters) as two words.

    >>> from pipeline.repair.lexicon import lexicon
    >>> cut("offensiveespecially", lexicon("en")).score > LEAST
    True
    >>> cut("worksurface", lexicon("en")).score > LEAST
    False
    """
    pairs = ((word[:i], word[i:]) for i in range(SHORTEST, len(word) - SHORTEST + 1))
    known = [pair for pair in pairs if lexicon.zipf(pair[0]) >= KNOWN and lexicon.zipf(pair[1]) >= KNOWN]
    if not known:
        return None
    left, right = max(known, key=lambda pair: (sum(map(lexicon.zipf, pair)), pair)) if len(known) > 1 else known[0]
    return Cut(left, right, _score(left, right, lexicon))


def cuttable(words: Words, at: NDArray[np.int64], buffer: NDArray[np.uint8], lexicon: Lexicon) -> NDArray[np.bool_]:
    """Which of some words `cut` may score near `LEAST` or above; each distinct word is tried once.

    Args:
        words: Of the buffer.
        at: Places in them.
        buffer: Bytes of all texts.
        lexicon: English.
    """
    _, first, place = np.unique(words.key[at], return_index=True, return_inverse=True)
    start, end = words.start[at[first]], words.end[at[first]]
    may = np.zeros(len(first), bool)
    for size in range(SHORTEST, int((end - start).max(initial=0)) - SHORTEST + 1):
        long = np.flatnonzero(end - start >= size + SHORTEST)
        middle = start[long] + size
        left, right = keys_at(buffer, start[long], middle), keys_at(buffer, middle, end[long])
        zipfs = lexicon.table[left] / 100, lexicon.table[right] / 100
        functional = is_functional(left, lexicon.language) * 1 + is_functional(right, lexicon.language)
        plain = USUAL * (zipfs[0] + zipfs[1]) + LETTER * np.minimum(size, end[long] - middle) + FUNCTION_WORD * functional
        may[long] |= (np.minimum(*zipfs) >= KNOWN) & (plain + 1.01 * ON_PAGE >= LEAST)
    return may[place]


def _score(left: str, right: str, lexicon: Lexicon) -> float:
    functional = function_words(lexicon.language)
    plain = USUAL * (lexicon.zipf(left) + lexicon.zipf(right)) + LETTER * min(len(left), len(right))
    plain += FUNCTION_WORD * ((left in functional) + (right in functional))
    if plain + ON_PAGE < LEAST:
        return plain
    heads, tails = lexicon.compounds(left, right)
    return plain + HEADS * math.log1p(heads) + TAILS * math.log1p(tails)
