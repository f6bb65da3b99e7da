"""What the dedup stage found, for the report: kinds, clusters, and documents that are copies as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LARGEST = 20  # clusters that are listed
LISTED = 1000  # documents that are listed
EXAMPLE = 200  # characters of a paragraph that is shown

Row = dict[str, Any]


def duplicates(verdicts: pa.Table | None, ledgers: Iterable[pa.Table], remnants: Iterable[Mapping[str, Any]]) -> Row:
    """The part "duplicates" of `_report.json`.

    Args:
        verdicts: the fact "dedup-twins"; a paragraph of an earlier run has a negative `twin_seq`.
        ledgers: tables of the ledger, in order.
        remnants: of each batch: `documents`, `copies`, and the `rows` of the first of them.

    Returns:
        "rules": removals by rule; "against_state": those for a paragraph of an earlier run; "clusters": paragraphs that
        stay for others; "largest": of these the largest, {"size" with the one that stays, "id", "pos", "example"};
        "remnants" and "copies": documents of which too little is left, and those that stand as a whole in another one;
        "documents": the first of both.
    """
    found = list(remnants)
    documents: Row = {name: sum(part[name] for part in found) for name in ("remnants", "copies")}
    documents["documents"] = [row for part in found for row in part["rows"]][:LISTED]
    if verdicts is None or not verdicts.num_rows:
        return {"rules": {}, "against_state": 0, "clusters": 0, "largest": [], **documents}
    rules = {row["values"]: row["counts"] for row in pc.value_counts(verdicts["rule"].combine_chunks()).to_pylist()}
    clusters = verdicts.group_by(["twin_seq", "twin_pos", "twin_id"], use_threads=False).aggregate([([], "count_all")])
    order = [("count_all", "descending"), ("twin_id", "ascending"), ("twin_pos", "ascending")]
    return {
        "rules": dict(sorted(rules.items())),
        "against_state": int(pc.sum(pc.less(verdicts["twin_seq"], 0)).as_py()),
        "clusters": clusters.num_rows,
        "largest": _with_examples(clusters.sort_by(order).slice(0, LARGEST), ledgers),
        **documents,
    }


def _with_examples(clusters: pa.Table, ledgers: Iterable[pa.Table]) -> list[Row]:
    """Each cluster with the text of the first of its paragraphs that went."""
    wanted = [(row["twin_id"], row["twin_pos"]) for row in clusters.to_pylist()]
    examples: dict[tuple[str, int], str] = {}
    for ledger in ledgers:
        if len(examples) == len(wanted):
            break
        near = ledger.filter(pc.is_in(ledger["twin_id"], value_set=pa.array([name for name, _ in wanted], pa.string())))
        for row in near.select(["twin_id", "twin_pos", "before"]).to_pylist():
            key = row["twin_id"], row["twin_pos"]
            if key in wanted:
                examples.setdefault(key, row["before"].strip()[:EXAMPLE])
    sizes = (np.asarray(clusters["count_all"].to_numpy()) + 1).tolist()
    return [
        {"size": size, "id": key[0], "pos": key[1], "example": examples.get(key, "")}
        for size, key in zip(sizes, wanted, strict=True)
    ]
