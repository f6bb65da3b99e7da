"""Clean text + ledger -> the original, piece by piece: the inverse of what the writer did.

The ledger is undone layer by layer, the last first: what was dropped comes back, then each stage's edits are reversed. A
piece remembers both its texts and the rows that lie between them, so that the same walk rebuilds and explains.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

Row = dict[str, Any]


class Piece(NamedTuple):
    """A stretch of the document: as it was, as it is, and the ledger rows that made the difference."""

    before: str
    after: str
    rows: tuple[Row, ...] = ()


def original(clean: str, rows: Iterable[Row], stages: Sequence[str]) -> str:
    """The text as it was read; arguments and errors as in `pieces`."""
    return "".join(piece.before for piece in pieces(clean, rows, stages))


def pieces(clean: str, rows: Iterable[Row], stages: Sequence[str]) -> list[Piece]:
    """The document from its first character to its last.

    Args:
        clean: the text that was written; empty for an emptied document.
        rows: the ledger rows of the document, in ledger order.
        stages: names of the stages in the order in which they ran.

    Raises:
        ValueError: the rows do not fit the text.
    """
    layers: dict[int, list[Row]] = {}
    for row in rows:
        layers.setdefault(len(stages) if row["action"] == "drop" else stages.index(row["stage"]), []).append(row)
    out = [Piece(clean, clean)]
    for layer in sorted(layers, reverse=True):
        out = _undo(out, sorted(layers[layer], key=lambda row: int(row["offset"])))
    return out


class _Span(NamedTuple):
    """A piece or a ledger row with its place in the text of a layer."""

    start: int
    end: int
    piece: Piece | None
    row: Row | None


def _undo(found: list[Piece], rows: list[Row]) -> list[Piece]:
    """The pieces before one layer; rows sorted by offset, those at one offset in the order of the blocks."""
    marks = {mark for row in rows for mark in (row["offset"], row["offset"] + len(row["after"]))}
    spans = [_Span(row["offset"], row["offset"] + len(row["after"]), None, row) for row in rows]
    spans += _cut(found, sorted(marks))
    out: list[Piece] = []
    group: list[_Span] = []
    end = 0
    for span in sorted(spans, key=lambda s: (s.start, s.row is None)):
        if group and span.start >= end:
            out.append(_reversed(group))
            group = []
        end = max(end, span.end) if group else span.end
        group.append(span)
    return [*out, _reversed(group)] if group else out


def _cut(found: list[Piece], marks: list[int]) -> Iterator[_Span]:
    """The pieces with their places; those without rows are cut at the marks."""
    at = 0
    for piece in found:
        end = at + len(piece.before)
        inside = [] if piece.rows else marks[bisect_right(marks, at) : bisect_left(marks, end)]
        edges = [at, *inside, end]
        for low, high in pairwise(edges):
            part = piece if piece.rows else Piece(piece.before[low - at : high - at], piece.after[low - at : high - at])
            if part.before or part.rows:
                yield _Span(low, high, part, None)
        at = end


def _reversed(group: list[_Span]) -> Piece:
    """Overlapping spans as one piece with their ledger rows reversed."""
    held = [span.piece for span in group if span.piece]
    text, first = "".join(piece.before for piece in held), group[0].start
    rows = tuple(span.row for span in group if span.row)
    out, end = [], 0
    for row in rows:
        start, after = row["offset"] - first, row["after"]
        if start < end or text[start : start + len(after)] != after:
            raise ValueError(f"ledger row does not fit the text: block {row['pos']}, {row['stage']}/{row['rule']}")
        out += [text[end:start], row["before"]]
        end = start + len(after)
    before = "".join(out) + text[end:]
    return Piece(before, "".join(p.after for p in held), (*(r for p in held for r in p.rows), *rows))
