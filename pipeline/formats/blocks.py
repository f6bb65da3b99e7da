"""Text -> blocks: one line a block, and the hard-wrapped lines of a paragraph together.

A text is hard-wrapped when its lines are filled: the first word of the next line would not have fitted. Lists, poems and
one-line paragraphs break earlier than they must, so they fail that test whatever the length of their lines.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LINE = re.compile(r"(\s*\n|)([^\S\n]*)(\S(?:[^\n]*\S)?)")
WIDTHS = range(45, 121)  # terminals, mail and e-books wrap in here; shorter runs are verse or menus


class Line(NamedTuple):
    """A block of plain text; the text is `lead + indent + text`, block after block, and then the tail."""

    lead: str
    indent: str
    text: str


def split_text(text: str) -> tuple[list[Line], str]:
    r"""The blocks of a text and its tail: the white space after the last block.

    >>> split_text("A headline\n\n  An indented line\n")
    ([Line(lead='', indent='', text='A headline'), Line(lead='\n\n', indent='  ', text='An indented line')], '\n')
    """
    body = text.rstrip()
    if body and "\n" not in body:  # most rows of a table: a tenth of the time
        stripped = body.lstrip()
        return [Line("", body[: len(body) - len(stripped)], stripped)], text[len(body) :]
    lines = list(map(Line._make, LINE.findall(body)))
    return join_wrapped(lines), text[len(body) :]


def join_wrapped(lines: list[Line]) -> list[Line]:
    """The lines with each hard-wrapped paragraph joined into one block that keeps its line breaks."""
    filled = _filled(lines)
    if not any(filled):
        return lines
    out = [lines[0]]
    for line, joins in zip(lines[1:], filled[1:], strict=True):
        if joins:
            last = out[-1]
            out[-1] = last._replace(text=last.text + line.lead + line.indent + line.text)
        else:
            out.append(line)
    return out


def _filled(lines: list[Line]) -> list[bool]:
    """For each line, whether it carries on the paragraph of the line before, which was wrapped."""
    lengths = [len(line.indent) + len(line.text) for line in lines]
    follows = [i for i in range(1, len(lines)) if lines[i].lead == "\n"]
    joins = [False] * len(lines)
    width = _width([lengths[i - 1] for i in follows])
    if width is None:
        return joins
    full = [i for i in follows if lengths[i - 1] <= width < lengths[i - 1] + 1 + len(_first_word(lines[i].text))]
    carried_on = sum(lines[i].text[0].islower() for i in full)
    # most breaks must be forced ones, and go on in the middle of a sentence: a list of long headlines does neither
    if len(full) < 3 or len(full) < 0.6 * len(follows) or carried_on < 0.5 * len(full):
        return joins
    for i in full:
        joins[i] = lines[i].indent == lines[i - 1].indent or len(lines[i].indent) < len(lines[i - 1].indent)
    return joins


def _width(lengths: list[int]) -> int | None:
    """The width at which lines are wrapped: the longest of them, but for a few stray long ones."""
    if len(lengths) < 3:
        return None
    width = sorted(lengths)[min(len(lengths) - 1, int(0.98 * len(lengths)))]
    return width if width in WIDTHS else None


def _first_word(text: str) -> str:
    return text.split(None, 1)[0]
