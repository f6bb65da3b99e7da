"""Counts of a run -> `_report.json`: the numbers that people and other programs read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

MOST = 1000  # filters listed; a report stays a page, the facts of a corpus may not

Row = dict[str, Any]


def report(
    inputs: list[Row], rejects: list[Row], counts: Iterable[Mapping[str, int]], facts: Mapping[str, pa.Table]
) -> dict[str, Any]:
    """The content of `_report.json`.

    Args:
        inputs: a row a file: name, bytes, records, rejected.
        rejects: rows of the rejects file.
        counts: of each batch, as `tasks.tally` names them.
        facts: what the learners concluded.

    Returns:
        "documents": in = written + emptied + rejected, an article split from a page being a document.
    """
    total: Counter[str] = Counter()
    for batch in counts:
        total.update(batch)
    written, emptied = total["documents written"], total["documents emptied"]
    return {
        "documents": {
            "in": written + emptied + len(rejects),
            "written": written,
            "emptied": emptied,
            "rejected": len(rejects),
        },
        "inputs": {"files": len(inputs), "bytes": sum(row["bytes"] for row in inputs)},
        "blocks": {"in": total["blocks"], "out": total["blocks_kept"]},
        "words": {"in": total["words"], "out": total["words_kept"]},
        "dropped": _by_rule(total, "drop"),
        "edited": _by_rule(total, "edit"),
        "word_filters": _filters(facts.get("word-filters"), undone=True),
        "suspected_filters": _filters(facts.get("word-filters"), undone=False),
        "rejects": dict(sorted(Counter(row["reason"] for row in rejects).items())),
    }


def _by_rule(total: Mapping[str, int], action: str) -> list[Row]:
    """{"stage", "rule", "count", "words"} of each rule, the most used first."""
    rows = []
    for key in total:
        if key.startswith(action + " ") and key.endswith(" rows"):
            name = key.removeprefix(action + " ").removesuffix(" rows")
            stage, _, rule = name.partition("/")
            rows.append({"stage": stage, "rule": rule, "count": total[key], "words": total[f"{action} {name} words"]})
    return sorted(rows, key=lambda row: (-row["count"], row["stage"], row["rule"]))


def _filters(table: pa.Table | None, *, undone: bool) -> list[Row]:
    """The inferred word filters that were undone, or those that were only suspected."""
    if table is None or "undone" not in table.column_names:
        return []
    rows = [row for row in table.to_pylist() if row.pop("undone") == undone]
    return sorted(rows, key=lambda row: (-row["occurrences"], row["site"], row["letters"]))[:MOST]
