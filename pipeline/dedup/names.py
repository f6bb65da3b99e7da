"""Whether a name of one text stands where another text has another name.

A name counts as swapped when a short run of words was replaced by another, and both hold a capitalised word that the
other text lacks, unless one is a respelling of the other. Aligning two texts costs more than all else that is done to a
pair, so two tests over whole columns come first: names with no word in common close by on both sides are in no replaced
run; and where the words before and after two names are the same, those were replaced by each other, as on the pages of a
site that differ in names only.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import utf8
from pipeline.dedup.align import replaced_runs
from pipeline.dedup.overlap import Lists
from pipeline.dedup.paragraphs import select
from pipeline.text.runs import heads

RUN = 5  # words of a replaced run in which names are taken to stand for each other
_RESPELT = 0.7  # letters in common from which two names are spellings of one; at .6 "drying" was one of "reading"
_LETTERS = 16  # of a name that are compared in columns
_NAMES = 1 << 14  # pairs of names at a time
_PRODUCT = 1 << 8  # pairs of names of one pair of texts that are looked at in columns
_EDGE, _BEYOND = np.uint32(1 << 31), np.uint32((1 << 31) + 1)  # in place of the words round a text; words have 31 bits
_PAIR = np.uint64(32)


class Compared(NamedTuple):
    """All paragraphs of a second look, as the guard sees them."""

    words: Lists
    capitals: Lists  # those of the words that begin with a capital letter
    places: NDArray[np.int64]  # of the capitals, among all words
    names: pa.StringArray  # spellings of the capitals


class Foreign(NamedTuple):
    """Capitalised words that the other text of their pair lacks; sorted by pair."""

    pair: NDArray[np.int64]
    capital: NDArray[np.int64]  # number among all capitals


class _Both(NamedTuple):
    """All pairs of a foreign name of the first text and one of the second, sorted by pair of texts."""

    pair: NDArray[np.int64]
    one: NDArray[np.int64]  # number among all capitals
    two: NDArray[np.int64]

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> _Both:
        return _Both(*(column[which] for column in self))


def foreign(texts: Compared, first: NDArray[np.int64], second: NDArray[np.int64]) -> Foreign:
    """The capitalised words of each first text that the second lacks."""
    counts = np.diff(texts.capitals.offsets)[first]
    capital = select(texts.capitals.offsets, first)
    pair = np.repeat(np.arange(len(first)), counts)
    sought = pair.astype(np.uint64) << _PAIR | texts.capitals.hashes[capital]
    owners = np.repeat(np.arange(len(second), dtype=np.uint64), np.diff(texts.words.offsets)[second])
    known = owners << _PAIR | texts.words.hashes[select(texts.words.offsets, second)]
    known.sort()
    if len(known):
        lacking = np.flatnonzero(known[np.minimum(np.searchsorted(known, sought), len(known) - 1)] != sought)
        pair, capital = pair[lacking], capital[lacking]
    return Foreign(pair, capital)


def swapped(texts: Compared, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a name was swapped between two paragraphs, for each pair of rows."""
    out = np.zeros(len(first), bool)
    one = foreign(texts, first, second)
    own = np.flatnonzero(np.bincount(one.pair, minlength=len(first)))
    two = foreign(texts, second[own], first[own])
    two = two._replace(pair=own[two.pair])
    counts = [np.bincount(side.pair, minlength=len(first)) for side in (one, two)]
    many = counts[0] * counts[1] > _PRODUCT
    near = _near(texts, _products(one, two, counts[1], ~many), first, second)
    respelt = _respellings(texts, near.both.one, near.both.two)
    yes = _replaced(texts, near, respelt)
    out[yes] = True
    many[near.both.pair[~respelt]] = True  # names that are all respellings make no swap
    many[yes] = False
    for pair in np.flatnonzero(many).tolist():
        out[pair] = swapped_name(_named(texts, int(first[pair])), _named(texts, int(second[pair])))
    return out


