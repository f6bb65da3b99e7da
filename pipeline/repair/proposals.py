"""Which filters could have made the unknown words of a page.

A proposal is (letters, replacement) with the words it explains: {"pbadage": "passage"}. Three sources: replacements
that filters are known to write, masks, and strings that too many unknown words of the page share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, combinations

from pipeline.repair import kin
from pipeline.repair.known import LETTERS, MASKS, MEANT, REPLACEMENTS, SOUGHT, WEAK
from pipeline.repair.lexicon import LONGEST, SHORTEST, Lexicon
from pipeline.repair.readings import holes, readings, signs

GAIN = 2.5  # zipf that a reading must be above a word of the lexicon
DELETED = LETTERS[:16]
USUAL = 4.0  # zipf of a reading of which a filter left one letter, or two
EXCESS = 4.0
MOST = 24
MANY = 12  # words
MASKED = 200  # words of a page
KEPT = 2, 3  # letters that a mask keeps before its signs, and behind them: "sh*t", "*nal"
FIXED = 3  # signs that stand for letters of any number
OTHER = 1.5  # zipf by which another reading may be more usual
KNOWN = frozenset(LETTERS)
OF_SIZE = {size: tuple(x for x in LETTERS if len(x) == size) for size in set(map(len, LETTERS))}
FEW = 100  # readings that are looked up one by one
ANY_REPLACEMENT = re.compile("|".join(REPLACEMENTS))

Pair = tuple[str, str]  # letters, replacement
Absent = Callable[[Iterable[str]], list[str]]
Proposals = dict[Pair, dict[str, str]]  # word -> reading


def propose(
    words: Iterable[str],
    rare: Iterable[str],
    masked: Iterable[str],
    lacking: Iterable[str],
    absent: Absent,
    lexicon: Lexicon,
) -> Proposals:
    """All proposals for one page.

    Args:
        words: Words that the lexicon lacks, in small letters.
        rare: These, and those that are so rare that the lexicon may have them from damaged pages: "clbutt".
        masked: Masked words.
        lacking: Letters that the page should hold, and that a filter may have deleted.
        absent: Gives those of some letters that the page lacks; what stands on it went through no filter.
        lexicon: Of the page's language.
    """
    found: Proposals = {}
    words = sorted(words)
    _from_replacements(sorted(rare), lexicon, found)
    _from_masks(sorted(masked), absent, lexicon, found)
    for pair, reads in from_holes(sorted(masked), absent, lexicon).items():
        found.setdefault(pair, {}).update(reads)
    for pair, reads in from_shared_strings(words, absent, lexicon).items():
        for word, reading in reads.items():
            _add(found, pair, word, reading, lexicon)
    for pair, reads in from_gaps(sorted(rare), lacking, lexicon).items():
        found.setdefault(pair, {}).update(reads)
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
            out += [((letters, replacement), reading) for reading in reads]
    return _usual(out, least, lexicon)


def from_gaps(words: list[str], lacking: Iterable[str], lexicon: Lexicon) -> Proposals:
    """Letters that a filter took out without a trace."""
    found: Proposals = {}
    for letters in lacking:
        whole = lexicon.gaps(letters)
        for word in filter(whole.__contains__, words):
            for reading in whole[word]:
                if lexicon.zipf(reading) >= lexicon.zipf(word) + GAIN:  # the lexicon has "ysis"
                    _add(found, (letters, ""), word, reading, lexicon)
    return found


def _from_masks(masked: list[str], absent: Absent, lexicon: Lexicon, found: Proposals) -> None:
    for word in masked:
        reads = _unmasked(word, lexicon)
        zipfs = lexicon.zipfs([reading for _, reading in reads])
        best = _best(word, min(zipfs) + OTHER, absent, lexicon) if reads else 0.0
        for (pair, reading), zipf in zip(reads, zipfs, strict=True):
            if zipf + OTHER >= best or pair[0] in SOUGHT:
                _add(found, pair, word, reading, lexicon)


def _best(word: str, least: float, absent: Absent, lexicon: Lexicon) -> float:
    """The zipf, above a least one, of the most usual reading of a masked word by letters that no list has and the page lacks.

    "***ter" may be "hitter", but "better" is far likelier where the page has no "bet".
    """
    likely = {letters: zipf for (letters, _), _, zipf in _holed(word, lexicon) if zipf > least}
    return max((likely[letters] for letters in absent(sorted(likely))), default=0.0)


@lru_cache(maxsize=4096)
def _holed(word: str, lexicon: Lexicon) -> tuple[tuple[Pair, str, float], ...]:
    """What a masked word reads by letters that no list has, with the zipf of each reading."""
    cuts = [(before, mask, after, _hidden(mask, lexicon.fill(before, after))) for before, mask, after in holes(word)]
    reads = [((letters, mask), before + letters + after) for before, mask, after, fill in cuts for letters in fill]
    zipfs = lexicon.zipfs([reading for _, reading in reads])
    return tuple((pair, reading, zipf) for (pair, reading), zipf in zip(reads, zipfs, strict=True))


def _hidden(mask: str, fill: frozenset[str]) -> list[str]:
    """Those of some letters that may stand under a mask and that no list has: one sign for each, or the same for all."""
    mask = signs(mask)
    first, last = mask[0] * mask[0].isalpha(), mask[-1] * mask[-1].isalpha()
    each = first or last or len(mask) < FIXED or WEAK & set(mask)
    found = [x for x in fill if x.startswith(first) and x.endswith(last) and not (each and len(x) != len(mask))]
    return sorted(x for x in found if x not in KNOWN)


@lru_cache(maxsize=16384)
def _unmasked(word: str, lexicon: Lexicon) -> tuple[tuple[Pair, str], ...]:
    """What filters may have hidden under a mask."""
    cuts = ((*cut, letters) for cut in holes(word, *KEPT) for letters in _known(cut[1]))
    reads = [((letters, replacement), before + letters + after) for before, replacement, after, letters in cuts]
    return _usual(reads, 2, lexicon)


def from_holes(masked: list[str], absent: Absent, lexicon: Lexicon) -> Proposals:
    """Letters that no list has and that masks may hide, where two families of masked words show them."""
    if len(masked) < 2:
        return {}
    holed: Proposals = {}
    for word in masked[:MASKED]:
        for pair, reading, _ in _holed(word, lexicon):
            holed.setdefault(pair, {})[word] = reading
    found = {pair: reads for pair, reads in holed.items() if len(reads) > 1}
    lacking = set(absent(sorted({letters for letters, _ in found})))
    found = {pair: reads for pair, reads in found.items() if pair[0] in lacking}
    return {pair: reads for pair, reads in found.items() if len(set(kin.families(pair, reads).values())) > 1}


def _usual(reads: list[tuple[Pair, str]], least: float, lexicon: Lexicon) -> tuple[tuple[Pair, str], ...]:
    """The readings that are words of a frequency."""
    zipfs = lexicon.zipfs([reading for _, reading in reads])
    return tuple(read for read, zipf in zip(reads, zipfs, strict=True) if zipf >= least)


@lru_cache(maxsize=1 << 12)
def _known(mask: str) -> tuple[str, ...]:
    """The letters filters look for that a mask may hide; those that it kept are theirs: "c**k" fits "cock", "d*ck" "dick".

    Two signs are no mask of three letters: Markdown has "**bold words**".
    """
    shown = signs(mask)
    fixed = len(shown) >= FIXED and not WEAK & set(shown) and {shown[0], shown[-1]} <= MASKS
    kept = [(at, sign) for at, sign in enumerate(shown) if sign not in MASKS]
    some = LETTERS if fixed else OF_SIZE.get(len(shown), ())
    return tuple(x for x in some if len(x) != len(shown) or all(x[at] == sign for at, sign in kept))


def from_shared_strings(words: list[str], absent: Absent, lexicon: Lexicon) -> Proposals:
    """Pairs that explain two or more of some unknown words, sorted, which share more of the replacement than chance gives."""
    found: Proposals = {}
    for replacement, held in shared_strings(words, lexicon):
        once = [word.partition(replacement) for word in sorted(held, key=len) if word.count(replacement) == 1]
        cut = [("".join(parts), parts[0], parts[2]) for parts in once]
        ends = [kin.ends(before, after) for _, before, after in cut]
        named = replacement in REPLACEMENTS
        if not named and not _strangers(ends):
            continue
        fills = _fills(cut, lexicon)
        counts = Counter(chain.from_iterable(fills))
        # one family says nothing of letters nobody filters; "instructi" for "instruction" is a word cut short
        both = (x for x, n in counts.items() if n > 1 and replacement not in x)
        both = (x for x in both if named or _strangers([end for end, fill in zip(ends, fills, strict=True) if x in fill]))
        for letters in absent(both):
            for (word, before, after), fill in zip(cut, fills, strict=True):
                if letters in fill:
                    _add(found, _narrowed(letters, replacement), word, before + letters + after, lexicon)
    return found


def _narrowed(letters: str, replacement: str) -> Pair:
    """Without the letters that both end with, where filters look for the rest: "anal" for "bork", not "analy" for "borky"."""
    same = len(_common([letters[::-1], replacement[::-1]]))
    ends = (k for k in range(same, 0, -1) if letters[:-k] in KNOWN and len(replacement) - k >= SHORTEST)
    k = next(ends, 0)
    return (letters[:-k], replacement[:-k]) if k else (letters, replacement)


def _strangers(ends: list[kin.Ends]) -> bool:
    """Whether some words, the shortest first, may be of two families; many are taken to be."""
    return len(ends) > MANY or any(not kin.akin(short, long) for short, long in combinations(ends, 2))


def _fills(cut: list[tuple[str, str, str]], lexicon: Lexicon) -> list[frozenset[str]]:
    """The letters that make a word of each of some words with a hole; nothing where fewer than two can be filled.

    The longest have the fewest readings; the shortest, which has the most, is asked for those of the others only.
    """
    fills: list[frozenset[str]] = []
    left = len(cut)
    for _, before, after in cut[:0:-1]:
        fills.append(_filled(before, after, lexicon))
        left -= not fills[-1]
        if left < 2:
            return []
    _, before, after = cut[0]
    some = frozenset(chain.from_iterable(fills))
    if len(some) > FEW or _short(before, after):
        fills.append(_filled(before, after, lexicon))
    else:
        fills.append(frozenset(letters for letters in some if lexicon.fills(before, letters, after)))
    return fills[::-1]


def _filled(before: str, after: str, lexicon: Lexicon) -> frozenset[str]:
    """So short a word as "mpobo" may read anything, but only usual words are likely."""
    return lexicon.usual_fill(before, after) if _short(before, after) else lexicon.fill(before, after)


def _short(before: str, after: str) -> bool:
    """Whether a word is one letter before a replacement, after it, or both; usual words with it may be read."""
    return max(len(before), len(after)) < 2 and before + after != ""


def shared_strings(words: list[str], lexicon: Lexicon) -> list[tuple[str, tuple[str, ...]]]:
    """Strings of 3 letters or more that more unknown words share than unknown words of the language do, with these words.

    Of those that the same words share only the longest: the inflections of a name share many. The surest come first, by
    their number of words against the number expected.
    """
    longest: dict[tuple[str, ...], str] = {}
    for run, held in _shared(words):
        run = _extended(run, held) if len(run) == LONGEST else run
        old = longest.get(key := tuple(held), "")
        longest[key] = max(old, run, key=lambda s: (len(s), s))
    excess = ((len(held) / (0.2 + len(words) * lexicon.piece(run)), run, held) for held, run in longest.items())
    found = sorted((-x, run, held) for x, run, held in excess if x >= EXCESS)
    return [(run, held) for _, run, held in found[:MOST]]


def _extended(run: str, words: list[str]) -> str:
    """A run with what stands before and behind it in all of some words: "nicorn" in "unicornnect", "unicornter"."""
    at = [word.index(run) for word in words]
    before = _common([word[:i][::-1] for word, i in zip(words, at, strict=True)])[::-1]
    return before + run + _common([word[i + len(run) :] for word, i in zip(words, at, strict=True)])


def _common(strings: list[str]) -> str:
    """The letters that all of some strings begin with."""
    first, last = min(strings), max(strings)
    size = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:size]


def _shared(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The runs that two words or more hold, with these; the longer only of words that share a shorter."""
    for size in range(SHORTEST, LONGEST + 1):
        holders: dict[str, list[str]] = {}
        for word in words:
            for run in {word[i : i + size] for i in range(len(word) - size + 1)}:
                holders.setdefault(run, []).append(word)
        shared = [(run, held) for run, held in holders.items() if len(held) > 1]
        yield from shared
        words = sorted({word for _, held in shared for word in held})


def _add(found: Proposals, pair: Pair, word: str, reading: str, lexicon: Lexicon) -> None:
    if reading in MEANT:
        return
    words = found.setdefault(pair, {})
    old = words.get(word)
    if old is None or (lexicon.zipf(reading), reading) > (lexicon.zipf(old), old):
        words[word] = reading
