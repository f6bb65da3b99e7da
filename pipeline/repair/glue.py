"""Lost spaces: after a full stop ("March.Russian"), before a capital ("byJohn"), between two words ("offensiveespecially").

Dropped markup makes them. Each finder gives what could be mended; a term that the corpus uses often is left (see terms.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.language import function_words
from pipeline.repair.lexicon import Lexicon
from pipeline.repair.runtogether import parts
from pipeline.repair.scan import Scan
from pipeline.repair.settings import Settings

SENTENCE = re.compile(
    r"(?<![\w./@:’'-])([A-Za-z][a-zß-ſ'’-]+)([.!?])([A-ZÀ-Þ][a-zß-ſ]+|[AI](?=\s))(?![\w.(@/=\[])"
)
CAPITAL = re.compile(r"(?<![\w./@:#$<’'-])([A-ZÀ-Þ]?[a-zß-ſ]+)([A-ZÀ-Þ][a-zß-ſ]{2,})(?![\w(/=\[:;>-]|\.\w)")
# a token that holds one of these is no prose: an address, a path, markup, a number, a tag, code
NO_PROSE = re.compile(r"[/\\_=<>{}|~`0-9@#$%&*+]|\w:\w|\(\w*\)|\Awww", re.IGNORECASE)
AROUND = 100  # characters of a token looked at on each side
DOMAINS = frozenset("com net org edu gov info biz js io py md txt pdf html php htm exe jpg png app dev css xml".split())
CODE = re.compile(
    rb"[a-z]\(\)|[;{}]\s*$|=>|</|\b(?:def|const|import|func|function|public|void|kubectl|npm|pip) ", re.MULTILINE
)
MUCH_CODE = 3  # signs of code on a page


class Glued(NamedTuple):
    """Words without the space between them: where (bytes in the block), and how they should be written."""

    row: int
    start: int
    end: int
    term: str  # as written
    after: str
    rule: str


def glued(scan: Scan, settings: Settings) -> Iterator[Glued]:
    """All of a batch that could be mended, in blocks of one language."""
    if settings.lost_space:
        yield from _sentences(scan)
    if settings.run_together:
        yield from _capitals(scan)
        yield from _small(scan)


def _sentences(scan: Scan) -> Iterator[Glued]:
    for row in _rows(scan, _small_stop_capital(scan.text.buffer)):
        text = scan.text.bytes_of(row).decode()
        for m in SENTENCE.finditer(text):
            if _prose(text, m) and _ends_and_begins(m[1], m[3], scan.lexicon):
                yield _glued(row, text, m, f"{m[1]}{m[2]} {m[3]}", "lost-space")


def _ends_and_begins(left: str, right: str, lexicon: Lexicon) -> bool:
    """Whether a sentence ends with the one word and the next begins with the other."""
    last = left.split("-")[-1].split("'")[0].lower()
    if len(left) < 3 or lexicon.zipf(last) < 3 or right.lower() in DOMAINS:
        return False
    least = 2.0 if left.islower() and len(left) > 3 else 3.5
    return lexicon.zipf(right.lower()) >= least


def _capitals(scan: Scan) -> Iterator[Glued]:
    for row in _rows(scan, _small_capital(scan.text.buffer)):
        text = scan.text.bytes_of(row).decode()
        for m in CAPITAL.finditer(text):
            if _prose(text, m) and _two_words(m[1], m[2], scan.lexicon):
                yield _glued(row, text, m, f"{m[1]} {m[2]}", "run-together")


def _two_words(left: str, right: str, lexicon: Lexicon) -> bool:
    """Whether a capital in a word opens a word of its own, and is no product name: "byJohn", but "iPhone", "AllSquare"."""
    functional = function_words(lexicon.language)
    a, b = left.lower(), right.lower()
    if a + b in lexicon or lexicon.zipf(a) < 3.5 or lexicon.zipf(b) < 3 or len(a) < 2:
        return False
    if left.islower():
        return a in functional or (len(a) > 2 and lexicon.zipf(a) + lexicon.zipf(b) >= 7.5)
    return len(a) > 2 and b in functional and lexicon.zipf(b) >= 5


def _small(scan: Scan) -> Iterator[Glued]:
    if scan.lexicon.language != "en":  # the rules for compounds are English
        return
    known: dict[str, str] = {}
    for row, start, end, word in scan.unknown:
        if 7 <= len(word) <= 30 and word.isascii() and word.islower():
            if word not in known:
                known[word] = " ".join(parts(word, scan.lexicon) or ())
            if known[word]:
                yield Glued(row, start, end, word, known[word], "run-together")


def _glued(row: int, text: str, found: re.Match[str], after: str, rule: str) -> Glued:
    start = len(text[: found.start()].encode())
    return Glued(row, start, start + len(found.group().encode()), found.group(), after, rule)


def _prose(text: str, found: re.Match[str]) -> bool:
    """Whether the white-space token round a match is prose."""
    before = text[max(0, found.start() - AROUND) : found.start()].rsplit(None, 1)
    after = text[found.end() : found.end() + AROUND]
    left = before[-1] if before and not text[found.start() - 1].isspace() else ""
    right = after.split(None, 1)[0] if after and not after[0].isspace() else ""
    return not NO_PROSE.search(left + found.group() + right)


def _rows(scan: Scan, at: NDArray[np.int64]) -> list[int]:
    """Blocks of the language that hold these places."""
    rows = np.unique(np.searchsorted(scan.text.offsets, at, side="right") - 1)
    return [int(row) for row in rows[scan.prose[rows]]]


def _small_stop_capital(buffer: NDArray[np.uint8]) -> NDArray[np.int64]:
    stop = (buffer[1:-1] == ord(".")) | (buffer[1:-1] == ord("!")) | (buffer[1:-1] == ord("?"))
    return np.flatnonzero(stop & (buffer[:-2] >= ord("a")) & _upper(buffer[2:])) + 1


def _small_capital(buffer: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.flatnonzero((buffer[:-1] >= ord("a")) & _upper(buffer[1:])) + 1


def _upper(buffer: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (buffer - np.uint8(65)) < 26
