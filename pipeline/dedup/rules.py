"""The rules by which the stage drops a paragraph, in the order in which they are tried."""

from __future__ import annotations

from pipeline.corpus import Rule

EXACT, CONTAINED, NEAR, REMNANT = "exact-duplicate", "contained", "near-duplicate", "remnant"

_SHORT = "Doors open at eight."
_NEWS = (
    "The council voted on Monday to repair the old bridge over the river before the winter floods, "
    "and set aside four million for the work."
)

RULES = (
    Rule(
        EXACT,
        "the same words in the same order stand elsewhere; letter case, punctuation and spacing do not count",
        fires=_NEWS.upper() + " | " + _NEWS,
        holds=_SHORT + " | " + _SHORT,
    ),
    Rule(
        CONTAINED,
        "the paragraph stands wholly inside a longer one of the same document",
        fires="A long meeting came to an end. " + _NEWS + " | " + _NEWS,
        holds="A long meeting came to an end. " + _NEWS + " | " + _NEWS.replace("four million", "nine million"),
    ),
    Rule(
        NEAR,
        "nearly the same words stand elsewhere: no number, date, direction or name was swapped, and neither begins otherwise",
        fires=_NEWS.replace("old bridge", "bridge") + " | " + _NEWS,
        holds=_NEWS.replace("Monday", "Friday") + " | " + _NEWS,
    ),
    Rule(
        REMNANT,
        "with dedup.drop_remnants: its document is a copy but for a few words, such as a headline",
        fires="Bridge to be repaired\n" + _NEWS + " | " + _NEWS,
        holds="Bridge to be repaired\n" + _NEWS.replace("Monday", "Friday") + " | " + _NEWS,
    ),
)
