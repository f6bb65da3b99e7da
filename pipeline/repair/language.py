"""In which language is a block written? Judged first by its function words, then by the share of common words.

The second gate carries the promise that clean text comes through: read with the English lexicon, Spanish, Dutch and
Portuguese news took 3,476 wrong changes in a million words, because inflection (-ado against -ing) looks like a word
filter. The first gate tells which lexicon to load, and keeps French "marcheras" from being read as "marched".
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.words import keys_of, members

KNOWN = 0.9  # of the words of a page stand in the lexicon: .95 to 1 in its language, .82 to .88 in its neighbours
KNOWN_ENGLISH = 0.8  # English has no such neighbours, and a page may be damaged in every "-ing"
SHARE = 0.6  # of the words of a text; prose reaches 0.9, lists of names 0.5, other languages 0.1 to 0.4
ENOUGH = 10  # words a block needs to be judged by itself
FUNCTIONAL = 0.12  # share of function words of a page in one of the languages; prose has 0.3 to 0.5
UNKNOWN = -1
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


def languages_of(
    distinct: NDArray[np.uint64], place: NDArray[np.int64], row: NDArray[np.int64], size: int, doc: NDArray[np.int32]
) -> NDArray[np.int64]:
    """The language of each block: its place in `FUNCTION_WORDS`, or -1; short blocks follow their document.

    Args:
        distinct: Sorted keys of the words of the batch.
        place: For each word its place in `distinct`.
        row: For each word its block.
        size: Number of blocks.
        doc: Document of each block.
    """
    flags = [members(distinct, _function_keys(language)) for language in FUNCTION_WORDS]
    counts = np.array([np.bincount(row[flag[place]], minlength=size) for flag in flags])
    docs = int(doc.max()) + 1 if size else 0
    whole = np.array([np.bincount(doc, count, docs) for count in counts])
    words = np.bincount(row, minlength=size)
    best, second = np.sort(counts, axis=0)[[-1, -2]] if size else (words, words)
    # a block speaks for itself where one language has clearly more function words: "a", "de", "in" belong to several
    clear = (words >= ENOUGH) & (best > 1.2 * second + 1)
    page = np.where(whole.max(axis=0) >= FUNCTIONAL * np.bincount(doc, words, docs), whole.argmax(axis=0), UNKNOWN)
    return np.asarray(np.where(clear, counts.argmax(axis=0), page[doc] if size else UNKNOWN))


@lru_cache(maxsize=16)
def _function_keys(language: str) -> NDArray[np.uint64]:
    return np.sort(keys_of(sorted(function_words(language))))


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
