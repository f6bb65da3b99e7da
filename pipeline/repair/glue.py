"""Lost spaces: after a full stop ("March.Russian"), before a capital ("byJohn"), within small letters ("ofthe").

Dropped markup makes them. Each finder gives what could be mended; a term that the corpus uses often is left: terms.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from pipeline.repair.around import BEFORE_NAMES, Around, Pages
from pipeline.repair.edits import Glued
from pipeline.repair.language import function_words
from pipeline.repair.lexicon import Lexicon
from pipeline.repair.scan import Scan
from pipeline.repair.settings import Settings
from pipeline.repair.small import small
from pipeline.repair.text import Places
from pipeline.repair.words import Table, keys_at, keys_of

SENTENCE = re.compile(r"(?<![\w./@:’'-])([A-Za-z][a-zß-ſ'’-]+)([.!?])([A-ZÀ-Þ][a-zß-ſ]+[A-Z]?|[AI](?=\s))(?![\w.(@/=\[])")
CAPITAL = re.compile(r"(?<![\w./@:#$<’'-])([A-ZÀ-Þ]?[a-zß-ſ]+)([A-ZÀ-Þ][a-zß-ſ]{2,})(?![\w(/=\[:;>-]|\.\w)")
# a token that holds one of these is no prose: an address, a path, markup, a number, a tag, code
NO_PROSE = re.compile(r"[/\\_=<>{}|~`0-9@#$%&*+]|\w:\w|\(\w*\)|\Awww", re.IGNORECASE)
AROUND = 120  # bytes looked at on each side
DOMAINS = frozenset({"com", "net", "org", "edu", "gov", "info", "biz", "js", "io", "py", "md", "txt", "pdf", "html"})
# words that open sentences, and name nothing in code
OPENERS = frozenset(
    """after again although another because before but during each even finally first furthermore here however indeed
    instead just like many meanwhile moreover most now perhaps since such these those though through thus until well while
    yes""".split()
)
# words that open a headline or a sentence behind another, and end no product's name as "PhaseOne" does
STARTERS = frozenset(
    """and but for from her his how our she that the their there these they this those what when where which while who why
    with you your after before""".split()
)
# what goes on so is no sentence
NAME_BEFORE, NAME_BEHIND = (np.frombuffer(signs, np.uint8) for signs in (b"0123456789_./@:", b"0123456789_.(@/=["))


def glued(scan: Scan, settings: Settings) -> Iterator[Glued]:
    """All of a batch that could be mended, in blocks of one language."""
    pages = Pages(scan)
    ends = list(_sentences(scan, pages)) if settings.lost_space else []
    yield from ends
    if settings.run_together:
        yield from _capitals(scan, pages)
        yield from small(scan, pages, {(found.row, stop(found)) for found in ends if found.sure})


def stop(found: Glued) -> int:
    """Where the full stop of a sentence stands that lacks the space behind it."""
    return found.end - len(found.after.rpartition(" ")[2].encode()) - 1


def _sentences(scan: Scan, pages: Pages) -> Iterator[Glued]:
    for row, start, m in _matches(scan, SENTENCE, _stops_within(scan)):
        if sentence_end(m[1], m[3], scan.lexicon, pages.of_row(row)):
            yield _glued(row, start, m, f"{m[1]}{m[2]} {m[3]}", "lost-space", m[1].islower() and _opener(m[3], scan.lexicon))


def ends_sentence(before: str, word: str, after: str, lexicon: Lexicon, around: Around) -> str:
    """What stands behind a repaired word, up to the next, where a sentence ends with it and the space is lost: ".Here".

    Without this a second cleaning would find the sentence, as only now its last word is known.
    """
    window = before + word + after
    for m in SENTENCE.finditer(window, len(before) - len(before.split(" ")[-1])):
        if m.end(1) == len(before + word) and _prose(window, m):
            return m[2] + m[3] if sentence_end(m[1], m[3], lexicon, around) else ""
    return ""


def sentence_end(left: str, right: str, lexicon: Lexicon, around: Around) -> bool:
    """Whether a sentence ends with the one word and the next begins with the other."""
    words = function_words(lexicon.language)
    functional = _opener(right, lexicon)
    if right.lower() in DOMAINS or not _ends(left, functional, words, lexicon):
        return False
    if left.lower() not in lexicon and left.isalpha() and around.technical:  # "pyparsing.And" is a name in code
        return False
    zipf = lexicon.zipf(right.lower())
    if zipf < (1.5 if left.islower() and len(left) > 3 else 3.5) and not functional:
        return left.islower() and around.names(right) and not around.code
    return functional or not around.code


def _opener(word: str, lexicon: Lexicon) -> bool:
    """Whether a word opens sentences and names nothing."""
    return word.lower() in function_words(lexicon.language) or word.lower() in OPENERS


def _ends(left: str, functional: bool, words: frozenset[str], lexicon: Lexicon) -> bool:
    """Whether a sentence may end with a word; `functional`: the next begins with a word that names nothing."""
    if len(left) < 3:  # "Dr.No", "vs.The"
        return left in words and left != "no"
    zipf = lexicon.zipf(re.split(r"['’]", left.split("-")[-1])[0].lower())
    if zipf < (2 if left.islower() and len(left) > 4 else 3):
        return functional and len(left) > 3
    return left.islower() or functional or zipf >= 4.2  # "Node.Child" is code


def _capitals(scan: Scan, pages: Pages) -> Iterator[Glued]:
    for row, start, m in _matches(scan, CAPITAL, _capitals_within(scan)):
        if two_words(m[1], m[2], scan.lexicon, pages.of_row(row)):
            sure = m[1].islower() and m[2].lower() in STARTERS
            yield _glued(row, start, m, f"{m[1]} {m[2]}", "run-together", sure)


def two_words(left: str, right: str, lexicon: Lexicon, around: Around) -> bool:
    """Whether a capital in a word opens a word of its own, and no product's name: "byJohn", but "iPhone"."""
    a, b = left.lower(), right.lower()
    if lexicon.zipf(a) < 3 or len(a) < 2:
        return False
    if left in BEFORE_NAMES:
        return not around.code and (lexicon.zipf(b) >= 3 or around.names(right))
    if a + b in lexicon:
        return False
    if b in STARTERS and len(a) > 2 and lexicon.zipf(a) >= 3.5:
        return not around.code
    # "networkResponse" is a name in code, "usedGoogle" is not
    return len(a) > 2 and left.islower() and (around.holds(f"{left} {right}") or (len(b) > 3 and around.proper(right)))


