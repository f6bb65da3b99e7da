"""In which language is a block written? Judged first by its function words, then by the share of common words.

The second gate carries the promise that clean text comes through: read with the English lexicon, Spanish, Dutch and
Portuguese news took 3,476 wrong changes in a million words, because inflection (-ado against -ing) looks like a word
filter. The first gate tells which lexicon to load, and keeps French "marcheras" from being read as "marched".
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.words import Table, Words, keys_of

KNOWN = 0.9  # of the words of a page stand in the lexicon: .95 to 1 in its language, .82 to .88 in its neighbours
KNOWN_ENGLISH = 0.8  # English has no such neighbours, and a page may be damaged in every "-ing"
SHARE = 0.6  # of the words of a text; prose reaches 0.9, lists of names 0.5, other languages 0.1 to 0.4
ENOUGH = 10  # words a block needs to be judged by itself
FUNCTIONAL = 0.12  # share of function words of a page in one of the languages; prose has 0.3 to 0.5
UNKNOWN = -1
CLEARLY = 1.2  # times as many function words as of any other language
FEW = 50  # words of a page in a language other than English
ENGLISH = np.uint16(1)  # the bit of the first of `FUNCTION_WORDS`
SHORT_SHARE = 0.4  # a shorter block follows its document, unless its own words speak against it

FUNCTION_WORDS = {
    "en": """the of and to in a is that for it on with as was at by be this are from or an but not you his have
        had he they we she their has its were been will which who would there if when what can all more one
        so about into out up our than them then your my do any no how some also does did could should may
        been only very where while most these those him because each every""",
    "es": """de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí
        porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos
        uno les ni contra otros ese eso ante ellos e esto antes algunos qué unos yo otro otras otra él tanto
        esa estos mucho es son fue""",
    "fr": """de la le les et des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec
        ou son aux d'une cette mais comme on nous sa fait été aussi leur bien peut ces y deux tout ont ses
        était elle même sans entre après je vous très où être avoir n c l d s qu""",
    "de": """der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden
        aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur
        oder aber vor zur bis mehr durch man sein wurde sei wir ich ihr""",
    "it": """di e il la che in a per un è una sono non con del i da le si della dei al gli alla nel come più
        delle anche ma lo o se dal ha nella sul loro questo questa ai l'anno suo sua stato essere tra ed cui
        dalla c'è degli molto io mi ci alle fra quando perché era""",
    "pt": """de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem
        à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois
        sem mesmo aos seus quem nas me esse eles você essa num nem suas""",
    "nl": """de van een het en in is dat op te zijn met voor niet aan er om ook als dan maar bij nog die uit
        wordt door over naar heeft hij ik ze wel zich worden tot of deze dit geen had was hebben meer kan al
        zo je we haar hun wat tegen na veel zou werd onder""",
    # languages without rules, that would be taken for one of those above: Catalan words look like damaged Spanish ones
    "ca": """de la i el que a en les els per un una amb no del és als al va es més o com són seva han dels ser
        aquesta aquest pel entre també ha seu tot sense seus seves tota dret té qualsevol aquests molt fins
        on ni cap""",
    "gl": """de a o que e do da en un para non unha os as no na por máis dos como pero foi ao se das polo pola
        súa seu ou ser cando moito hai nos xa está eu tamén só ata isto ela entre era despois sen mesmo aos
        estes unhas ten""",
    "af": """die van en in is het te nie dat met vir op aan hy om wat ek deur as by sy was uit ook tot na sal
        word of kan hulle ons jy maar dit geen se elke reg hierdie moet so sonder enige ander daar""",
    "sv": """och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan
        när år under också efter eller nu sin där vid mot ska skulle vara över alla""",
    "da": """og i at det er en til på af den for med de der ikke som har et var han men om jeg sig fra vi så kan
        når år også efter eller nu sin hvor ved mod skal ville være over alle blev blive enhver""",
    "ro": """de și în a la cu pe care este un o din nu să că pentru mai sau al ale ca fi se prin după sunt dar ce
        lui fost orice are dreptul sa lor ei fie nici""",
}


