"""The headline of a page on which the tagger is sure of none: of the lines above the text the likeliest.

In languages that it was not fitted on the tagger ranks a headline first and gives it a probability of .1 to .5, and
the menu above and the share bar below pull it down with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from pipeline.boilerplate.byline import is_byline
from pipeline.boilerplate.tokens import Ints
from pipeline.boilerplate.view import PARAGRAPH, View

SURE = 0.5  # probability of a headline that needs no help
LEAST = 0.1  # of those from here to SURE "keep" drops 5 in 100 anyway on annotated English pages; below, one in ten
ABOVE = 14  # blocks over the first paragraph; author, date and share bar stand among them
WORDS = (3, 25)


def rows(view: View, taken: Ints) -> list[int]:
    """Rows of headlines, at most one a document.

    Args:
        view: whole documents.
        taken: rows that are something else for certain.
    """
    tags = view.tags
    may_be = (tags.headline >= LEAST) & (tags.words >= WORDS[0]) & (tags.words <= WORDS[1])
    may_be[taken] = False
    likely = np.flatnonzero(may_be)
    paragraphs = np.flatnonzero((tags.words >= PARAGRAPH) & (tags.content >= SURE))
    docs, first = np.unique(view.doc[paragraphs], return_index=True)
    out = []
    for doc, paragraph in zip(docs.tolist(), paragraphs[first].tolist(), strict=True):
        low = max(paragraph - ABOVE, int(view.first[doc]))
        above = likely[np.searchsorted(likely, low) : np.searchsorted(likely, paragraph)]
        out += [row for row in _best(view, above) if tags.headline[row] < SURE]
    return out


def _best(view: View, likely: Ints) -> Iterator[int]:
    """The likeliest of some rows that is neither author nor date."""
    order = likely[np.argsort(-view.tags.headline[likely], kind="stable")]
    texts = zip(order.tolist(), view.batch.texts(order), strict=True)
    return islice((row for row, text in texts if not is_byline(text)), 1)
