"""Is a block written in the lexicon's language? Judged by the share of its words that are common there.

This gate carries the promise that clean text comes through: read with the English lexicon, Spanish, Dutch and Portuguese
news took 3,476 wrong changes in a million words, because inflection (-ado against -ing) looks like a word filter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SHARE = 0.6  # of the words of a text; prose reaches 0.9, lists of names 0.5, other languages 0.1 to 0.4
ENOUGH = 10  # words a block needs to be judged by itself
SHORT_SHARE = 0.4  # a shorter block follows its document, unless its own words speak against it


def spoken(words: NDArray[np.int64], common: NDArray[np.int64], doc: NDArray[np.int32]) -> NDArray[np.bool_]:
    """True for each block in the language.

    Args:
        words: Number of words of each block.
        common: Number of these that are common in the language.
        doc: Document of each block.
    """
    size = int(doc.max()) + 1 if len(doc) else 0
    total = np.bincount(doc, words, size)
    whole = np.bincount(doc, common, size) >= SHARE * np.maximum(total, 1)
    alone = (words >= ENOUGH) & (common >= SHARE * words)
    follows = (words < ENOUGH) & whole[doc] & (common >= SHORT_SHARE * words)
    return np.asarray(alone | follows)