def languages_of(words: Words, doc: NDArray[np.int32]) -> NDArray[np.int8]:
    """The language of each block: its place in `FUNCTION_WORDS`, or -1; short blocks follow their document.

    Args:
        words: Of the blocks.
        doc: Document of each block.
    """
    flags, sizes, docs = _flags()[words.key], np.diff(words.first), int(doc.max(initial=-1)) + 1
    english, other = (words.per_text(flags & bits > 0) for bits in (ENGLISH, ~ENGLISH))
    whole, others, total = (np.bincount(doc, count, docs) for count in (english, other, sizes))
    # where the words of all other languages together say too little, each of them does
    doubt = np.bincount(doc, (sizes >= ENOUGH) & (other > CLEARLY * english + 1), docs) > 0
    doubt |= (whole < others) | (whole < FUNCTIONAL * total)
    out = np.where(doubt[doc], np.int8(UNKNOWN), np.int8(0))
    at = np.flatnonzero((flags > 0) & np.repeat(doubt[doc], sizes)) if doubt.any() else np.zeros(0, np.int64)
    rows = np.flatnonzero(doubt[doc])
    out[rows] = _compared(np.searchsorted(rows, words.row(at)), flags[at], sizes[rows], doc[rows])
    return out


def _compared(
    row: NDArray[np.int64], flags: NDArray[np.uint16], sizes: NDArray[np.int64], doc: NDArray[np.int32]
) -> NDArray[np.int8]:
    """The language of each block, from the block and the flags of each function word."""
    docs = int(doc.max(initial=-1)) + 1
    counts = np.zeros((len(FUNCTION_WORDS), len(sizes)), np.int32)
    for place in range(len(FUNCTION_WORDS)):
        counts[place] = np.bincount(row[flags & (1 << place) > 0], minlength=len(sizes))
    whole = np.array([np.bincount(doc, count, docs) for count in counts])
    language, best = counts.argmax(axis=0).astype(np.int8), counts.max(axis=0)
    counts[language, np.arange(len(sizes))] = 0
    # a block speaks for itself where one language has clearly more function words: "a", "de", "in" belong to several
    clear = (sizes >= ENOUGH) & (best > CLEARLY * counts.max(axis=0) + 1)
    enough = whole.max(axis=0, initial=0) >= FUNCTIONAL * np.bincount(doc, sizes, docs)
    page = np.where(enough, whole.argmax(axis=0), UNKNOWN).astype(np.int8)
    out = np.where(clear, language, page[doc])
    for place in range(1, len(FUNCTION_WORDS)):  # a few words are not worth a lexicon: the page's judges them
        few = np.bincount(doc, sizes * (out == place), docs) < FEW
        stray = (out == place) & few[doc]
        out[stray] = np.where(page[doc[stray]] == place, UNKNOWN, page[doc[stray]])
    return out


@lru_cache(maxsize=1)
def _flags() -> Table:
    """For each function word the bits of its languages."""
    bits: dict[str, int] = {}
    for place, language in enumerate(FUNCTION_WORDS):
        for word in function_words(language):
            bits[word] = bits.get(word, 0) | 1 << place
    words = sorted(bits)
    return Table(keys_of(words), np.array([bits[word] for word in words], np.uint16))


def is_functional(keys: NDArray[np.uint64], language: str) -> NDArray[np.bool_]:
    """Whether each key is that of a function word of a language."""
    return _flags()[keys] & (1 << list(FUNCTION_WORDS).index(language)) > 0


@lru_cache(maxsize=16)
def function_words(language: str) -> frozenset[str]:
    """Function words of one of the languages."""
    return frozenset(FUNCTION_WORDS[language].split())


def spoken(
    words: NDArray[np.int64],
    known: NDArray[np.int64],
    common: NDArray[np.int64],
    doc: NDArray[np.int32],
    least: float = KNOWN,
) -> NDArray[np.bool_]:
    """True for each block in the language.

    Args:
        words: Number of words of each block; 0 for blocks of another language.
        known: Number of these that stand in the lexicon.
        common: Number of these that are common in the language.
        doc: Document of each block.
        least: Share of the words of a page that must stand in the lexicon.
    """
    size = int(doc.max()) + 1 if len(doc) else 0
    total = np.bincount(doc, words, size)
    whole = np.bincount(doc, common, size) >= SHARE * np.maximum(total, 1)
    alone = (words >= ENOUGH) & (common >= SHARE * words)
    follows = (words < ENOUGH) & whole[doc] & (common >= SHORT_SHARE * words)
    among = np.bincount(doc, known, size) >= least * np.maximum(total, 1)
    return np.asarray((alone | follows) & among[doc])
