"""The page round a word that may be damaged: does it show code, names, or the two words side by side?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from pipeline.repair.page import Page
from pipeline.repair.scan import Scan
from pipeline.repair.text import Places, tokens

CAMEL = re.compile(r"\b[a-z]+[A-Z][a-z]+[A-Z]\w*|\w\.[a-z]+[A-Z]\w+|\b[a-z]+[A-Z]\w+\(")  # "toLowerCase", "a.toString"
# what manuals and release notes write: flags, versions, names with an underscore, files, calls, code between marks; each
# pattern begins with one character, so that a page is read as fast as that character is found
TECHNICAL = tuple(
    map(
        re.compile,
        (
            r" -(?:-[a-z][\w-]+|[A-Za-z])(?=[\s=,.])",
            r"\.\d{1,3}\.\d",
            r"_[a-z]",
            r"\.(?:c|h|py|js|ts|rs|txt|md|html|json|xml|cfg|conf|sh|go|java|rb|php|ya?ml|toml|so|exe|css)\b",
        ),
    )
)
MARKS = ("()", "::", "`")
SOME, SIGNS_APART = 2, 1700  # of these on a page, at least; characters from one to the next, three in a thousand words
KEYWORDS = ("def", "const", "import", "func", "function", "public", "void", "kubectl", "npm", "pip")
SIGNS = ("()", "=>", "</")
ENOUGH = 200_000  # bytes of a page that are looked at
TOKENS = 2000  # white-space tokens with a capital inside
MUCH_CODE = 3  # signs of it on a page
LAST, LAST_WORD = 40, re.compile(r"\w+\Z")
LONGEST = 200  # bytes looked at of a token
WORD = re.compile(r"[\w-]+")
# words that stand before a name, and seldom open the name of a function
BEFORE_NAMES = frozenset(
    """about after and at before between but by called for from like near of over said that the through under when where
    while with""".split()
)


class Around:
    """Read only when there is a candidate.

    Words are looked up in the page as if each lost space were put back, so that a repair changes no other decision.
    """

    def __init__(self, scan: Scan, doc: int) -> None:
        self.scan = scan
        self.page = Page(scan, doc)
        self.text = self.page.content[:ENOUGH].decode(errors="ignore")

    @cached_property
    def small(self) -> str:
        """The text in small letters."""
        return self.text.lower()

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the page, with the hyphens in them, in small letters: 100,000 broken words ask for each."""
        return frozenset(WORD.findall(self.small))

    @cached_property
    def whole(self) -> bytes:
        """All blocks of the document, addresses and code too, in small letters."""
        first, last = self.scan.text.offsets[self.scan.text.doc_rows(self.page.doc)].tolist()
        return self.scan.text.slice(first, last).lower()

    @cached_property
    def code(self) -> bool:
        """Whether the page shows code: what looks damaged may be a name in it."""
        used = (word + " " for word in KEYWORDS if word in self.text)
        signs = sum(self.text.count(sign) for sign in (*SIGNS, *(start + word for word in used for start in " \n")))
        signs += sum(line.rstrip().endswith((";", "{", "}")) for line in self.text.split("\n"))
        return signs >= MUCH_CODE or len(set(CAMEL.findall(" ".join(sorted(self._humped()))))) >= MUCH_CODE

    @cached_property
    def technical(self) -> bool:
        """Whether the page shows code, or is about it: words that look run together may be names of commands and options."""
        size = len(self.text) - self.text.count(" ")  # a repair changes the number of words
        found = sum(map(self.text.count, MARKS)) + sum(len(pattern.findall(self.text)) for pattern in TECHNICAL)
        return found >= max(SOME, size / SIGNS_APART) or self.code

    def _humped(self) -> set[str]:
        """The white-space tokens of the page with a capital behind a small letter."""
        text, humps = self.scan.text, self.scan.text.humps
        span = slice(*np.searchsorted(humps.row, text.doc_rows(self.page.doc)).tolist())
        places, rows = Places(humps.at[span], humps.row[span]).among(self.scan.prose)
        if len(places) < MUCH_CODE:
            return set()
        left, right = tokens(text, places[:TOKENS], rows[:TOKENS])
        bounds = np.maximum(left, places[:TOKENS] - LONGEST), np.minimum(right, places[:TOKENS] + LONGEST)
        return {text.slice(a, b).decode(errors="ignore") for a, b in zip(*(x.tolist() for x in bounds), strict=True)}

    def writes(self, word: str) -> bool:
        """Whether the page has a word (or two with a hyphen) in any letter case."""
        return word.lower() in self.words

    def names(self, word: str) -> bool:
        """Whether a word that stands in a candidate also stands elsewhere on the page."""
        return sum(self._opens(at) and self._ends(at + len(word), lost=True) for at in self._places(word)) > 1

    def holds(self, words: str) -> bool:
        """Whether two words of a candidate stand side by side on the page."""
        places = self._places(words)
        return any(not _within(self.text[at - 1 : at], "_.-") and self._ends(at + len(words)) for at in places)

    def proper(self, word: str) -> bool:
        """Whether a word is a name here: within a sentence with its capital, and never without.

        Places that another repair could make ("the Rust") do not count, so that cleaning twice changes nothing.
        """
        ends = (at for at in self._places(" " + word) if self._ends(at + len(word) + 1))
        before = (LAST_WORD.search(self.text[max(0, at - LAST) : at]) for at in ends)
        if not any(m and m.group().islower() and m.group() not in BEFORE_NAMES for m in before):
            return False
        low, text = word.lower(), self.text
        places = self._places(low)
        return not any(not _within(text[at - 1 : at], "_") and not _within(text[at + len(low) :][:1], "_") for at in places)

    def _opens(self, at: int) -> bool:
        """Whether a word may begin at a place: nothing before it, or what a lost space would part from it."""
        before = self.text[max(0, at - 2) : at]
        last = before[-1:]
        return before[:1].islower() if last == "." else last.islower() or not _within(last, "_-")

    def _ends(self, at: int, lost: bool = False) -> bool:
        """Whether a word may end at a place; `lost`: also before a capital."""
        after = self.text[at : at + 1]
        return not _within(after, "_-") or (lost and "A" <= after <= "Z")

    def _places(self, string: str) -> Iterator[int]:
        at = self.text.find(string)
        while at >= 0:
            yield at
            at = self.text.find(string, at + 1)


def _within(character: str, joints: str) -> bool:
    """Whether a word goes on with this character ("" at an edge of the text): a letter, a digit or one of `joints`."""
    return character.isalnum() or (character != "" and character in joints)


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
