"""Which of the old encodings bytes are in: each reading is judged by how its text looks, never by the codec alone.

Single-byte codecs read anything, so a reading needs evidence of its own. What a reading costs is the number of bits in
which a language with its letter frequencies would write the characters beyond ASCII; the right reading is the cheapest,
as accents read as letters of another language are rare letters there. Words have one script and one habit of capitals:
KOI8-R read as windows-1251 has its capitals inside the words. The plain words around them tell the language too. A lead of
`MARGIN` bits, or nothing, is presented as text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log2
from typing import NamedTuple

from pipeline.formats import alphabets

MARKS = {**dict.fromkeys("’“”–—…«»„‘\xa0", 3.0), **dict.fromkeys("‚•€™°§©®·£¿¡ºª", 7.0)}  # bits of what is no letter
OTHER, CONTROL = 12.0, 20.0  # bits of other marks
CAPITAL, MALFORMED, CROOKED = 3.0, 10.0, 3.0  # bits: of a word, of a malformed word, of each of its letters
ONE_LETTER_WORDS = "àèéìòóáíúôîåöäįаявикосуеіїєйñ"  # of Latin and Cyrillic; other single letters are stray bytes
UNLISTED = 0.03  # share of letters that no alphabet lists
RARE_LETTERS, RARE_IDEOGRAPHS = 100, 6000  # among which the others are one
LEAST = 0.7  # of the share of listed letters that usual text has: below, even the best reading is no language
MARGIN = 7.0  # bits by which the best reading leads the next: 1 : 128
SURPRISE = 2.7  # bits by which a letter may cost more than in usual text: above, even the best reading is noise
DECLARED = 12.0  # bits in favour of what the document names, but for windows-1252, which servers name whatever they send
PLAIN, PLAIN_MOST = 2.0, 6.0  # bits in favour of a language for each of its frequent plain words, at most
SELDOM = 5.0  # bits; how seldom pages are in a small language
STRAY = 10.0  # bits of a sign that cannot stand where it does
RARITY = {  # bits; how seldom pages are in it
    "cp1252": -4.0,
    **dict.fromkeys(("cp1250", "iso8859-2", "cp1254", "cp1257"), 1.0),
    **dict.fromkeys(("koi8-r", "koi8-u"), 2.0),
    **dict.fromkeys(("cp866", "iso8859-5"), 4.0),
    "mac-roman": 10.0,
}


class Language(NamedTuple):
    """How text of one language looks."""

    costs: Mapping[str, float]  # bits of each listed character
    rare: float  # bits of any other
    share: float  # of the letters that are listed
    usual: float  # bits of a letter
    words: frozenset[str] = frozenset()  # frequent ones in ASCII
    rarity: float = 0.0  # bits


class Cost(NamedTuple):
    """How well a reading fits."""

    bits: float  # of all that is not ASCII
    fit: float  # share of the letters that the language lists, against its usual share
    surprise: float  # bits of a letter beyond those of usual text


def _alphabet(letters: str) -> Language:
    """Letters by frequency, which falls with the rank as words' does (Zipf)."""
    total = sum(1 / rank for rank in range(1, len(letters) + 1))
    costs = {letter: log2(total * rank / (1 - UNLISTED)) for rank, letter in enumerate(letters, 1)}
    rare = log2(RARE_LETTERS / UNLISTED)
    usual = sum((1 - UNLISTED) / total / rank * costs[letter] for rank, letter in enumerate(letters, 1))
    return Language(costs, rare, 1 - UNLISTED, usual + UNLISTED * rare)


def _ideographs(share: float, frequent: str) -> Language:
    cost, rare = log2(len(frequent) / share), log2(RARE_IDEOGRAPHS / (1 - share))
    return Language(dict.fromkeys(frequent, cost), rare, share, share * cost + (1 - share) * rare)


def _alphabets(letters: Sequence[str]) -> tuple[Language, ...]:
    return tuple(map(_alphabet, letters))


def _latin(languages: Sequence[tuple[str, str]], rarity: float = 0.0) -> tuple[Language, ...]:
    return tuple(_alphabet(letters)._replace(words=frozenset(words.split()), rarity=rarity) for letters, words in languages)


WESTERN = _latin(alphabets.WESTERN) + _latin(alphabets.SELDOM, SELDOM)
CENTRAL, BALTIC, TURKISH = map(_latin, (alphabets.CENTRAL, alphabets.BALTIC, alphabets.TURKISH))
SLAVIC, GREEK, HEBREW = map(_alphabets, (alphabets.SLAVIC, alphabets.GREEK, alphabets.HEBREW))
ARABIC, THAI = map(_alphabets, (alphabets.ARABIC, alphabets.THAI))
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

