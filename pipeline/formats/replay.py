"""Clean text + ledger -> the original text: the inverse of `settle`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def original(clean: str, rows: Iterable[dict[str, Any]], stages: Sequence[str]) -> str:
    """The text as it was read.

    Args:
        clean: the text that was written; empty for an emptied document.
        rows: the ledger rows of the document, in ledger order.
        stages: names of the stages in the order in which they ran.

    Raises:
        ValueError: the rows do not fit the text.
    """
    layers: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        layers.setdefault(len(stages) if row["action"] == "drop" else stages.index(row["stage"]), []).append(row)
    text = clean
    for layer in sorted(layers, reverse=True):
        text = _undo(text, sorted(layers[layer], key=lambda row: int(row["offset"])))
    return text


def _undo(text: str, rows: list[dict[str, Any]]) -> str:
    """The text before one layer; rows sorted by offset, those at one offset in the order of the blocks."""
    out, end = [], 0
    for row in rows:
        start, after = row["offset"], row["after"]
        if start < end or text[start : start + len(after)] != after:
            raise ValueError(f"ledger row does not fit the text: block {row['pos']}, {row['stage']}/{row['rule']}")
        out += [text[end:start], row["before"]]
        end = start + len(after)
    return "".join(out) + text[end:]
