"""Is an unknown word two words that lost the space between them, and which?

Compounds look the same: "worksurface", "useragent". The weights are those of a logistic regression on 6,700 pairs of
neighbours from web pages, run together, against the 900 unknown words of these pages that can be cut in two.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.language import function_words, is_functional
from pipeline.repair.lexicon import Lexicon
from pipeline.repair.words import Words, keys_at
from pipeline.text.runs import places

SHORTEST = 3  # letters of each part
KNOWN = 3.2  # zipf of each part
RARE = 2.5  # of a part beside a function word: "methodologiesthat"
USUAL = 1.5  # for each zipf of the two parts together
FUNCTION_WORD = 2.5  # "the", "and" form no compounds
HEADS, TAILS = -1.4, -1.05  # for the log of the compounds that begin or end so: "work-" has many, "offensive-" has none
LETTER = 0.65  # for each letter of the shorter part
ON_PAGE = 1.2  # the two words stand side by side elsewhere on the page
INFLECTED = 1.2  # the first ends so, or the second as an adverb: "fieldsface", "enteringdata"; few compounds do
ENDING = re.compile(r"..(?:[^s]s|ed|ing|ly|ous|ful|ive|[ai]ble|[ciotn]al|ary)$")
ADVERB = re.compile(r"...ly$")
SURE, SURER = 18.7, 20.0  # for rare words; for what may be a name, and on pages with code
LEAST = 15.85  # seven tenths of the pairs are mended at it, and 2 words that were right in a million parted
SLIGHTEST = LEAST - 1.01 * (ON_PAGE + INFLECTED)  # no page and no ending makes two words of a lower score


class Cut(NamedTuple):
    """A word as two words."""

    left: str
    right: str
    score: float  # two words from `least` on

    @property
    def least(self) -> float:
        """The score from which a word that is no name is two words."""
        return LEAST - INFLECTED * bool(ENDING.search(self.left) or ADVERB.search(self.right))


@lru_cache(maxsize=1 << 13)
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
    """For each of some words the bytes before its likeliest cut; 0 where `cut` scores too low for any page.

    Args:
        words: Of the buffer.
        at: Places in them.
        buffer: Bytes of all texts.
        lexicon: English.
    """
    _, first, place = np.unique(words.key[at], return_index=True, return_inverse=True)
    word, size, score, *keys = _likeliest(words.start[at[first]], words.end[at[first]], buffer, lexicon)
    some = np.flatnonzero(score >= SLIGHTEST)
    heads, tails = lexicon.compounds_of(keys[0][some], keys[1][some]) if len(some) else (np.zeros(0), np.zeros(0))
    some = some[score[some] + HEADS * np.log1p(heads) + TAILS * np.log1p(tails) >= SLIGHTEST]
    best = np.zeros(len(first), np.int64)
    best[word[some]] = size[some]
    return best[place]


def _likeliest(
    start: NDArray[np.int64], end: NDArray[np.int64], buffer: NDArray[np.uint8], lexicon: Lexicon
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.uint64], NDArray[np.uint64]]:
    """Of the words that can be cut in two known ones: which, the bytes before the cut, its score, the keys of both parts.

    The score is that without compounds.
    """
    many = np.maximum(end - start - 2 * SHORTEST + 1, 0)
    word, size = np.repeat(np.arange(len(start)), many), places(np.cumsum(many) - many, int(many.sum())) + SHORTEST
    middle = start[word] + size
    keys = keys_at(buffer, start[word], middle), keys_at(buffer, middle, end[word])
    zipfs = lexicon.table[keys[0]] / 100, lexicon.table[keys[1]] / 100
    known = np.flatnonzero(np.minimum(*zipfs) >= RARE)
    first, second = (is_functional(part[known], lexicon.language) for part in keys)
    functional = first * 1 + second
    known, functional = (column[(np.minimum(*zipfs)[known] >= KNOWN) | (functional > 0)] for column in (known, functional))
    score = USUAL * (zipfs[0] + zipfs[1])[known] + FUNCTION_WORD * functional
    score += LETTER * np.minimum(size, (end - start)[word] - size)[known]
    order = np.lexsort((size[known], score, word[known]))  # "their respective", not "the irrespective"
    last = order[np.append(word[known][order][1:] != word[known][order][:-1], True)[: len(order)]]
    found = known[last]
    return word[found], size[found], score[last], keys[0][found], keys[1][found]


def _score(left: str, right: str, lexicon: Lexicon) -> float:
    functional = function_words(lexicon.language)
    plain = USUAL * (lexicon.zipf(left) + lexicon.zipf(right)) + LETTER * min(len(left), len(right))
    plain += FUNCTION_WORD * ((left in functional) + (right in functional))
    if plain < SLIGHTEST:
        return plain
    heads, tails = lexicon.compounds(left, right)
    return plain + HEADS * math.log1p(heads) + TAILS * math.log1p(tails)