PLAIN_WORD = re.compile(r"\b[a-z]{1,9}\b")
# a sign of Thai after a Latin letter; letters that end words of Hebrew and Greek inside them, or that begin none of Russian;
# a dash or quote inside a word or at its end, but for elisions, genitives and the like
MISPLACED = re.compile(
    "[ךםןףץ](?=[א-ת])|ς(?=[α-ω])|\\b[ъьы](?=[а-я])"
    "|[a-zA-Z][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[A-Za-z][—„‚€\xa0](?=[a-z])|[a-z][—„‚€](?=[ ,.;])"
    "|[a-zà-ÿ]’(?!(?:s|t|re|ve|ll|d|m|n|em|tis)\\b|[aeiouyhàâäèéêëìíîïòóôöùúûüœæA-Z])(?=[a-z])"
)
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
            found = cost(text, name)
            prior = -DECLARED if name == declared != "cp1252" else RARITY.get(name, 0.0)
            costs[name] = found._replace(bits=found.bits + prior)
    ranked = sorted(costs, key=lambda name: costs[name].bits)
    if not ranked or costs[ranked[0]].fit < LEAST or costs[ranked[0]].surprise > SURPRISE:
        return None
    if len(ranked) > 1 and costs[ranked[1]].bits - costs[ranked[0]].bits < MARGIN:
        return None
    return ranked[0]


def cost(text: str, name: str) -> Cost:
    """What a reading costs in the language of its encoding that fits best."""
    words = WORD.findall(text)
    letters = Counter(c.lower()[0] for word in words for c in word if c > "\x7f" and c not in MARKS)
    marks = Counter(c for c in text if c > "\x7f" and c.lower()[0] not in letters)
    shapes = sum(map(_shape, words)) + STRAY * _misplaced(text) + _alone(text, words)
    plain = set(PLAIN_WORD.findall(text.lower()))
    costs = (_cost(letters, marks, shapes, language, plain) for language in LANGUAGES[name])
    return min(costs, key=lambda found: found.bits)


def _cost(letters: Counter[str], marks: Counter[str], shapes: float, language: Language, plain: set[str]) -> Cost:
    spelling = shapes  # bits of letters
    other = language.rarity - min(PLAIN_MOST, PLAIN * len(plain & language.words))  # and of the rest
    listed = total = 0
    for character, count in (letters + marks).items():
        known = language.costs.get(character)
        if known is not None or character in letters:
            spelling += count * (language.rare if known is None else known)
            total += count
            listed += count * (known is not None)
        else:
            other += count * MARKS.get(character, CONTROL if character < "\xa0" else OTHER)
            total += count * (character not in MARKS)
    if not total:
        return Cost(spelling + other, 1.0, 0.0)
    return Cost(spelling + other, listed / total / language.share, spelling / total - language.usual)


def _misplaced(text: str) -> int:
    """Signs that cannot stand where they do, quotation marks without their other half included."""
    return len(MISPLACED.findall(text)) + abs(text.count("«") - text.count("»"))


def _alone(text: str, words: Sequence[str]) -> float:
    """Bits of single letters that no word stands beside, or none of their script: "à la carte" in Cyrillic."""
    lonely = words and all(len(word) == 1 and word < "\u0e80" for word in words)
    return STRAY if lonely and (max(words) > LATIN_END or not PLAIN_WORD.search(text.lower())) else 0.0


def _shape(word: str) -> float:
    """Bits of a word's form."""
    capital = any(c > "\x7f" and c.isupper() for c in word)
    return CAPITAL * capital + (0.0 if _well_formed(word) else max(MALFORMED, CROOKED * len(word)))


def _well_formed(word: str) -> bool:
    """One script, accents strewn over Latin words, capitals first or throughout."""
    if len(word) == 1 and word < "\u0530":
        return word.lower() in ONE_LETTER_WORDS or "\u0370" <= word < "\u0400" or word in MARKS
    if not (word.islower() or word[1:].islower() or word.isupper() or len(word) == 1 or word.lower() == word.upper()):
        return False
    if word.isascii() or max(word) <= LATIN_END:
        return not ACCENTS.search(word)
    if any(c.isascii() for c in word):
        return min(c for c in word if not c.isascii()) > "\u2e7f"  # CJK stands beside Latin words without a space
    script = next((s for s in SCRIPTS if s[0] <= word[0] <= s[1]), None)
    return script is None or all(script[0] <= c <= script[1] for c in word)
