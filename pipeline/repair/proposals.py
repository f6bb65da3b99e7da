"""Which filters could have made the unknown words of a page.

A proposal is (letters, replacement) with the words it explains: {"pbadage": "passage"}. Three sources: replacements
that filters are known to write, masks, and strings that too many unknown words of the page share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain

from pipeline.repair.known import LETTERS, MEANT, REPLACEMENTS
from pipeline.repair.lexicon import Lexicon, runs
from pipeline.repair.readings import holes, readings

GAIN = 2.5  # zipf that a reading must be above a word of the lexicon
DELETED = ("ass", "anal", "tit", "cum", "sex", "hell", "cock")
EXCESS = 4.0
MOST = 24
ANY_REPLACEMENT = re.compile("|".join(REPLACEMENTS))

Pair = tuple[str, str]  # letters, replacement
Proposals = dict[Pair, dict[str, str]]  # word -> reading


def propose(
    words: Iterable[str],
    rare: Iterable[str],
    masked: Iterable[str],
    lacking: Iterable[str],
    absent: Callable[[str], bool],
    lexicon: Lexicon,
) -> Proposals:
    """All proposals for one page.

    Args:
        words: Words that the lexicon lacks, in small letters.
        rare: These, and those that are so rare that the lexicon may have them from damaged pages: "clbutt".
        masked: Masked words.
        lacking: Letters that the page should hold, and that a filter may have deleted.
        absent: Whether the page lacks some letters; those that it holds went through no filter.
        lexicon: Of the page's language.
    """
    found: Proposals = {}
    words = sorted(words)
    _from_replacements(sorted(rare), lexicon, found)
    _from_masks(sorted(masked), lexicon, found)
    _from_shared_strings(words, absent, lexicon, found)
    _from_gaps(words, lacking, lexicon, found)
    return found


def _from_replacements(words: list[str], lexicon: Lexicon, found: Proposals) -> None:
    for word in words:
        if ANY_REPLACEMENT.search(word):
            for pair, reading in _replaced(word, lexicon):
                _add(found, pair, word, reading, lexicon)


@lru_cache(maxsize=16384)
def _replaced(word: str, lexicon: Lexicon) -> tuple[tuple[Pair, str], ...]:
    """What filters that are known to write a string of the word may have read."""
    known = lexicon.zipf(word)
    least = max(1.5, known + GAIN) if known else 1.5
    out = []
    for replacement in (r for r in REPLACEMENTS if r in word):
        once = word.count(replacement) == 1
        for letters in LETTERS:
            reads = [word.replace(replacement, letters)] if once else readings(word, [(letters, replacement)])
            out += [((letters, replacement), reading) for reading in reads if lexicon.zipf(reading) >= least]
    return tuple(out)


def _from_gaps(words: list[str], lacking: Iterable[str], lexicon: Lexicon, found: Proposals) -> None:
    """Letters that a filter took out without a trace."""
    for letters in lacking:
        whole = lexicon.gaps(letters)
        for word in words:
            for reading in whole.get(word, ()):
                _add(found, (letters, ""), word, reading, lexicon)


def _from_masks(masked: list[str], lexicon: Lexicon, found: Proposals) -> None:
    for word in masked:
        for pair, reading in _unmasked(word, lexicon):
            _add(found, pair, word, reading, lexicon)


@lru_cache(maxsize=16384)
def _unmasked(word: str, lexicon: Lexicon) -> tuple[tuple[Pair, str], ...]:
    """What filters may have hidden under a mask."""
    cuts = ((*cut, letters) for cut in holes(word) for letters in LETTERS if _fits(letters, cut[1]))
    reads = (((letters, replacement), before + letters + after) for before, replacement, after, letters in cuts)
    return tuple((pair, reading) for pair, reading in reads if lexicon.zipf(reading) >= 2)


def _fits(letters: str, replacement: str) -> bool:
    """Whether the letters that a mask left at its ends are those of the filtered string: "c**k" fits "cock"."""
    return (not replacement[0].isalpha() or replacement[0] == letters[0]) and (
        not replacement[-1].isalpha() or replacement[-1] == letters[-1]
    )


def _from_shared_strings(words: list[str], absent: Callable[[str], bool], lexicon: Lexicon, found: Proposals) -> None:
    for replacement in shared_strings(words, lexicon):
        cut = [(word, *word.split(replacement)) for word in words if word.count(replacement) == 1]
        fills = [lexicon.fill(before, after) for _, before, after in cut]
        for letters, n in Counter(chain.from_iterable(fills)).items():
            # one word says nothing of letters nobody filters; "instructi" for "instruction" is a word cut short
            if n > 1 and replacement not in letters and absent(letters):
                for (word, before, after), fill in zip(cut, fills, strict=True):
                    if letters in fill:
                        _add(found, (letters, replacement), word, before + letters + after, lexicon)


def shared_strings(words: list[str], lexicon: Lexicon) -> list[str]:
    """Strings of 3 to 6 letters that more unknown words share than unknown words of the language do.

    Of those that the same words share only the longest: the inflections of a name share many. The surest come first, by
    their number of words against the number expected.
    """
    holders: dict[str, list[str]] = {}
    for word in words:
        for run in runs(word):
            holders.setdefault(run, []).append(word)
    longest: dict[tuple[str, ...], str] = {}
    for run, held in holders.items():
        if len(held) > 1:
            old = longest.get(key := tuple(held), "")
            longest[key] = max(old, run, key=lambda s: (len(s), s))
    strings = list(longest.values())
    expected = dict(zip(strings, lexicon.pieces(strings), strict=True))
    excess = {run: len(held) / (0.2 + len(words) * expected[run]) for held, run in longest.items()}
    return sorted((run for run in excess if excess[run] >= EXCESS), key=lambda run: (-excess[run], run))[:MOST]


def _add(found: Proposals, pair: Pair, word: str, reading: str, lexicon: Lexicon) -> None:
    if reading in MEANT:
        return
    words = found.setdefault(pair, {})
    old = words.get(word)
    if old is None or (lexicon.zipf(reading), reading) > (lexicon.zipf(old), old):
        words[word] = reading
