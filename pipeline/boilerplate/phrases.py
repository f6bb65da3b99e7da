"""Lines that site software writes: the phrase table, `data/phrases.toml`, and how a line is looked up in it.

Adding a phrase is adding a line to the table. A phrase under `certain` is furniture wherever it stands alone on a line; one
under `likely` also heads sections of real text ("Search", "Contact"), so it counts only where the page around it agrees.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.boilerplate.tokens import Flags, Ints, Tokens, are_letters, tokenize
from pipeline.corpus import utf8

_SLOT = np.uint64(0xFFFF)
SPACES = (
    r"[\s\pZ]{2,}|[\t\n\f\r]|[^\PZ ]"  # all but one plain space, which stays as it is: seven times faster than to replace it
)
EDGE = " .,:;!?*•·-–—|»«›‹>→←↓↑▼▲…_[](){}\"'“”‘’#+&©\u200e\u200f"


class Phrase(NamedTuple):
    """What the table says of a line."""

    family: str  # the software or the part of a page it belongs to: the evidence in the ledger
    certain: bool


class Table(NamedTuple):
    """The phrases: exact keys, and RE2 patterns for the lines that hold a name."""

    keys: pa.Array
    phrases: list[Phrase]  # of the keys
    patterns: list[tuple[str, Phrase]]


def look_up(lines: pa.Array, own: Iterable[str] = ()) -> list[Phrase | None]:
    """The table's word on each line, or None.

    Args:
        lines: strings.
        own: further phrases, from the user.

    >>> [phrase and phrase.family for phrase in look_up(pa.array(["  Leave a Reply ", "0 Comments", "Leave it"]))]
    ['comments', 'comments', None]
    """
    keys, known = normal(lines), table()
    found = [known.phrases[i] if i is not None else None for i in pc.index_in(keys, known.keys).to_pylist()]
    for pattern, phrase in known.patterns:
        for i in pc.indices_nonzero(pc.match_substring_regex(keys, pattern)).to_pylist():
            found[i] = found[i] or phrase
    mine = pc.drop_null(pa.array([key for key in normal(pa.array(own, pa.string())).to_pylist() if key], pa.string()))
    for i in pc.indices_nonzero(pc.is_in(keys, mine)).to_pylist():
        found[i] = Phrase("settings", certain=True)
    return found


def may_be(tokens: Tokens, rows: Ints, own: Iterable[str] = ()) -> Flags:
    """Rows that may be a phrase: they begin with the same word as one, or with none that is Latin letters alone.

    Nine lines of ten are spared their normal form, which takes as long as all line rules together.

    Args:
        tokens: of the blocks.
        rows: of blocks.
        own: further phrases, from the user.
    """
    if not len(tokens.hashes):
        return np.ones(len(rows), bool)
    none = tokens.first_word[rows] == tokens.end_word[rows]
    first = np.minimum(tokens.first_word[rows], len(tokens.hashes) - 1)
    flags: Flags = none | _openings(tuple(own))[tokens.hashes[first] & _SLOT] | ~are_letters(tokens, first)
    return flags


def normal(lines: pa.Array) -> Any:
    """Lines as the table holds them: lower case, one space between words, no marks at the ends, numbers as 0.

    >>> normal(pa.array([" 3  Comments: ", "«Source\u00a0link»"])).to_pylist()
    ['0 comments', 'source link']
    """
    lines = pc.replace_substring(pc.utf8_lower(lines), "’", "'")
    lines = pc.replace_substring_regex(lines, SPACES, " ")
    return pc.utf8_trim(pc.replace_substring_regex(lines, r"\p{Nd}+", "0"), EDGE)


@lru_cache(maxsize=1)
def table() -> Table:
    """The phrase file; "..." in a line stands for one to six words."""
    data = tomllib.loads((files("pipeline.boilerplate") / "data" / "phrases.toml").read_text("utf-8"))
    rows = [
        (line, Phrase(family, group == "certain"))
        for group in ("certain", "likely")
        for family, lines in data[group].items()
        for line in lines
    ]
    exact = {line: phrase for line, phrase in reversed(rows) if "..." not in line}
    keys = normal(pa.array(exact, pa.string()))
    return Table(keys, list(exact.values()), [(_pattern(line), phrase) for line, phrase in rows if "..." in line])


@lru_cache(maxsize=1)
def _openings(own: tuple[str, ...]) -> Flags:
    """For the last bits of a word's hash: may a phrase begin with it?"""
    keys, known = normal(pa.array(own, pa.string())), table()
    free = pa.array([pattern.split("\\b")[0] for pattern, _ in known.patterns])
    return _first_words(pa.concat_arrays([keys, known.keys, free]))


def _first_words(keys: pa.Array) -> Flags:
    tokens = tokenize(*utf8(pa.chunked_array([keys])))
    slots = np.zeros(int(_SLOT) + 1, bool)
    slots[tokens.hashes[tokens.first_word[tokens.first_word < tokens.end_word]] & _SLOT] = True
    return slots


def _pattern(line: str) -> str:
    """The phrase as a pattern over keys; "LabelSelector" is no line of labels, nor is "--labels=KEY"."""
    parts = normal(pa.array(line.split("..."))).to_pylist()
    return "^" + r"\b ?(?:[^ =]\S* ){0,5}[^ =]\S* ?".join(re.escape(part) for part in parts) + "$"
