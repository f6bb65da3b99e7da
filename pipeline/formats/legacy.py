"""Which of the old encodings bytes are in: each reading is judged by how its text looks, never by the codec alone.

Single-byte codecs read anything, so a reading needs evidence of its own: words are of one script and one habit of
capitals, accents are strewn over a word and seldom stand three in a row, and the letters that a script uses most are
those that stand there most. The same bytes read wrongly fail at least one of these: Cyrillic read as Western is nothing
but accents, KOI8-R read as windows-1251 has its capitals inside the words, Chinese read as Korean has few of the
syllables that Koreans use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

SAMPLE = 20_000  # words; what comes later cannot change the picture


class Look(NamedTuple):
    """How text of an encoding looks."""

    frequent: frozenset[str]  # characters
    share: float  # of the non-ASCII characters that are among them, in short texts of the language


def _look(share: float, frequent: str) -> Look:
    return Look(frozenset(frequent), share)


QUOTES = "‘’“”„‚–—…•€™«»°§©®·\xa0£"
WESTERN = "éèàçêôâîûùëïüöäßœæøåñóíúáãõìòÉÈÀÇÊÖÄÜØÅÆÑÓÍÚÁÃÎ¿¡ºª" + QUOTES
CENTRAL = "ąćęłńóśźżáčďéěíňřšťúůýžöüőűäôľĺŕăâîşţšđŻŚŁĆÓČŠŽÁÉÍÚÝŘĎŤŇÖÜŐŰÄÔŞŢĐ" + QUOTES
RUSSIAN = "оеаинтсвлркмдпуяызьбгОЕАИНТСВПКМДЯУБГ" + QUOTES
GREEK = "αοιετσνηυρπκμςλωάόίέήύώδγΑΟΙΕΤΣΝΗΚΠΜ" + QUOTES
HEBREW = "יוהלאמתברשנםדפקחעןכסגט" + QUOTES
ARABIC = "اليمنوترةبعدفهسقكحأجشىإطصخ،" + QUOTES
THAI = "านรอกเงมยลวดทสตะปบคหแจพขใไโชผถซธณฐ่้ัิีื็์ุูำึๆ"
CHINESE = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么"
    "心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分"
    "，。、：；？！“”《》（）"
)
TAIWANESE = (
    "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她裡後小麼"
    "心多天而能好都然沒日於起還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分"
    "，。、：；？！「」《》（）"
)
JAPANESE = (
    "".join(map(chr, range(0x3041, 0x3094)))
    + "".join(map(chr, range(0x30A1, 0x30FB)))
    + "ー、。「」・日本人大年一国中出"
)
KOREAN = (
    "이다는에의가을고하지로사기도은한를리어나서시인아자라대정있만수그일전으주해부보제게들여스과오상원장구었니"
    "무동안비면했것우국할"
)

LOOKS: dict[str, Look] = {  # in order of preference, where two readings are the same text
    "cp1252": _look(0.95, WESTERN),
    "cp1251": _look(0.8, RUSSIAN + "іїєґўјљњћџђ"),
    "koi8-r": _look(0.8, RUSSIAN),
    "koi8-u": _look(0.8, RUSSIAN + "іїєґ"),
    "cp866": _look(0.8, RUSSIAN),
    "iso8859-5": _look(0.8, RUSSIAN + "іїєўјљњћџђ"),
    "gb18030": _look(0.35, CHINESE),
    "big5hkscs": _look(0.35, TAIWANESE),
    "cp932": _look(0.5, JAPANESE),
    "euc-jp": _look(0.5, JAPANESE),
    "cp949": _look(0.4, KOREAN),
    "cp1253": _look(0.8, GREEK),
    "iso8859-7": _look(0.8, GREEK),
    "cp1255": _look(0.8, HEBREW),
    "cp1256": _look(0.8, ARABIC),
    "cp874": _look(0.8, THAI),
    "cp1250": _look(0.95, CENTRAL),
    "iso8859-2": _look(0.95, CENTRAL),
    "cp1254": _look(0.95, WESTERN + "ğışĞİŞ"),
    "cp1257": _look(0.95, "āčēģīķļņšūžąęėįųöäüõŠŽĀČĒĪŪÄÖÜÕ" + QUOTES),
    "iso8859-15": _look(0.95, WESTERN),
    "mac-roman": _look(0.95, WESTERN),
    "latin-1": _look(0.95, WESTERN),
}
SEVEN_BIT = ("iso2022_jp", "iso2022_kr", "hz")  # they look like ASCII, so only a declaration can tell

# labels of the WHATWG Encoding Standard, section 4.2, and what Python calls the same or a larger encoding
LABELS: dict[str, str] = {
    **dict.fromkeys(
        ("iso-8859-1", "latin1", "l1", "ascii", "us-ascii", "windows-1252", "cp1252", "x-cp1252"), "cp1252"
    ),
    **dict.fromkeys(("windows-1251", "cp1251", "x-cp1251"), "cp1251"),
    **dict.fromkeys(("koi8-r", "koi8", "koi", "cskoi8r"), "koi8-r"),
    **dict.fromkeys(("koi8-u", "koi8-ru"), "koi8-u"),
    **dict.fromkeys(("ibm866", "cp866", "866", "csibm866"), "cp866"),
    **dict.fromkeys(("iso-8859-5", "iso8859-5", "cyrillic"), "iso8859-5"),
    **dict.fromkeys(("gb18030", "gbk", "gb2312", "gb_2312-80", "chinese", "x-gbk", "csgb2312", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5", "csbig5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932", "cp932"), "cp932"),
    **dict.fromkeys(("euc-jp", "x-euc-jp", "cseucpkdfmtjapanese"), "euc-jp"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "korean", "windows-949", "cp949", "uhc"), "cp949"),
    **dict.fromkeys(("windows-1253", "cp1253"), "cp1253"),
    **dict.fromkeys(("iso-8859-7", "iso8859-7", "greek", "greek8"), "iso8859-7"),
    **dict.fromkeys(("windows-1255", "cp1255", "iso-8859-8", "iso-8859-8-i", "hebrew", "visual", "logical"), "cp1255"),
    **dict.fromkeys(("windows-1256", "cp1256"), "cp1256"),
    **dict.fromkeys(("windows-874", "tis-620", "iso-8859-11", "cp874"), "cp874"),
    **dict.fromkeys(("windows-1250", "cp1250"), "cp1250"),
    **dict.fromkeys(("iso-8859-2", "iso8859-2", "latin2", "l2"), "iso8859-2"),
    **dict.fromkeys(("windows-1254", "cp1254", "iso-8859-9", "latin5", "l5"), "cp1254"),
    **dict.fromkeys(("windows-1257", "cp1257"), "cp1257"),
    **dict.fromkeys(("iso-8859-15", "iso8859-15", "latin9", "l9"), "iso8859-15"),
    **dict.fromkeys(("macintosh", "mac", "x-mac-roman"), "mac-roman"),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp"), "iso2022_jp"),
    **dict.fromkeys(("iso-2022-kr", "csiso2022kr"), "iso2022_kr"),
    "hz-gb-2312": "hz",
}

WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*")
MARK = re.compile(r"[^\x00-\x7f\w]")
ACCENTS = re.compile(r"[^\x00-\x7f]{3}")  # "créée" has two in a row
ALPHABETS = ("\u0370\u03ff", "\u0400\u052f", "\u0590\u05ff", "\u0600\u06ff", "\u0e00\u0e7f")
LATIN_END = "\u024f"
LEAST = 0.6  # of what the language promises: below, a reading is no better than chance
MARGIN = 1.25  # by which the best reading must beat the next; a declaration decides between closer ones


def codec(label: str | None) -> str | None:
    """Python's codec for a declared label; None for an unknown one: a page cannot name a codec that is no encoding.

    >>> codec(" ISO-8859-1 "), codec("rot13"), codec(None)
    ('cp1252', None, None)
    """
    return LABELS.get((label or "").strip().lower())


def candidates(declared: str | None) -> Iterable[str]:
    """Codecs to try, the declared one first."""
    return dict.fromkeys(([declared] if declared in LOOKS else []) + list(LOOKS))


def best(readings: Mapping[str, str], declared: str | None) -> str | None:
    """The codec whose text looks right, if one clearly does.

    Args:
        readings: text by codec, in order of preference.
        declared: the codec that the document names.
    """
    scores: dict[str, float] = {}
    texts: dict[str, str] = {}  # text -> first codec that gives it: two names of one reading do not compete
    for name, text in readings.items():
        if texts.setdefault(text, name) == name:
            scores[name] = score(text, name) * (MARGIN if name == declared else 1.0)
    ranked = sorted(scores, key=lambda name: -scores[name])
    if not ranked or scores[ranked[0]] < LEAST:
        return None
    if len(ranked) > 1 and scores[ranked[0]] < MARGIN * scores[ranked[1]] and ranked[0] != declared:
        return ranked[0] if _alike(readings[ranked[0]], readings[ranked[1]]) else None
    return ranked[0]


def score(text: str, name: str) -> float:
    """How far a reading looks like text of its encoding: 1 as good as such text is on average, 0 not at all."""
    look = LOOKS[name]
    total = hits = 0
    for match in islice(WORD.finditer(text), SAMPLE):
        word = match.group()
        letters = [c for c in word if c > "\x7f"]
        total += len(letters)
        if _well_formed(word):
            hits += sum(c in look.frequent for c in letters)
    marks = [m.group() for m in islice(MARK.finditer(text), SAMPLE)]
    total += len(marks)
    hits += sum(c in look.frequent for c in marks)
    return hits / total / look.share if total else 0.0


def _well_formed(word: str) -> bool:
    """One script, accents strewn over Latin words, capitals first or throughout."""
    if not (word.islower() or word[1:].islower() or word.isupper() or len(word) == 1 or word.lower() == word.upper()):
        return False
    if word.isascii() or max(word) <= LATIN_END:
        return not ACCENTS.search(word)
    if any(c.isascii() for c in word):
        return min(c for c in word if not c.isascii()) > "\u2e7f"  # CJK stands beside Latin words without a space
    script = next((s for s in ALPHABETS if s[0] <= word[0] <= s[1]), None)
    return script is None or all(script[0] <= c <= script[1] for c in word)


def _alike(one: str, other: str) -> bool:
    """Readings of the same script that differ in a few characters only: the preferred one may be taken."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 0.0005 * len(one)
