"""Word families: the forms of one word, and what is built on it, say no more of a filter than the word does.

A coined word with its inflections ("byteifying", "byteified") reads as another with the same ones ("studying").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from pipeline.repair.readings import gap

INFLECTIONS = ("ings", "ing", "ers", "es", "ed", "er", "ly", "s", "e", "d", "y")  # the longest first
LEAST = 3  # letters of a word's start: "unrelated" is built on "related", "steak" not on "teak"
DOUBLED = re.compile(r"(.)\1$")
SPELT = str.maketrans("yz", "is")

Pair = tuple[str, str]  # letters, replacement
Ends = tuple[str, str]  # what stands before and after the replacement
Core = tuple[str, Ends]  # a stem of the reading, and these


def stem(pair: Pair, word: str, reading: str) -> str:
    """The reading without an inflection, two letters beyond those undone: "hammocking" as "banking" gives "bank"."""
    end = (max(0, word.find(pair[1])) if pair[1] else gap(word, reading, pair[0])) + len(pair[0])
    for ending in INFLECTIONS:
        if reading.endswith(ending) and len(reading) - len(ending) >= max(4, end):
            return reading[: -len(ending)][: max(5, end + 2)]
    return reading[: max(5, end + 2)]


def families(pair: Pair, words: Mapping[str, str]) -> dict[str, str]:
    """The family of each word that a pair reads: its shortest word.

    Of a pair nobody knows: words are kin where one is the other with something before it, behind it, or both, but for
    inflection and spelling: "memoising" and "memoization".
    """
    found: dict[str, Core] = {}
    out = {}
    for word in sorted(words, key=lambda w: (len(w), w)):
        core = _core(pair, word, words[word])
        out[word] = next((head for head, other in found.items() if _kin(other, core)), word)
        found.setdefault(out[word], core)
    return out


def _core(pair: Pair, word: str, reading: str) -> Core:
    before, _, after = word.partition(pair[1])
    return stem(pair, word, reading), ends(before, after)


@lru_cache(maxsize=1 << 13)
def ends(before: str, after: str) -> Ends:
    """What stands before and after a replacement, without inflection and in one spelling."""
    for ending in INFLECTIONS:
        if after.endswith(ending):
            after = after[: -len(ending)]
            break
    after = DOUBLED.sub(r"\1", after.translate(SPELT)).removesuffix("i").removesuffix("e")
    return before, after


def akin(short: Ends, long: Ends) -> bool:
    """Whether a word is another with something before it, behind it, or both."""
    built_on = len(short[0]) >= LEAST and long[0].endswith(short[0])
    return (short[0] == long[0] or built_on) and long[1].startswith(short[1])


def _kin(short: Core, long: Core) -> bool:
    return short[0] == long[0] or akin(short[1], long[1])
