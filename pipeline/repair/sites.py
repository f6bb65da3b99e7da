"""The filters of one site, look after look: words that the filters found explain are read, and the rest is looked at again.

What a filter explains hides what the others leave: of `***` for fifteen strings "s***d" showed too little beside "s***t".
Were there one look only, a second cleaning of the repaired text would prove filters that the first had not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.repair.casing import Style
from pipeline.repair.decode import Decoder
from pipeline.repair.evidence import FREE, Clues, Found, infer, prior
from pipeline.repair.lexicon import lexicon
from pipeline.repair.pool import joined, pages_of, pooled
from pipeline.repair.proposals import Pair

WORD = "\v"  # the reading of an unknown word in small letters: the words of a site are put together, see pool.py
LACKS = "\f"  # the reading of a row that says what a page with such words lacks; `expected` is its number of words
CASE = "\t"  # the reading of a row that counts replacements with a capital, and survivors with one
ENGLISH = "en"

Rows = list[dict[str, Any]]


def filters_of(rows: Rows, language: str, margin: float, suspect: float) -> list[Found]:
    """The filters of a site, those of the first look first, with those only suspected; each pair once.

    Args:
        rows: What its pages show, see `learner.ROWS`.
        language: Of these pages.
        margin: Evidence a filter must reach to be undone.
        suspect: Evidence it must reach to be listed.
    """
    proven: dict[Pair, Found] = {}
    suspected: dict[Pair, Found] = {}
    read: dict[str, str] = {}
    while True:
        found = infer(*_left(rows, language, proven, read), lexicon(language), margin, suspect)
        suspected = {f.pair: f for f in found if not f.undone} | suspected
        if not any(f.undone for f in found):
            return [*proven.values(), *(f for pair, f in suspected.items() if pair not in proven)]
        proven |= {f.pair: f for f in found if f.undone}
        read = _read(rows, language, proven)


def _read(rows: Rows, language: str, proven: Mapping[Pair, Found]) -> dict[str, str]:
    """The words of a site that some filters explain, with their readings."""
    decoder = Decoder({pair: f.score for pair, f in proven.items()}, Style.LOST, lexicon(language))
    words = {row["word"] for row in rows if row["reading"] not in (CASE, LACKS)}
    return {word: reading for word in sorted(words) if (reading := decoder.read(word))}


def _left(
    rows: Rows, language: str, proven: Mapping[Pair, Found], read: Mapping[str, str]
) -> tuple[dict[Pair, Clues], dict[str, set[str]]]:
    """The clues that some read words leave, by pair, and the unknown words that hold each replacement."""
    left = [row for row in rows if row["word"] not in read]
    clues, unexplained = _gather(left)
    _pool(left, language, clues, unexplained)
    clues = {pair: seen for pair, seen in clues.items() if pair not in proven}
    if read:
        again = _put_back(rows, read)
        clues = {pair: seen._replace(survivors=seen.survivors + again(pair[0])) for pair, seen in clues.items()}
    return clues if language == ENGLISH else _native(clues), unexplained


def _put_back(rows: Rows, read: Mapping[str, str]) -> Callable[[str], int]:
    """How often some letters stand in what the read words of a site read: where they are written anew they are not absent."""
    counts = {row["word"]: row["count"] for row in rows if row["word"] in read}
    readings = [(read[word], count) for word, count in counts.items()]
    return lambda letters: sum(count for reading, count in readings if letters in reading)


def _gather(rows: Rows) -> tuple[dict[Pair, Clues], dict[str, set[str]]]:
    """The clues of one site by pair, and the unknown words that hold each replacement."""
    words: dict[Pair, dict[str, str]] = {}
    counts: dict[Pair, dict[str, int]] = {}
    totals: dict[Pair, tuple[int, int, float]] = {}
    holders: dict[str, set[str]] = {}
    for row in rows:
        pair, word = (row["letters"], row["replacement"]), row["word"]
        if row["reading"] in (CASE, WORD, LACKS):
            continue
        if not word:
            totals[pair] = row["pages"], row["survivors"], row["expected"] / 1e6
            continue
        holders.setdefault(pair[1], set()).add(word)
        if row["reading"]:
            words.setdefault(pair, {})[word] = row["reading"]
            counts.setdefault(pair, {})[word] = row["count"]
    return {pair: Clues(reads, counts[pair], *totals[pair]) for pair, reads in words.items()}, holders


def _pool(rows: Rows, language: str, clues: dict[Pair, Clues], unexplained: dict[str, set[str]]) -> None:
    """Add what the words of a site show together to what its pages show each by itself."""
    pages = [(row["word"], row["expected"], row["pages"]) for row in rows if row["reading"] == LACKS]
    counts = {row["word"]: row["count"] for row in rows if row["reading"] == WORD}
    for pair, found in pooled(counts, pages_of(pages, language)).items() if pages else ():
        clues[pair] = joined(clues[pair], found) if pair in clues else found
        holders = unexplained.setdefault(pair[1], set())
        holders.update(word for word in counts if pair[1] and pair[1] in word and word.isalpha())


def _native(clues: dict[Pair, Clues]) -> dict[Pair, Clues]:
    """Clues without the pairs nobody knows of which English has a word.

    A Spanish part of an English manual has "linting" and "frustrating", which are not "lindas" and "frustradas".
    """
    free = {pair: seen for pair, seen in clues.items() if pair[1] and prior(pair) <= FREE}
    words = sorted({word for seen in free.values() for word in seen.words})
    lacking = lexicon(ENGLISH).lacking(words) if words else set()
    return {pair: seen for pair, seen in clues.items() if pair not in free or lacking.issuperset(seen.words)}