def _products(one: Foreign, two: Foreign, counts: NDArray[np.int64], wanted: NDArray[np.bool_]) -> _Both:
    """All pairs of names, for the wanted pairs of texts; `counts` says how many names of `two` each has."""
    starts = np.cumsum(counts) - counts
    use = np.flatnonzero(wanted[one.pair])
    sizes = counts[one.pair[use]]
    ends = np.cumsum(sizes)
    other = np.arange(int(sizes.sum())) + np.repeat(starts[one.pair[use]] - ends + sizes, sizes)
    return _Both(np.repeat(one.pair[use], sizes), np.repeat(one.capital[use], sizes), two.capital[other])


class _Near(NamedTuple):
    """Names that a replaced run may hold; the `RUN` words before and after each name, the nearest first."""

    both: _Both
    before: tuple[NDArray[np.uint32], NDArray[np.uint32]]
    after: tuple[NDArray[np.uint32], NDArray[np.uint32]]


def _near(texts: Compared, both: _Both, first: NDArray[np.int64], second: NDArray[np.int64]) -> _Near:
    """Those between two words, or ends of the text, that both have, so near that a run of `RUN` words lies between."""
    sides = ((both.one, first[both.pair], _BEYOND), (both.two, second[both.pair], _BEYOND + np.uint32(1)))
    before, after = ([_context(texts, *side, step) for side in sides] for step in (-1, 1))
    within = _equal(*after)
    for away in range(1, RUN):
        within[away] |= within[away - 1]
    for away in range(1, RUN):
        within[:, away] |= within[:, away - 1]
    use = np.flatnonzero((_equal(*before) & within[::-1, ::-1]).any(axis=(0, 1)))
    return _Near(both.take(use), (before[0][:, use], before[1][:, use]), (after[0][:, use], after[1][:, use]))


def _context(
    texts: Compared, capital: NDArray[np.int64], rows: NDArray[np.int64], beyond: np.uint32, step: int
) -> NDArray[np.uint32]:
    """(RUN, names) words next to some names of the texts `rows`."""
    words, place = texts.words, texts.places[capital]
    first, last = words.offsets[rows], words.offsets[rows + 1]
    out = np.full((RUN, len(place)), beyond, np.uint32)
    for away in range(RUN):
        at = place + step * (away + 1)
        inside = (at >= first) & (at < last)
        out[away, inside] = words.hashes[at[inside]]
        out[away, (at == first - 1) | (at == last)] = _EDGE
    return out


