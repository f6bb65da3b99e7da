"""Is a word broken at a line end one word ("coun-try"), or a compound with a hyphen of its own ("well-known")?

The numbers are those of 18,500 compounds of web pages and 280,000 words of them broken anywhere: where both parts are
words, nine of ten that the whole is usual enough for are one, but for words that writers often set before a hyphen.
"""

from __future__ import annotations

from pipeline.repair.lexicon import Lexicon

ENDINGS = frozenset("""ing ings ed est er ers es ly al tion tions sion ment ments ness able ity fully ally ability""".split())
# "non-fiction", "multi-layered", "well-being": usual as one word too, where writers have a hyphen
HYPHENED = frozenset(
    """anti best bi co eco hard high hyper long low mid multi non post pre pro re second self semi short sub super ultra
    well""".split()
)
PARTICLES = frozenset("down in ins off offs on ons out outs over up ups".split())  # "plug-in", "pick-up"
ONE_WORD = 3.3  # zipf of a word however usual its parts are: "website"
ALWAYS_ONE = 3.6  # of one with such a beginning or end: "outcome" is, "nonfiction" is not
KNOWN, WORD = 1.5, 3.0  # zipf of a word that may be meant, and of a part that is a word by itself
ENDING_WORD = 4.2  # zipf of an English word that no unknown one ends with by chance: "Doxygen-generated"
SHARE, LESS = 0.4, 1.5  # the zipf of a whole word that parts so usual seldom make with a hyphen


def one_word(left: str, right: str, lexicon: Lexicon) -> bool:
    """Whether two parts are one broken word, and not a compound with a hyphen of its own.

    >>> from pipeline.repair.lexicon import lexicon
    >>> pairs = ("coun", "try"), ("toe", "nails"), ("well", "known"), ("skip", "lagging")
    >>> [one_word(*pair, lexicon("en")) for pair in pairs]
    [True, True, False, False]
    """
    if not right.islower():
        return False
    whole, *parts = (lexicon.zipf(word.lower()) for word in (left + right, left, right))
    if right in ENDINGS:
        return True
    english = lexicon.language == "en"
    if whole < KNOWN:
        return min(parts) < KNOWN and (parts[1] < ENDING_WORD or not english)  # German has "Rechts-schutz"
    if min(parts) < WORD:
        return True
    if not english:
        return whole >= min(ONE_WORD, min(parts) - 1)
    if left.lower() in HYPHENED or right in PARTICLES:
        return whole >= ALWAYS_ONE
    return whole >= min(ONE_WORD, min(parts) - 1, SHARE * sum(parts) - LESS)