def _matches(scan: Scan, pattern: re.Pattern[str], places: Places) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Matches whose second group starts at one of the places: (block, start in it in bytes, match), in prose only."""
    text = scan.text
    at, rows = places
    first, last = text.offsets[rows], text.offsets[rows + 1]
    columns = (rows, at, first, np.maximum(first, at - AROUND), np.minimum(last, at + AROUND))
    for row, place, begin, left, right in zip(*(column.tolist() for column in columns), strict=True):
        before = text.slice(left, place).decode(errors="ignore")
        window = before + text.slice(place, right).decode(errors="ignore")
        token = len(before) - len(before.rsplit(None, 1)[-1]) if before.strip() else 0
        for m in pattern.finditer(window, token):
            if m.start(2) == len(before) and (m.start() > 0 or left == begin) and _prose(window, m):
                yield row, place - begin - len(m[1].encode()), m


def _glued(row: int, start: int, found: re.Match[str], after: str, rule: str, sure: bool) -> Glued:
    return Glued(row, start, start + len(found.group().encode()), found.group(), after, rule, sure)


def _prose(text: str, found: re.Match[str]) -> bool:
    """Whether the white-space token round a match is prose."""
    before, after = text[: found.start()], text[found.end() :]
    left = before.rsplit(None, 1)[-1] if before and not before[-1].isspace() else ""
    right = after.split(None, 1)[0] if after and not after[0].isspace() else ""
    return not NO_PROSE.search(left + found.group() + right)


def _stops_within(scan: Scan) -> Places:
    """Places of full stops with a word before and a capital behind, neither of them part of an address or a number."""
    text, words, (places, rows) = scan.text, scan.text.words, scan.text.stops.among(scan.prose)
    behind = np.searchsorted(words.start, places)
    whole = (behind > 0) & (words.end[behind - 1] == places)
    places, rows, behind = places[whole], rows[whole], behind[whole]
    start, end = words.start[behind - 1], words.end[behind]
    before, after = text.buffer[np.maximum(start - 1, 0)], text.buffer[np.minimum(end, len(text.buffer) - 1)]
    opens = (start == text.offsets[rows]) | ~np.isin(before, NAME_BEFORE)
    ends = (end == text.offsets[rows + 1]) | ~np.isin(after, NAME_BEHIND)
    return Places(places[opens & ends], rows[opens & ends])


def _capitals_within(scan: Scan) -> Places:
    """Places of capitals within a word, where `two_words` may hold for the parts before and behind them."""
    text, words, (places, rows) = scan.text, scan.text.words, scan.text.humps.among(scan.prose)
    places = places + 1
    word = np.searchsorted(words.start, places, side="right") - 1
    inside = (word >= 0) & (words.start[word] < places - 1) & (places + 2 < words.end[word])
    places, rows, word = places[inside], rows[inside], word[inside]
    left = keys_at(text.buffer, words.start[word], places)
    new = (scan.lexicon.table[words.key[word]] == 0) | (_before_names()[left] > 0)
    new &= scan.lexicon.table[left] >= 300
    return Places(places[new], rows[new])


@lru_cache(maxsize=1)
def _before_names() -> Table:
    keys = keys_of(sorted(BEFORE_NAMES))
    return Table(keys, np.ones(len(keys), np.uint16))
