"""What typesetting did to words: broken by a hyphen at a line end, or printed with spaces between the letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.repair.around import Around, Pages
from pipeline.repair.compounds import ENDINGS, WORD, one_word
from pipeline.repair.edits import BROKEN, Change
from pipeline.repair.lexicon import Lexicon
from pipeline.repair.scan import Scan
from pipeline.repair.text import Text

Reader = Callable[[int, int, int, str], str]  # of a block, bytes in it and a word: what it read, "" where it stays

# "short-\nest, it": the word, what stands at it, and the blanks before the rest of the line below
LINE_END = re.compile(r"([^\W\d_]{2,})-[ \t]{0,3}\n([ \t]*)([^\W\d_]{2,})(?!\S*-[ \t]*\n)(\S*)([ \t]+(?=\S))?")
# the first part at the end of a line, perhaps behind other words and slashes, "recy-", but no address: "example.org/recy-"
LAST = re.compile(r"""(?:^|[\s"'“‘(—–-]|(?:^|[\s(])((?:[^\s/.:=<>@\\_(]+/)+))([^\W\d_]{2,})-$""")
FIRST = re.compile(r"([^\W\d_]{2,})(?!\S*-$)((?:[^\s\\_=<>@.]|\.\.\.|\.(?!\w))*)(?:\s+|$)")
ADDRESS, BLANK = re.compile(r"[\\_=<>@]|://|\w\.[a-z]|^/"), re.compile(r"\s")
TOKEN = 200  # characters looked at before a broken word
SPACED = re.compile(r"(?<![\w'’.])(?:[^\W\d_] ){4,}[^\W\d_](?!\w)")
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
USUAL, UNUSUAL = 3.0, 2.0  # zipf
RARE = 1.0  # zipf that a word printed so must have
BLANKS = 3
RUN = 5  # letters that stand alone, one after the other


def hyphens(scan: Scan, pages: Pages, readers: Mapping[int, Reader]) -> Iterator[Change]:
    """Words broken at a line end, within a block and from one line's block to the next.

    Args:
        scan: Of the batch.
        pages: Of the batch.
        readers: For documents that went through a filter, what reads a damaged word: "embba-" and "dy".
    """
    for row in np.unique(scan.text.rows_of(_line_ends(scan.text))).tolist():
        if scan.here[row]:
            text, reader = scan.text.bytes_of(row).decode(), readers.get(int(scan.text.doc[row]))
            yield from _inside(row, text, bool(scan.prose[row]), pages.of_row(row), reader)
    taken = 0, 0  # a row, and how many of its bytes go to the row above
    for row in _broken(scan):
        line, below = (scan.text.bytes_of(k).decode() for k in (row, row + 1))
        prose, start = bool(scan.prose[row : row + 2].any()), taken[1] if taken[0] == row else 0
        for change in _across(row, line, below, start, prose, pages.of_row(row)):
            yield change
            taken = change.row, change.end


def _line_ends(text: Text) -> NDArray[np.int64]:
    """Places of hyphens with a line break behind them, and perhaps blanks between."""
    buffer, at = text.buffer, text.hyphens
    behind = at + 1
    for _ in range(BLANKS):
        blank = buffer[np.minimum(behind, len(buffer) - 1)]
        behind = behind + ((blank == ord(" ")) | (blank == ord("\t")))
    return at[buffer[np.minimum(behind, len(buffer) - 1)] == ord("\n")] if len(at) else at


def _inside(row: int, text: str, prose: bool, around: Around, reader: Reader | None) -> Iterator[Change]:
    for m in LINE_END.finditer(text):
        before = BLANK.split(text[max(0, m.start() - TOKEN) : m.start()])[-1]
        if ADDRESS.search(before + m[1]) or ADDRESS.search(m[3] + m[4]):
            continue
        start, end = _bytes(text, m.start()), _bytes(text, m.end())
        whole = m[1] + m[3] if _joined(around, prose and "/" not in before + m[4], m[1], m[3]) else ""
        if reader and m[3].islower():
            whole = reader(row, start, end, m[1] + m[3]) or whole
        if whole:
            after = whole + m[4] + ("\n" + m[2]) * bool(m[5])  # the line break follows the word
            yield Change(row, start, end, after, BROKEN, "broken at a line end")


def _broken(scan: Scan) -> list[int]:
    """Rows that end with a hyphen, where the next row is the next line of the same page."""
    buffer, offsets, batch = scan.text.buffer, scan.text.offsets, scan.text.batch
    filled = offsets[1:-1] > offsets[:-2]
    ends = filled & (buffer[np.maximum(offsets[1:-1] - 1, 0)] == ord("-")) if len(buffer) else filled
    kept, doc, here = batch.kept(), scan.text.doc, scan.here
    rows = np.flatnonzero(ends & here[:-1] & here[1:] & kept[:-1] & kept[1:] & (doc[:-1] == doc[1:]))
    leads = batch.blocks.column("lead").take(rows + 1).to_pylist()
    return [int(row) for row, lead in zip(rows, leads, strict=True) if lead == "\n"]


def _across(row: int, text: str, below: str, start: int, prose: bool, around: Around) -> Iterator[Change]:
    """The part below is pulled up; where nothing would stay below, the token above is pushed down: "(coun-".

    Of the line above the first bytes, up to `start`, are no longer there.
    """
    last, first = LAST.search(text), FIRST.match(below)
    slash = last and first and (last[1] or "/" in first[2])
    if not last or not first or not _joined(around, prose and not slash, last[2], first[1]):
        return
    reason, end = (BROKEN, "broken at a line end"), _bytes(below, first.end())
    token = text.rsplit(None, 1)[-1]
    above = _bytes(text, len(text[: -len(token)].rstrip()))
    if first.end() < len(below):
        yield Change(row, _bytes(text, last.start(2)), len(text.encode()), last[2] + first[1] + first[2], *reason)
        yield Change(row + 1, 0, end, "", *reason)
    elif above > start:
        yield Change(row, above, len(text.encode()), "", *reason)
        yield Change(row + 1, 0, end, token[:-1] + first[1] + first[2], *reason)


def _joined(around: Around, prose: bool, left: str, right: str) -> bool:
    """Whether two parts are one word, as the page writes it elsewhere or else as the lexicon says.

    Half a line and a heading are too short to be called prose: there the word must be known, and one of its parts not.
    So it is beside a slash, which paths have.
    """
    if not right.islower() or around.writes(f"{left}-{right}"):
        return False
    written = around.writes(left + right)
    if not prose:
        whole, *parts = map(around.scan.lexicon.zipf, (left.lower() + right, left.lower(), right))
        return (whole >= USUAL and (min(parts) < UNUSUAL or right in ENDINGS)) or (written and min(parts) < WORD)
    return written or one_word(left, right, around.scan.lexicon)


def spaced(scan: Scan) -> Iterator[Change]:
    """Words printed with a space between the letters."""
    words = scan.text.words
    alone = words.start[np.flatnonzero(words.end - words.start == 1)]
    far = alone[RUN - 1 :] - alone[: len(alone[RUN - 1 :])] == 2 * (RUN - 1)
    rows = np.unique(scan.text.rows_of(alone[: len(far)][far]))
    for row in rows[scan.prose[rows]].tolist():
        text = scan.text.bytes_of(row).decode()
        for m in SPACED.finditer(text):
            yield from _unspaced(row, text, m.start(), m.group(), scan.lexicon)


def _unspaced(row: int, text: str, at: int, run: str, lexicon: Lexicon) -> Iterator[Change]:
    """The word of a run of letters; a lone "a" or "I" may stand before or behind it: "I r e a l l y"."""
    letters = run.replace(" ", "")
    size = len(letters)
    cuts = [(0, size), *((1, size),) * (letters[0] in "aAI"), *((0, size - 1),) * (letters[-1] in "aI")]
    cuts = [(a, b) for a, b in cuts if b - a >= RUN and letters[a:b].lower() not in ALPHABET]
    zipf, first, last = max(((lexicon.zipf(letters[a:b].lower()), a, b) for a, b in cuts), default=(0.0, 0, 0))
    if zipf >= RARE:
        start, end = at + 2 * first, at + 2 * last - 1
        reason = "letter-spaced", "printed with spaces between its letters"
        yield Change(row, _bytes(text, start), _bytes(text, end), letters[first:last], *reason)


def _bytes(text: str, characters: int) -> int:
    return len(text[:characters].encode())
