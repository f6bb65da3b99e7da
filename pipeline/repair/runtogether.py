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
from pipeline.text.runs import places

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


def cut(word: str, size: int, lexicon: Lexicon) -> Cut:
    """An unknown word (in small letters) as two words.

    >>> from pipeline.repair.lexicon import lexicon
    >>> cut("offensiveespecially", len("offensive"), lexicon("en")).score > LEAST
    True
    >>> cut("worksurface", len("work"), lexicon("en")).score > LEAST
    False
    """
    return Cut(word[:size], word[size:], _score(word[:size], word[size:], lexicon))


def cuts(words: Words, at: NDArray[np.int64], buffer: NDArray[np.uint8], lexicon: Lexicon) -> NDArray[np.int64]:
    """For each of some words the bytes before its likeliest cut; 0 where `cut` would score far below `LEAST`.

    Args:
        words: Of the buffer.
        at: Places in them.
        buffer: Bytes of all texts.
        lexicon: English.
    """
    _, first, place = np.unique(words.key[at], return_index=True, return_inverse=True)
    start, end = words.start[at[first]], words.end[at[first]]
    many = np.maximum(end - start - 2 * SHORTEST + 1, 0)
    word, size = np.repeat(np.arange(len(first)), many), places(np.cumsum(many) - many, int(many.sum())) + SHORTEST
    keys = keys_at(buffer, start[word], start[word] + size), keys_at(buffer, start[word] + size, end[word])
    left, right = lexicon.table[keys[0]] / 100, lexicon.table[keys[1]] / 100
    usual = np.where(np.minimum(left, right) >= KNOWN, left + right, 0)
    order = np.lexsort((size, usual, word))
    likeliest = order[np.append(word[order][1:] != word[order][:-1], True)[: len(order)]]
    functional = sum(is_functional(part[likeliest], lexicon.language) * 1 for part in keys)
    shorter = np.minimum(size[likeliest], (end - start)[word[likeliest]] - size[likeliest])
    plain = USUAL * usual[likeliest] + LETTER * shorter + FUNCTION_WORD * functional
    best = np.zeros(len(first), np.int64)
    some = (usual[likeliest] > 0) & (plain + 1.01 * ON_PAGE >= LEAST)
    best[word[likeliest][some]] = size[likeliest][some]
    return best[place]


def _score(left: str, right: str, lexicon: Lexicon) -> float:
    functional = function_words(lexicon.language)
    plain = USUAL * (lexicon.zipf(left) + lexicon.zipf(right)) + LETTER * min(len(left), len(right))
    plain += FUNCTION_WORD * ((left in functional) + (right in functional))
    if plain + ON_PAGE < LEAST:
        return plain
    heads, tails = lexicon.compounds(left, right)
    return plain + HEADS * math.log1p(heads) + TAILS * math.log1p(tails)
