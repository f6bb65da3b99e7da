"""Marks that stand for the letters a filter took, where prose has them too: "...ociation", "cl——es".

They are no masks: an ellipsis and a dash say nothing of a word, so such filters are seen as those that take letters out
without a trace. Where most of what a page lost has a mark in its place, the marks are the filter's.
"""

from __future__ import annotations

import re

from pipeline.repair.capitals import Place
from pipeline.repair.edits import Change
from pipeline.repair.text import Text

MARK = "(?:[.]{3}(?![.])|…|(?:—){2,})".encode()
BEFORE, BEHIND = re.compile(rb"(?<![.\w])" + MARK + rb"\Z"), re.compile(MARK)
MARKED = re.compile(BEFORE.pattern.decode())
LONGEST = 12  # bytes of a mark


def without_marks(changes: list[Change], letters: list[str], text: Text) -> list[Change]:
    """Some changes of a page, those of words that lost letters with the marks beside these, where most have one.

    Args:
        changes: Of one page.
        letters: For each what was put back where it left no trace; "" for other changes.
        text: Of the batch.
    """
    wider = [_wider(change, taken, text) if taken else change for change, taken in zip(changes, letters, strict=True)]
    marked = sum(a != b for a, b in zip(changes, wider, strict=True))
    return wider if 2 * marked > sum(map(bool, letters)) else changes


def unmarked(place: Place) -> Place:
    """A place without the mark before the word: "The people …embled" begins no sentence there."""
    return place._replace(before=MARKED.sub("", place.before))


def _wider(change: Change, letters: str, text: Text) -> Change:
    content = text.bytes_of(change.row)
    word, after = content[change.start : change.end].decode().lower(), change.after.lower()
    before = BEFORE.search(content[max(0, change.start - LONGEST) : change.start]) if letters + word == after else None
    behind = BEHIND.match(content, change.end) if word + letters == after else None
    return change._replace(
        start=change.start - len(before.group() if before else b""), end=change.end + len(behind.group() if behind else b"")
    )
