"""Which of the old encodings bytes are in: each reading is judged by how its text looks, never by the codec alone.

Single-byte codecs read anything, so a reading needs evidence of its own. What a reading costs is the number of bits in
which a language with its letter frequencies would write the characters beyond ASCII; the right reading is the cheapest,
as accents read as letters of another language are rare letters there. Words have one script and one habit of capitals:
KOI8-R read as windows-1251 has its capitals inside the words. A lead of `MARGIN` bits, or nothing, is presented as text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log2
from typing import NamedTuple

from pipeline.formats import alphabets

QUOTES = "‘’“”„‚–—…•€™«»°§©®·\xa0£¿¡ºª"
CAPITAL, QUOTE, OTHER, CONTROL, MALFORMED = 3.0, 7.0, 12.0, 20.0, 10.0  # bits; of a word, the last
UNLISTED = 0.03  # share of letters that no alphabet lists
RARE_LETTERS, RARE_IDEOGRAPHS = 100, 6000  # among which the others are one
LEAST = 0.7  # of the share of listed letters that usual text has: below, even the best reading is no language
MARGIN = 7.0  # bits by which the best reading leads the next: 1 : 128
DECLARED, PREFERRED = 15.0, 4.0  # bits in favour of what the document names, and of the commonest, windows-1252


class Language(NamedTuple):
    """How text of one language looks."""

    costs: Mapping[str, float]  # bits of each listed character
    rare: float  # bits of any other
    share: float  # of the letters that are listed


class Cost(NamedTuple):
    """How well a reading fits."""

    bits: float  # of all that is not ASCII
    fit: float  # share of the letters that the language lists, against its usual share


def _alphabet(letters: str) -> Language:
    """Letters by frequency, which falls with the rank as words' does (Zipf)."""
    total = sum(1 / rank for rank in range(1, len(letters) + 1))
    costs = {letter: log2(total * rank / (1 - UNLISTED)) for rank, letter in enumerate(letters, 1)}
    return Language(costs, log2(RARE_LETTERS / UNLISTED), 1 - UNLISTED)


def _ideographs(share: float, frequent: str) -> Language:
    cost = log2(len(frequent) / share)
    return Language(dict.fromkeys(frequent, cost), log2(RARE_IDEOGRAPHS / (1 - share)), share)


def _alphabets(letters: Sequence[str]) -> tuple[Language, ...]:
    return tuple(map(_alphabet, letters))


WESTERN, CENTRAL, BALTIC = map(_alphabets, (alphabets.WESTERN, alphabets.CENTRAL, alphabets.BALTIC))
TURKISH, SLAVIC, GREEK = map(_alphabets, (alphabets.TURKISH, alphabets.SLAVIC, alphabets.GREEK))
HEBREW, ARABIC, THAI = map(_alphabets, (alphabets.HEBREW, alphabets.ARABIC, alphabets.THAI))
JAPANESE = (_ideographs(0.5, alphabets.JAPANESE),)

LANGUAGES: dict[str, tuple[Language, ...]] = {  # in order of preference, where two readings are the same text
    "cp1252": WESTERN,
    "cp1251": SLAVIC,
    "koi8-r": _alphabets([alphabets.RUSSIAN]),
    "koi8-u": _alphabets([alphabets.RUSSIAN, alphabets.UKRAINIAN]),
    "cp866": _alphabets([alphabets.RUSSIAN]),
    "iso8859-5": SLAVIC,
    "gb18030": (_ideographs(0.35, alphabets.CHINESE),),
    "big5hkscs": (_ideographs(0.35, alphabets.TAIWANESE),),
    "cp932": JAPANESE,
    "euc-jp": JAPANESE,
    "cp949": (_ideographs(0.4, alphabets.KOREAN),),
    "cp1253": GREEK,
    "iso8859-7": GREEK,
    "cp1255": HEBREW,
    "cp1256": ARABIC,
    "cp874": THAI,
    "cp1250": CENTRAL,
    "iso8859-2": CENTRAL,
    "cp1254": TURKISH,
    "cp1257": BALTIC,
    "iso8859-15": WESTERN,
    "mac-roman": WESTERN,
    "latin-1": WESTERN,
}
SEVEN_BIT = ("iso2022_jp", "iso2022_kr", "hz")  # they look like ASCII, so only a declaration can tell

WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*")
ACCENTS = re.compile(r"[^\x00-\x7f]{3}")  # "créée" has two in a row
SCRIPTS = ("\u0370\u03ff", "\u0400\u052f", "\u0590\u05ff", "\u0600\u06ff", "\u0e00\u0e7f")
LATIN_END = "\u024f"


def codec(label: str | None) -> str | None:
    """Python's codec for a declared label; None for an unknown one: a page cannot name a codec that is no encoding.

    >>> codec(" ISO-8859-1 "), codec("rot13"), codec(None)
    ('cp1252', None, None)
    """
    return alphabets.LABELS.get((label or "").strip().lower())


def candidates(declared: str | None) -> Iterable[str]:
    """Codecs to try, the declared one first."""
    return dict.fromkeys(([declared] if declared in LANGUAGES else []) + list(LANGUAGES))


def best(readings: Mapping[str, str], declared: str | None) -> str | None:
    """The codec whose text looks right, if one clearly does.

    Args:
        readings: text of the same bytes by codec, in order of preference.
        declared: the codec that the document names.
    """
    costs: dict[str, Cost] = {}
    texts: dict[str, str] = {}  # text -> first codec that gives it: two names of one reading do not compete
    for name, text in readings.items():
        if texts.setdefault(text, name) == name:
            bits, fit = cost(text, name)
            costs[name] = Cost(bits - DECLARED * (name == declared) - PREFERRED * (name == "cp1252"), fit)
    ranked = sorted(costs, key=lambda name: costs[name].bits)
    if not ranked or costs[ranked[0]].fit < LEAST:
        return None
    if len(ranked) > 1 and costs[ranked[1]].bits - costs[ranked[0]].bits < MARGIN:
        return None
    return ranked[0]


def cost(text: str, name: str) -> Cost:
    """What a reading costs in the language of its encoding that fits best."""
    words = WORD.findall(text)
    letters = Counter(c for word in words for c in word if c > "\x7f" and c not in QUOTES)
    marks = Counter(c for c in text if c > "\x7f" and c not in letters)
    best = min((_cost(letters, marks, language) for language in LANGUAGES[name]), key=lambda found: found.bits)
    return best._replace(bits=best.bits + MALFORMED * sum(not _well_formed(word) for word in words))


def _cost(letters: Counter[str], marks: Counter[str], language: Language) -> Cost:
    bits, listed, total = 0.0, 0, 0
    for character, count in (letters + marks).items():
        small = character.lower()
        known = language.costs.get(small)
        if known is not None or character in letters:
            bits += count * ((language.rare if known is None else known) + CAPITAL * (small != character))
        else:
            bits += count * (QUOTE if character in QUOTES else CONTROL if character < "\xa0" else OTHER)
        total += count * (character not in QUOTES)
        listed += count * (known is not None)
    return Cost(bits, listed / total / language.share if total else 1.0)


def _well_formed(word: str) -> bool:
    """One script, accents strewn over Latin words, capitals first or throughout."""
    if not (word.islower() or word[1:].islower() or word.isupper() or len(word) == 1 or word.lower() == word.upper()):
        return False
    if word.isascii() or max(word) <= LATIN_END:
        return not ACCENTS.search(word)
    if any(c.isascii() for c in word):
        return min(c for c in word if not c.isascii()) > "\u2e7f"  # CJK stands beside Latin words without a space
    script = next((s for s in SCRIPTS if s[0] <= word[0] <= s[1]), None)
    return script is None or all(script[0] <= c <= script[1] for c in word)
