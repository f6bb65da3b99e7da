"""Changes in the bytes of blocks -> one rewrite of the batch; places where a space may be lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from pipeline.corpus import Batch, Edit

BROKEN = "line-end-hyphen"  # the rule for these


class Change(NamedTuple):
    """A word to write anew."""

    row: int  # of the block
    start: int  # bytes in the block
    end: int
    after: str
    rule: str
    evidence: str


class Glued(NamedTuple):
    """Words without the space between them: where (bytes in the block), and how they should be written."""

    row: int
    start: int
    end: int
    term: str  # as written
    after: str
    rule: str
    sure: bool  # nobody uses it as a term: "withthe", "content.This"
    term_here: bool = False  # the page itself does: it stays, and so do others of the site


def rewrite(batch: Batch, changes: Iterable[Change]) -> Batch:
    """The batch with the changes made; of two that overlap the first stays, a broken word before its parts."""
    rows: dict[int, list[Change]] = {}
    for change in sorted(changes, key=lambda c: (c.row, c.start, c.rule != BROKEN, c)):
        before = rows.setdefault(change.row, [])
        if not before or before[-1].end <= change.start:
            before.append(change)
    at = np.array(list(rows), np.int64)
    done = [_rewritten(text.encode(), rows[row]) for text, row in zip(batch.texts(at), rows, strict=True)]
    return batch.rewrite("repair", at, [text for text, _ in done], [edit for _, edits in done for edit in edits])


def _rewritten(text: bytes, changes: list[Change]) -> tuple[str, list[Edit]]:
    """The new text of a block, and the edits with their places in it."""
    out, edits, last, length = [], [], 0, 0
    for change in changes:
        kept = text[last : change.start].decode()
        before = text[change.start : change.end].decode()
        length += len(kept)
        edits.append(Edit(change.row, length, before, change.after, change.rule, change.evidence))
        out += [kept, change.after]
        length += len(change.after)
        last = change.end
    return "".join(out) + text[last:].decode(), edits
