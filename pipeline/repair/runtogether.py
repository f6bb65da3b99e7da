"""Is an unknown word two words that lost the space between them, and which?

Compounds look the same: "worksurface", "useragent". A pair is split where one side is a function word that forms no
compounds, or where neither side begins or ends any compound that the lexicon has: "work-" does, "offensive-" does not.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.repair.language import function_words
from pipeline.repair.lexicon import Lexicon

SHORTEST = 3  # letters of each part
KNOWN = 3.2  # zipf of each part
WITH_FUNCTION_WORD = 9.5  # zipf of both parts together
WITHOUT = 8.2
LONG = 11  # letters of a word that holds no function word

PREFIXES = frozenset(
    """un re non anti pre post over under micro bio super inter multi self out up down off on in by cyber mega semi sub
    for all be with an so as or at to how one no not when then man some any are can has his was""".split()
)
SUFFIXES = frozenset(
    """like wise ness less able ing ings ed er ers es ism ist ists land man men son ton ford ware ly up out in on off down
    over all ville burg shire wood stein ups by or an at as is to it us be ability abilities tool tools place some port
    ports set sets work works time line lines book books side way ways room rooms based house houses craft field light
    board boards maker makers one who are can has his was not any her""".split()
)


class Parts(NamedTuple):
    """The two words."""

    left: str
    right: str


def parts(word: str, lexicon: Lexicon) -> Parts | None:
    """The two words that an unknown word (small letters) was, or None.

    >>> from pipeline.repair.lexicon import lexicon
    >>> parts("offensiveespecially", lexicon("en"))
    Parts(left='offensive', right='especially')
    >>> parts("worksurface", lexicon("en"))
    """
    cuts = [Parts(word[:i], word[i:]) for i in range(SHORTEST, len(word) - SHORTEST + 1)]
    cuts = [cut for cut in cuts if min(lexicon.zipf(cut.left), lexicon.zipf(cut.right)) >= KNOWN]
    if not cuts:
        return None
    best = max(cuts, key=lambda cut: (_sum(cut, lexicon), cut))
    return best if _apart(best, lexicon) else None


def _sum(cut: Parts, lexicon: Lexicon) -> float:
    return lexicon.zipf(cut.left) + lexicon.zipf(cut.right)


def _apart(cut: Parts, lexicon: Lexicon) -> bool:
    """Whether the two words form no compound."""
    if cut.left in PREFIXES or cut.right in SUFFIXES:
        return False
    functional = function_words(lexicon.language)
    if cut.left in functional or cut.right in functional:
        return _sum(cut, lexicon) >= WITH_FUNCTION_WORD
    long = len(cut.left) + len(cut.right) >= LONG and min(map(len, cut)) >= 4
    return long and _sum(cut, lexicon) >= WITHOUT and not lexicon.compounds(cut.left, cut.right)
