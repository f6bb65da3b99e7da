"""Text -> blocks: one line a block, and the hard-wrapped lines of a paragraph together.

A text is hard-wrapped when its lines are filled: the first word of the next line would not have fitted. Lists, poems and
one-line paragraphs break earlier than they must, so they fail that test whatever the length of their lines.
"""

from __future__ import annotations

import re
from operator import add, itemgetter
from typing import NamedTuple

LINE = re.compile(r"(\s*\n|)([^\S\n]*)(\S(?:[^\n]*\S)?)")
WIDTHS = range(45, 121)  # terminals, mail and e-books wrap in here; shorter runs are verse or menus


class Line(NamedTuple):
    """A block of plain text; the text is `lead + indent + text`, block after block, and then the tail."""

    lead: str
    indent: str
    text: str


class Columns(NamedTuple):
    """Blocks as three lists: a million objects of a line each would cost more than the split itself."""

    lead: list[str]
    indent: list[str]
    text: list[str]


def split_text(text: str) -> tuple[list[Line], str]:
    r"""The blocks of a text and its tail: the white space after the last block.

    >>> split_text("A headline\n\n  An indented line\n")
    ([Line(lead='', indent='', text='A headline'), Line(lead='\n\n', indent='  ', text='An indented line')], '\n')
    """
    columns, tail = split_columns(text)
    return list(map(Line, *columns)), tail


def split_columns(text: str) -> tuple[Columns, str]:
    """The same as columns."""
    body = text.rstrip()
    if body and "\n" not in body:  # most rows of a table: a tenth of the time
        stripped = body.lstrip()
        return Columns([""], [body[: len(body) - len(stripped)]], [stripped]), text[len(body) :]
    found = LINE.findall(body)
    return _join_wrapped(Columns(*(list(map(itemgetter(at), found)) for at in range(3)))), text[len(body) :]


def _join_wrapped(lines: Columns) -> Columns:
    """The lines with each hard-wrapped paragraph joined into one block that keeps its line breaks."""
    filled = _filled(lines)
    if not any(filled):
        return lines
    out = Columns([], [], [])
    for line, joins in zip(zip(*lines, strict=True), filled, strict=True):
        if joins:
            out.text[-1] += "".join(line)
        else:
            for column, value in zip(out, line, strict=True):
                column.append(value)
    return out


def _filled(lines: Columns) -> list[bool]:
    """For each line, whether it carries on the paragraph of the line before, which was wrapped."""
    leads, indents, texts = lines
    lengths = list(map(add, map(len, indents), map(len, texts)))
    follows = [i for i in range(1, len(texts)) if leads[i] == "\n"]
    joins = [False] * len(texts)
    width = _width([lengths[i - 1] for i in follows])
    if width is None:
        return joins
    full = [i for i in follows if lengths[i - 1] <= width < lengths[i - 1] + 1 + len(_first_word(texts[i]))]
    carried_on = sum(texts[i][0].islower() for i in full)
    # most breaks must be forced ones, and go on in the middle of a sentence: a list of long headlines does neither
    if len(full) < 3 or len(full) < 0.6 * len(follows) or carried_on < 0.5 * len(full):
        return joins
    for i in full:
        joins[i] = indents[i] == indents[i - 1] or len(indents[i]) < len(indents[i - 1])
    return joins


def _width(lengths: list[int]) -> int | None:
    """The width at which lines are wrapped: the longest of them, but for a few stray long ones."""
    if len(lengths) < 3:
        return None
    width = sorted(lengths)[min(len(lengths) - 1, int(0.98 * len(lengths)))]
    return width if width in WIDTHS else None


def _first_word(text: str) -> str:
    return text.split(None, 1)[0]
