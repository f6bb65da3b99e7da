"""One document, line by line: what stayed, what went and why, and each repair as before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pipeline.report.replay import Piece
from pipeline.report.safe import printable


class Style(NamedTuple):
    """Marks put round dropped, removed and added text."""

    dropped: tuple[str, str] = ("", "")
    removed: tuple[str, str] = ("[-", "-]")
    added: tuple[str, str] = ("{+", "+}")
    note: tuple[str, str] = ("", "")


PLAIN = Style()
SHOWN = 80  # characters of a block that is named below the document
COLOUR = Style(("\x1b[2m", "\x1b[0m"), ("\x1b[31;9m", "\x1b[0m"), ("\x1b[32m", "\x1b[0m"), ("\x1b[36m", "\x1b[0m"))


def explain(pieces: Iterable[Piece], style: Style = PLAIN, weights: Mapping[int, str] | None = None) -> Iterator[str]:
    """Lines for the terminal: dropped blocks begin with "-", others with blanks; reasons stand below the text.

    Args:
        pieces: the document.
        style: marks.
        weights: for the numbers of some dropped blocks, what weighed most in the verdict.
    """
    line, notes = "", list[str]()
    for piece in pieces:
        drop = next((row for row in piece.rows if row["action"] == "drop"), None)
        if drop:
            yield from _kept(line, notes, style)
            yield from _dropped(piece, drop, style, (weights or {}).get(drop["pos"], ""))
            line, notes = "", []
        elif piece.rows:
            line += _wrap(piece.before, style.removed) + _wrap(piece.after, style.added)
            notes += [reason(row) for row in piece.rows]
        else:
            *whole, rest = (line + printable(piece.after)).split("\n")
            for text in whole:
                yield from _kept(text, notes, style)
                notes = []
            line = rest
    yield from _kept(line, notes, style)


def kept(found: Iterable[tuple[str, str]], style: Style = PLAIN) -> Iterator[str]:
    """Lines for the blocks that stayed though the tagger doubts them: (text, what weighed most)."""
    for at, (text, weights) in enumerate(found):
        if not at:
            yield "kept in doubt:"
        line = printable(text).partition("\n")[0]
        yield f"? {line[:SHOWN]}{'…' if len(line) > SHOWN else ''}"
        yield f"    {style.note[0]}^ {printable(weights)}{style.note[1]}"


def reason(row: Mapping[str, Any]) -> str:
    """Stage, rule, evidence, and the paragraph that stays, of a ledger row."""
    parts = [f"{row['stage']}/{row['rule']}"]
    if row["evidence"]:
        parts.append(printable(row["evidence"]))
    if row["twin_id"]:
        parts.append(f"kept in {printable(row['twin_id'])}, block {row['twin_pos']}")
    return ": ".join(parts[:2]) + "".join(f"; {part}" for part in parts[2:])


def _kept(line: str, notes: list[str], style: Style) -> Iterator[str]:
    if line.strip():
        yield f"  {line}"
    for note in dict.fromkeys(notes):
        yield f"    {style.note[0]}^ {note}{style.note[1]}"


def _dropped(piece: Piece, drop: Mapping[str, Any], style: Style, weights: str) -> Iterator[str]:
    for line in printable(piece.before).strip("\n").split("\n"):
        if line.strip():
            yield f"- {style.dropped[0]}{line}{style.dropped[1]}"
    yield f"    {style.note[0]}^ {reason(drop)}{weights and '; '}{printable(weights)}{style.note[1]}"


def _wrap(text: str, marks: tuple[str, str]) -> str:
    return marks[0] + printable(text).replace("\n", "\\n") + marks[1] if text else ""