def _equal(one: NDArray[np.uint32], two: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """(RUN, RUN, names): whether the i-th word of the one context is the k-th of the other."""
    return np.asarray(one[:, None] == two[None])


def _replaced(texts: Compared, near: _Near, respelt: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Pairs of texts in which one run stands for another of as many words: two words before and after are the same."""
    lead, tail = _away(near.before), _away(near.after)
    open_ = lead + tail < RUN
    found = [np.zeros(0, np.int64)]
    while len(runs := np.flatnonzero(open_)):
        runs = runs[heads(near.both.pair[runs])]
        wrong = _inside(texts, near.both, runs, lead, lead + tail) & respelt
        found.append(np.setdiff1d(near.both.pair[runs], near.both.pair[wrong]))
        open_[runs] = False
        open_[np.isin(near.both.pair, found[-1])] = False
    return np.concatenate(found)


def _away(words: tuple[NDArray[np.uint32], NDArray[np.uint32]]) -> NDArray[np.int64]:
    """How many words away two texts are the same again for two words, or for one at their end; `RUN` if nowhere."""
    one, two = words
    out = np.full(one.shape[1], RUN)
    for away in range(RUN - 2, -1, -1):
        out[(one[away] == two[away]) & ((one[away + 1] == two[away + 1]) | (one[away] == _EDGE))] = away
    return out


def _inside(
    texts: Compared, both: _Both, runs: NDArray[np.int64], lead: NDArray[np.int64], more: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Names within two runs, of which one pair of texts has one: those that hold a name `lead` words after they begin.

    Args:
        texts: of all pairs.
        both: names.
        runs: numbers of those among them of which each stands for a run.
        lead: words of the run before each name.
        more: words of the run but for the name.
    """
    run = np.full(int(both.pair.max(initial=0)) + 1, -1)
    run[both.pair[runs]] = runs
    mine = run[both.pair]
    inside = mine >= 0
    for side in (both.one, both.two):
        place = texts.places[side] - texts.places[side[mine]] + lead[mine]
        inside &= (place >= 0) & (place <= more[mine])
    return inside


def _respellings(texts: Compared, one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pairs of names are spellings of one name."""
    data, _ = utf8(pa.chunked_array([texts.names]))
    ends = np.flatnonzero(data == ord(" "))
    starts = np.append(0, ends + 1)[:-1]
    out = np.zeros(len(one), bool)
    for begin in range(0, len(one), _NAMES):
        sides = [np.stack((starts[names], ends[names])) for names in (one[begin : begin + _NAMES], two[begin : begin + _NAMES])]
        for pair in np.flatnonzero(_may_be_respelt(data, *sides)).tolist():
            out[begin + pair] = _respelt(*(data[slice(*side[:, pair])].tobytes().decode() for side in sides))
    return out


def _may_be_respelt(data: NDArray[np.uint8], one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Names with a common subsequence so long that they may share enough letters; long and foreign ones may always."""
    left, right = (_letters(data, side, fill) for side, fill in ((one, 0), (two, 1)))
    row = np.zeros((_LETTERS + 1, one.shape[1]), np.int8)
    for i in range(_LETTERS):
        before = np.zeros(one.shape[1], np.int8)
        for k in range(_LETTERS):
            old = row[k + 1].copy()
            np.maximum(row[k], old, out=row[k + 1])
            np.copyto(row[k + 1], before + np.int8(1), where=left[i] == right[k])
            before = old
    sizes = one[1] - one[0], two[1] - two[0]
    odd = (np.maximum(*sizes) > _LETTERS) | ((left | right) >= 0x80).any(axis=0)
    return np.asarray((2 * row[-1] >= _RESPELT * (sizes[0] + sizes[1])) | odd)


def _letters(data: NDArray[np.uint8], names: NDArray[np.int64], fill: int) -> NDArray[np.uint8]:
    """(_LETTERS, names) first letters of each."""
    places = names[0] + np.arange(_LETTERS)[:, None]
    return np.where(places < names[1], data[np.minimum(places, len(data) - 1)], np.uint8(fill))


class Named(NamedTuple):
    """One paragraph, as words and the capitalised ones among them."""

    words: list[int]  # hashes
    names: dict[int, str]  # place -> spelling in lower case


def _named(texts: Compared, row: int) -> Named:
    begin, end = texts.words.offsets[row : row + 2].tolist()
    first, last = texts.capitals.offsets[row : row + 2].tolist()
    capitals = (texts.places[first:last] - begin).tolist()
    return Named(texts.words.hashes[begin:end].tolist(), dict(zip(capitals, texts.names[row].as_py().split(), strict=True)))


def swapped_name(one: Named, two: Named) -> bool:
    """Whether a name of one text stands where the other has another name."""
    own_one, own_two = _foreign(one, two), _foreign(two, one)
    if not own_one or not own_two:
        return False
    for i, j, k, m in replaced_runs(one.words, two.words, own_one, own_two):
        if j - i <= RUN and m - k <= RUN:
            left = [own_one[p] for p in range(i, j) if p in own_one]
            right = [own_two[p] for p in range(k, m) if p in own_two]
            if left and right and not any(_respelt(a, b) for a in left for b in right):
                return True
    return False


def _foreign(one: Named, two: Named) -> dict[int, str]:
    """The capitalised words of the first that the second lacks."""
    known = set(two.words)
    return {place: name for place, name in one.names.items() if one.words[place] not in known}


@lru_cache(maxsize=1 << 14)
def _respelt(one: str, two: str) -> bool:
    """Whether two names share most of their letters; the two upper bounds spare most of the work."""
    matcher = SequenceMatcher(None, one, two)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(bound() >= _RESPELT for bound in bounds)
