"""Which filters could have made the unknown words of a page.

A proposal is (letters, replacement) with the words it explains: {"pbadage": "passage"}. Three sources: replacements
that filters are known to write, masks, and strings that too many unknown words of the page share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.repair.known import LETTERS, MEANT, REPLACEMENTS
from pipeline.repair.lexicon import Lexicon, runs
from pipeline.repair.readings import holes, readings

Pair = tuple[str, str]  # letters, replacement
Proposals = dict[Pair, dict[str, str]]  # word -> reading


def propose(words: Iterable[str], masked: Iterable[str], lexicon: Lexicon) -> Proposals:
    """All proposals for the unknown words and the masked words (small letters) of one page."""
    found: Proposals = {}
    words = sorted(words)
    _from_replacements(words, lexicon, found)
    _from_masks(sorted(masked), lexicon, found)
    _from_shared_strings(words, lexicon, found)
    return found


def _from_replacements(words: list[str], lexicon: Lexicon, found: Proposals) -> None:
    for word in words:
        for replacement in REPLACEMENTS:
            if replacement in word:
                for letters in LETTERS:
                    for reading in readings(word, [(letters, replacement)]):
                        if lexicon.zipf(reading) >= 1.5:
                            _add(found, (letters, replacement), word, reading, lexicon)


def _from_masks(masked: list[str], lexicon: Lexicon, found: Proposals) -> None:
    for word in masked:
        for before, replacement, after in holes(word):
            for letters in LETTERS:
                if not _fits(letters, replacement):
                    continue
                reading = before + letters + after
                if lexicon.zipf(reading) >= 2:
                    _add(found, (letters, replacement), word, reading, lexicon)


def _fits(letters: str, replacement: str) -> bool:
    """Whether the letters that a mask left at its ends are those of the filtered string: "c**k" fits "cock"."""
    return (not replacement[0].isalpha() or replacement[0] == letters[0]) and (
        not replacement[-1].isalpha() or replacement[-1] == letters[-1]
    )


def _from_shared_strings(words: list[str], lexicon: Lexicon, found: Proposals) -> None:
    for replacement in shared_strings(words, lexicon):
        for word in words:
            if word.count(replacement) != 1:
                continue
            before, after = word.split(replacement)
            for letters, reading in lexicon.fill(before, after):
                if letters != replacement:
                    _add(found, (letters, replacement), word, reading, lexicon)


def shared_strings(words: list[str], lexicon: Lexicon, most: int = 12) -> list[str]:
    """Strings of 3 to 6 letters that more unknown words share than unknown words of the language do.

    The surest first, by their number of words against the number expected.
    """
    if len(words) < 3:
        return []
    counts = Counter(run for word in words for run in runs(word))
    usual = lexicon.pieces
    excess = {s: n / (0.2 + len(words) * usual.get(s, 0)) for s, n in counts.items() if n >= 3}
    return sorted((s for s in excess if excess[s] >= 5), key=lambda s: (-excess[s], s))[:most]


def _add(found: Proposals, pair: Pair, word: str, reading: str, lexicon: Lexicon) -> None:
    if reading in MEANT:
        return
    words = found.setdefault(pair, {})
    old = words.get(word)
    if old is None or (lexicon.zipf(reading), reading) > (lexicon.zipf(old), old):
        words[word] = reading
