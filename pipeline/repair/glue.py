"""Lost spaces: after a full stop ("March.Russian"), before a capital ("byJohn"), within small letters ("ofthe").

Dropped markup makes them. Each finder gives what could be mended; a term that the corpus uses often is left: terms.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.language import function_words
from pipeline.repair.lexicon import Lexicon
from pipeline.repair.page import Page
from pipeline.repair.runtogether import LEAST, ON_PAGE, SURE, SURER, Cut, cut
from pipeline.repair.scan import Scan
from pipeline.repair.settings import Settings

SENTENCE = re.compile(r"(?<![\w./@:’'-])([A-Za-z][a-zß-ſ'’-]+)([.!?])([A-ZÀ-Þ][a-zß-ſ]+[A-Z]?|[AI](?=\s))(?![\w.(@/=\[])")
CAPITAL = re.compile(r"(?<![\w./@:#$<’'-])([A-ZÀ-Þ]?[a-zß-ſ]+)([A-ZÀ-Þ][a-zß-ſ]{2,})(?![\w(/=\[:;>-]|\.\w)")
HUMP = re.compile(r"(?<=[a-zß-ſ])(?=[A-Z])|(?<=[a-zß-ſ][.!?])(?=[A-Z])")
CAMEL = re.compile(r"\b[a-z]+[A-Z][a-z]+[A-Z]\w*|\w\.[a-z]+[A-Z]\w+|\b[a-z]+[A-Z]\w+\(")  # "toLowerCase", "a.toString"
# a token that holds one of these is no prose: an address, a path, markup, a number, a tag, code
NO_PROSE = re.compile(r"[/\\_=<>{}|~`0-9@#$%&*+]|\w:\w|\(\w*\)|\Awww", re.IGNORECASE)
AROUND = 120  # bytes looked at on each side
DOMAINS = frozenset({"com", "net", "org", "edu", "gov", "info", "biz", "js", "io", "py", "md", "txt", "pdf", "html"})
CODE = re.compile(r"[a-z]\(\)|[;{}]\s*$|=>|</|\b(?:def|const|import|func|function|public|void|kubectl|npm|pip) ", re.MULTILINE)
ENOUGH = 200_000  # bytes of a page that are looked at
MUCH_CODE = 3  # signs of it on a page
# words that stand before a name, and seldom open the name of a function
BEFORE_NAMES = frozenset(
    {
        "about",
        "after",
        "and",
        "at",
        "before",
        "between",
        "but",
        "by",
        "called",
        "for",
        "from",
        "like",
        "near",
        "of",
    }
    | {"over", "said", "that", "the", "through", "under", "when", "where", "while", "with"}
)
# words that open sentences, and name nothing in code
OPENERS = frozenset(
    {"after", "again", "although", "another", "because", "before", "but", "during", "each", "even", "finally", "first"}
    | {"furthermore", "here", "however", "indeed", "instead", "just", "like", "many", "meanwhile", "moreover", "most"}
    | {
        "now",
        "perhaps",
        "since",
        "such",
        "these",
        "those",
        "though",
        "through",
        "thus",
        "until",
        "well",
        "while",
        "yes",
    }
)


# words that open a headline or a sentence behind another, and end no product's name as "PhaseOne" does
STARTERS = frozenset(
    {"and", "but", "for", "from", "her", "his", "how", "our", "she", "that", "the", "their", "there", "these", "they"}
    | {"this", "those", "what", "when", "where", "which", "while", "who", "why", "with", "you", "your", "after", "before"}
)


class Glued(NamedTuple):
    """Words without the space between them: where (bytes in the block), and how they should be written."""

    row: int
    start: int
    end: int
    term: str  # as written
    after: str
    rule: str


class Around:
    """The page round a candidate, read only when there is one.

    Words are looked up in the page with each lost space put back, so that a repair changes no other decision.
    """

    def __init__(self, scan: Scan, doc: int) -> None:
        self.text = Page(scan, doc).content[:ENOUGH].decode(errors="ignore")

    @cached_property
    def opened(self) -> str:
        """The text with a space before each capital that follows a small letter or a full stop."""
        return HUMP.sub(" ", self.text)

    @cached_property
    def small(self) -> str:
        """The text in small letters."""
        return self.text.lower()

    @cached_property
    def code(self) -> bool:
        """Whether the page shows code: what looks damaged may be a name in it."""
        return len(CODE.findall(self.text)) >= MUCH_CODE or len(set(CAMEL.findall(self.text))) >= MUCH_CODE

    def names(self, word: str) -> bool:
        """Whether a word that stands in a candidate also stands elsewhere on the page."""
        return len(re.findall(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", self.opened)) > 1

    def holds(self, words: str) -> bool:
        """Whether two words of a candidate stand side by side on the page."""
        return re.search(rf"(?<![\w.-]){re.escape(words)}(?![\w-])", self.text) is not None

    def proper(self, word: str) -> bool:
        """Whether a word is a name here: within a sentence with its capital, and never without.

        Places that another repair could make ("the Rust") do not count, so that cleaning twice changes nothing.
        """
        before = re.findall(rf"(\w+) {re.escape(word)}(?![\w-])", self.text)
        return any(w.islower() and w not in BEFORE_NAMES for w in before) and not re.search(
            rf"\b{re.escape(word.lower())}\b", self.text
        )


class Pages(dict[int, Around]):
    """The pages of a batch by document, made when asked for."""

    def __init__(self, scan: Scan) -> None:
        super().__init__()
        self.scan = scan

    def __missing__(self, doc: int) -> Around:
        self[doc] = around = Around(self.scan, doc)
        return around

    def of_row(self, row: int) -> Around:
        """The page of a block."""
        return self[int(self.scan.text.doc[row])]


def glued(scan: Scan, settings: Settings) -> Iterator[Glued]:
    """All of a batch that could be mended, in blocks of one language."""
    pages = Pages(scan)
    if settings.lost_space:
        yield from _sentences(scan, pages)
    if settings.run_together:
        yield from _capitals(scan, pages)
        yield from _small(scan, pages)


def _sentences(scan: Scan, pages: Pages) -> Iterator[Glued]:
    for row, start, m in _matches(scan, SENTENCE, _small_stop_capital(scan.text.buffer)):
        if sentence_end(m[1], m[3], scan.lexicon, pages.of_row(row)):
            yield _glued(row, start, m, f"{m[1]}{m[2]} {m[3]}", "lost-space")


def sentence_end(left: str, right: str, lexicon: Lexicon, around: Around) -> bool:
    """Whether a sentence ends with the one word and the next begins with the other."""
    words = function_words(lexicon.language)
    functional = right.lower() in words or right.lower() in OPENERS
    if right.lower() in DOMAINS or not _ends(left, functional, words, lexicon):
        return False
    zipf = lexicon.zipf(right.lower())
    if zipf < (1.5 if left.islower() and len(left) > 3 else 3.5) and not functional:
        return left.islower() and around.names(right) and not around.code
    return functional or not around.code


def _ends(left: str, functional: bool, words: frozenset[str], lexicon: Lexicon) -> bool:
    """Whether a sentence may end with a word; `functional`: the next begins with a word that names nothing."""
    if len(left) < 3:  # "Dr.No", "vs.The"
        return left in words and left != "no"
    zipf = lexicon.zipf(re.split(r"['’]", left.split("-")[-1])[0].lower())
    if zipf < (2 if left.islower() and len(left) > 4 else 3):
        return functional and len(left) > 3
    return left.islower() or functional or zipf >= 4.2  # "Node.Child" is code


def _capitals(scan: Scan, pages: Pages) -> Iterator[Glued]:
    for row, start, m in _matches(scan, CAPITAL, _small_capital(scan.text.buffer)):
        if two_words(m[1], m[2], scan.lexicon, pages.of_row(row)):
            yield _glued(row, start, m, f"{m[1]} {m[2]}", "run-together")


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


def _small(scan: Scan, pages: Pages) -> Iterator[Glued]:
    if scan.lexicon.language != "en":  # the rules for compounds are English
        return
    cuts: dict[str, Cut | None] = {}
    for row, start, end, word in scan.unsettled:
        if 6 <= len(word) <= 30 and word[1:].islower() and word.isascii():
            if word not in cuts:
                cuts[word] = cut(word.lower(), scan.lexicon)
            found = cuts[word]
            if found and _apart(word, found, scan.lexicon) and _likely(found, pages.of_row(row)):
                at = len(found.left)
                yield Glued(row, start, end, word, f"{word[:at]} {word[at:]}", "run-together")


def _apart(word: str, found: Cut, lexicon: Lexicon) -> bool:
    """What may be a name or a rare word is cut only where the score is high: "Thismeans", "themost"."""
    if word.lower() in lexicon:
        functional = function_words(lexicon.language)
        return found.score >= SURE and (found.left in functional or found.right in functional)
    return found.score >= (LEAST - ON_PAGE if word.islower() else SURER)


def _likely(found: Cut, around: Around) -> bool:
    """Code joins words as damage does, but seldom so unlikely ones."""
    if found.score >= SURER:
        return True
    return not around.code and (found.score >= LEAST or f"{found.left} {found.right}" in around.small)


def _matches(scan: Scan, pattern: re.Pattern[str], at: NDArray[np.int64]) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Matches whose second group starts at one of the places: (block, start in it in bytes, match), in prose only."""
    text = scan.text
    rows = np.searchsorted(text.offsets, at, side="right") - 1
    at, rows = at[scan.prose[rows]], rows[scan.prose[rows]]
    first, last = text.offsets[rows], text.offsets[rows + 1]
    columns = (rows, at, first, np.maximum(first, at - AROUND), np.minimum(last, at + AROUND))
    for row, place, begin, left, right in zip(*(column.tolist() for column in columns), strict=True):
        before = text.content[left:place].decode(errors="ignore")
        window = before + text.content[place:right].decode(errors="ignore")
        token = len(before) - len(before.split(None)[-1]) if before.split(None) else 0
        for m in pattern.finditer(window, token):
            if m.start(2) == len(before) and (m.start() > 0 or left == begin) and _prose(window, m):
                yield row, place - begin - len(m[1].encode()), m


def _glued(row: int, start: int, found: re.Match[str], after: str, rule: str) -> Glued:
    return Glued(row, start, start + len(found.group().encode()), found.group(), after, rule)


def _prose(text: str, found: re.Match[str]) -> bool:
    """Whether the white-space token round a match is prose."""
    before, after = text[: found.start()], text[found.end() :]
    left = before.rsplit(None, 1)[-1] if before and not before[-1].isspace() else ""
    right = after.split(None, 1)[0] if after and not after[0].isspace() else ""
    return not NO_PROSE.search(left + found.group() + right)


def _small_stop_capital(buffer: NDArray[np.uint8]) -> NDArray[np.int64]:
    if len(buffer) < 3:
        return np.zeros(0, np.int64)
    stop = (buffer[1:-1] == ord(".")) | (buffer[1:-1] == ord("!")) | (buffer[1:-1] == ord("?"))
    return np.flatnonzero(stop & (buffer[:-2] >= ord("a")) & _upper(buffer[2:])) + 1


def _small_capital(buffer: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.flatnonzero((buffer[:-1] >= ord("a")) & _upper(buffer[1:])) + 1


def _upper(buffer: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (buffer - np.uint8(65)) < 26
