"""The closing words of a run: what a person wants to know at a glance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.report.safe import printable

RULES = 8  # of a stage
FILTERS = 12


def summary(report: Mapping[str, Any]) -> Iterator[str]:
    """Lines of text.

    Args:
        report: content of `_report.json`.
    """
    documents = report["documents"]
    yield (
        f"{documents['in']:,} documents: {documents['written']:,} written, {documents['emptied']:,} emptied, "
        f"{documents['rejected']:,} rejected"
    )
    for name in ("blocks", "words"):
        yield f"{report[name]['in']:,} {name} in, {report[name]['out']:,} out ({_share(report[name])})"
    yield from _stages("removed", report["dropped"], "blocks")
    yield from _stages("edited", report["edited"], "edits")
    yield from _filters(report["word_filters"])
    yield from _filters(report["suspected_filters"], suspected=True)
    for reason, count in list(report["rejects"].items())[:RULES]:
        yield f"rejected {count:,}: {printable(reason)}"


def _share(counts: Mapping[str, int]) -> str:
    return f"{100 * counts['out'] / counts['in']:.1f} %" if counts["in"] else "nothing"


def _stages(verb: str, rows: list[Mapping[str, Any]], unit: str) -> Iterator[str]:
    by_stage: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_stage[row["stage"]].append(row)
    for stage, found in by_stage.items():
        total = sum(row["count"] for row in found)
        yield f"{stage} {verb} {total:,} {unit}: " + ", ".join(f"{row['rule']} {row['count']:,}" for row in found[:RULES])


def _filters(rows: list[Mapping[str, Any]], *, suspected: bool = False) -> Iterator[str]:
    for row in rows[:FILTERS]:
        verb = "suspected word filter, left alone" if suspected else "word filter undone"
        yield (
            f"{verb} on {printable(row['site'])}: {row['letters']} -> {printable(row['replacement'])}, "
            f"{row['occurrences']:,} words ({printable(row['examples'])})"
        )
    if len(rows) > FILTERS:
        yield f"... and {len(rows) - FILTERS:,} more word filters"
