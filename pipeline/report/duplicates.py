"""What the dedup stage found, for the report: kinds, clusters, and documents that are copies as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

LARGEST = 20  # clusters that are listed
LISTED = 1000  # documents that are listed
EXAMPLE = 200  # characters of a paragraph that is shown

Row = dict[str, Any]


def duplicates(said: pa.Table, ledgers: Iterable[pa.Table], remnants: Iterable[Mapping[str, Any]]) -> Row:
    """The part "duplicates" of `_report.json`.

    Args:
        said: the numbers of the dedup stage, of each partition: `what`, `count`, and of clusters `number`, `id` and `pos`.
        ledgers: tables of the ledger, in order.
        remnants: of each batch: `documents`, `copies`, and the `rows` of the first of them.

    Returns:
        "rules": removals by rule; "against_state": those for a paragraph of an earlier run; "clusters": paragraphs that
        stay for others; "largest": of these the largest, {"size" with the one that stays, "id", "pos", "example"};
        "capped": paragraphs that were compared with a part of those they might resemble, they were so many;
        "remnants" and "copies": documents of which too little is left, and those that stand as a whole in another one;
        "documents": the first of both.
    """
    found, counts = list(remnants), Counter[str]()
    documents: Row = {name: sum(part[name] for part in found) for name in ("remnants", "copies")}
    documents["documents"] = [row for part in found for row in part["rows"]][:LISTED]
    largest = []
    for row in said.to_pylist():
        counts[row["what"]] += row["count"]
        largest += [row] if row["what"] == "largest" else []
    return {
        "rules": {rule: counts[rule] for rule in sorted(counts) if rule.endswith("duplicate") or rule == "contained"},
        "against_state": counts["against state"],
        "clusters": counts["clusters"],
        "capped": counts["capped"],
        "largest": _with_examples(sorted(largest, key=lambda row: (-row["count"], row["number"]))[:LARGEST], ledgers),
        **documents,
    }


def _with_examples(clusters: list[Row], ledgers: Iterable[pa.Table]) -> list[Row]:
    """Each cluster with the text of the first of its paragraphs that went."""
    wanted = [(row["id"], row["pos"]) for row in clusters]
    examples: dict[tuple[str, int], str] = {}
    for ledger in ledgers:
        if len(examples) == len(wanted):
            break
        near = ledger.filter(pc.is_in(ledger["twin_id"], value_set=pa.array([name for name, _ in wanted], pa.string())))
        for row in near.select(["twin_id", "twin_pos", "before"]).to_pylist():
            key = row["twin_id"], row["twin_pos"]
            if key in wanted:
                examples.setdefault(key, row["before"].strip()[:EXAMPLE])
    return [
        {"size": row["count"], "id": row["id"], "pos": row["pos"], "example": examples.get((row["id"], row["pos"]), "")}
        for row in clusters
    ]
