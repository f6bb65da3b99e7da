"""Two texts in which a number or a name was swapped are different news, however alike.

Market reports, scores and obituaries repeat their frame and change what matters. A number counts as swapped when each
text states one that the other lacks, as bags: "rose 3 percent to 40" against "rose 3 percent to 41". Additions alone
pass, since a longer version of the same story states more. Numbers are digits with the points, commas, strokes and
hyphens between them, spelled numbers, months, days and words of direction.
Swapped names are found by `names`, texts that only share a part by `ends`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.dedup import names
from pipeline.dedup.ends import apart
from pipeline.dedup.names import Compared
from pipeline.dedup.overlap import Lists, overlap
from pipeline.dedup.paragraphs import Paragraphs
from pipeline.text.normal import JOINTS, Folded
from pipeline.text.runs import heads, places
from pipeline.text.words import Words, mix, word_hash

SPELLED = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half third
    quarter jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september
    october november december monday tuesday wednesday thursday friday saturday sunday up down rose fell rise fall
    higher lower gain loss profit north south east west northern southern eastern western
    """.split()
)
CAPITAL = np.uint32(1 << 31)  # bit of a word's 32-bit code: it begins with a capital letter
_JOINTS = np.frombuffer(JOINTS, np.uint8)


class Marked(NamedTuple):
    """What the guard looks at in some paragraphs."""

    codes: Lists  # of all words: 31 bits of the hash, and `CAPITAL`
    numbers: Lists  # bags as sets: a number's second occurrence has another hash than its first


@lru_cache(maxsize=1)
def _spelled() -> NDArray[np.uint64]:
    return np.sort(np.array([word_hash(word) for word in sorted(SPELLED)], np.uint64))


def mark(texts: Paragraphs, short: int) -> Marked:
    """Codes of the words, and the numbers, of each text.

    In a text of fewer than `short` words each one counts as a name does: "a car was stolen" is no copy of "a van was stolen".
    """
    found = texts.words
    codes = (found.hashes >> np.uint64(33)).astype(np.uint32)
    names = capital(texts.folded, found) | np.repeat(texts.sizes < short, np.diff(found.offsets))
    codes |= names * CAPITAL
    numbers, owners = _numbers(texts.folded, found)
    edges = np.searchsorted(owners, np.arange(len(found.offsets)))
    return Marked(Lists(codes, found.offsets), Lists(numbers, edges))


def words_only(texts: Paragraphs) -> Marked:
    """The same with neither capitals nor numbers."""
    none = Lists(np.zeros(0, np.uint32), np.zeros(len(texts.words.offsets), np.int64))
    return Marked(Lists((texts.words.hashes >> np.uint64(33)).astype(np.uint32), texts.words.offsets), none)


def capital(text: Folded, found: Words) -> NDArray[np.bool_]:
    """Words whose first letter is a capital: folding changed its first or second byte."""
    changed = text.cased != text.folded
    out = np.asarray(changed[found.starts])
    wide = np.flatnonzero(text.folded[found.starts] >= 0xC0)
    out[wide] |= changed[found.starts[wide] + 1]
    return out


def figures(text: Folded, found: Words) -> NDArray[np.bool_]:
    """Words that hold a digit."""
    out = np.zeros(len(found.starts), bool)
    out[np.searchsorted(found.starts, _digits(text), side="right") - 1] = True
    return out


def _digits(text: Folded) -> NDArray[np.int64]:
    return np.flatnonzero((text.folded >= ord("0")) & (text.folded <= ord("9")))


def spelled(found: Words) -> NDArray[np.bool_]:
    """Words that spell a number, a date or a direction."""
    known = _spelled()
    rare = np.zeros(1 << 16, bool)
    rare[(known >> np.uint64(48)).astype(np.int64)] = True
    maybe = np.flatnonzero(rare[(found.hashes >> np.uint64(48)).astype(np.int64)])
    out = np.zeros(len(found.hashes), bool)
    out[maybe[np.isin(found.hashes[maybe], known)]] = True
    return out


def _numbers(text: Folded, found: Words) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Hashes of all numbers, and the text of each, in order of the texts."""
    digits = _digits(text)
    spells = np.flatnonzero(spelled(found))
    hashes, starts = _digit_runs(text, digits)
    hashes = np.concatenate((hashes, found.hashes[spells]))
    starts = np.concatenate((starts, found.starts[spells]))
    return _as_sets(hashes, np.searchsorted(text.offsets, starts, side="right") - 1)


def _digit_runs(text: Folded, digits: NDArray[np.int64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes and places of runs of digits; one joint between two digits ("1,250", "3-1") does not end a run."""
    gap = np.diff(digits)
    bridged = (gap == 2) & np.isin(text.cased[digits[:-1] + 1], _JOINTS)
    same_text = np.diff(np.searchsorted(text.offsets, digits, side="right")) == 0
    starts = np.flatnonzero(np.append(True, ~(((gap == 1) | bridged) & same_text)))[: len(digits)]
    if not len(starts):
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    place = digits - np.repeat(digits[starts], np.diff(np.append(starts, len(digits))))
    codes = place.astype(np.uint64) << np.uint64(8) | text.folded[digits]
    return np.add.reduceat(mix(codes), starts), digits[starts]


def _as_sets(hashes: NDArray[np.uint64], owners: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Bags as sets: the n-th occurrence of a hash in its text gets a hash of its own."""
    order = np.lexsort((hashes, owners))
    hashes, owners = hashes[order], owners[order]
    occurrence = places(heads(owners, hashes), len(hashes)).astype(np.uint64)
    return (mix(hashes + occurrence) >> np.uint64(32)).astype(np.uint32), owners


def compared(codes: Lists, spellings: pa.StringArray) -> Compared:
    """Paragraphs as `mark` left them."""
    places = np.flatnonzero(codes.hashes & CAPITAL)
    words = Lists(codes.hashes & ~CAPITAL, codes.offsets)
    return Compared(words, Lists(words.hashes[places], np.searchsorted(places, codes.offsets)), places, spellings)


def other_numbers(numbers: Lists, first: NDArray[np.int64], second: NDArray[np.int64], *, contained: bool) -> NDArray[np.bool_]:
    """Whether a number was swapped between two paragraphs; of one that is contained, whether it states one of its own."""
    bags = overlap(numbers, first, numbers, second)
    return np.asarray((bags.first > bags.shared) & ((bags.second > bags.shared) | contained))


def other_names(texts: Compared, first: NDArray[np.int64], second: NDArray[np.int64], *, contained: bool) -> NDArray[np.bool_]:
    """Whether a name was swapped between two paragraphs, or they only share a part; contained: whether one is the first's."""
    out = np.zeros(len(first), bool)
    if contained:
        out[names.foreign(texts, first, second).pair] = True
        return out
    for test in (apart, names.swapped):
        unsure = np.flatnonzero(~out)
        out[unsure] = test(texts, first[unsure], second[unsure])
    return out


def states_more(one: Paragraphs, two: Paragraphs) -> bool:
    """Whether the first of two single texts states a number or a capitalised word that the second lacks."""
    known = set(two.words.hashes.tolist())
    marked = capital(one.folded, one.words) | figures(one.folded, one.words) | spelled(one.words)
    return any(word not in known for word in one.words.hashes[marked].tolist())
