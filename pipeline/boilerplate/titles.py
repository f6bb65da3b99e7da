"""The headline of a page: of the lines above the text the likeliest, however little the tagger is sure of it.

In languages that it was not fitted on the tagger ranks a headline first and gives it a probability of .1 to .5, and
the menu above and the share bar below pull it down with them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.boilerplate.byline import is_byline
from pipeline.boilerplate.features import Floats
from pipeline.boilerplate.tokens import Ints
from pipeline.boilerplate.view import PARAGRAPH, View

CONTENT = 0.5  # probability
LEAST = 0.1  # of those from here to .5 "keep" drops 5 in 100 on annotated English pages; below, one in ten
ABOVE = 14  # blocks over the first paragraph; author, date and share bar stand among them
NEARLY = 0.8  # of the likeliest: below the headline a share bar's last line may look like one
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
    likely = likely[[not is_byline(text) for text in view.batch.texts(likely)]] if len(likely) else likely
    paragraphs = np.flatnonzero((tags.words >= PARAGRAPH) & (tags.content >= CONTENT))
    docs, first = np.unique(view.doc[paragraphs], return_index=True)
    high = paragraphs[first]
    low, high = np.searchsorted(likely, np.maximum(high - ABOVE, view.first[docs])), np.searchsorted(likely, high)
    above = (likely[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True) if a < b)
    return [_likeliest(rows, tags.headline[rows]) for rows in above]


def listed(view: View, titled: Sequence[int]) -> list[int]:
    """Those of the headlines that a list below names again.

    A list of recent posts names the page itself: its headline is on every page of the site, and no frame where it heads one.
    A menu that stands above and below the text has the same neighbours twice, and the line of a site none.
    """
    return [row for row in titled if view.line[row] >= 0 and _in_list(view, row)]


def _in_list(view: View, row: int) -> bool:
    """Whether the last copy of a line on its page stands between two short lines that do not stand beside the line itself."""
    last = int(view.first[view.doc[row] + 1]) - 1
    again = row + 1 + np.flatnonzero(view.line[row + 1 : last] == view.line[row])
    if not len(again):
        return False
    beside = view.line[[again[-1] - 1, again[-1] + 1]]
    short = (beside >= 0) & (view.tags.words[[again[-1] - 1, again[-1] + 1]] < PARAGRAPH)
    return bool(short.all() and not np.isin(beside, view.line[max(row - 1, 0) : row + 2]).any())


def _likeliest(rows: Ints, headline: Floats) -> int:
    """The first of the likeliest."""
    return int(rows[np.argmax(headline >= NEARLY * headline.max())])
