"""The closing words of a run: what a person wants to know at a glance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.report.safe import printable

RULES = 8  # of a stage
FILTERS = 8
EXAMPLES = 3


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
    yield from _filters("word filter undone", report["word_filters"])
    yield from _filters("suspected word filter, left alone", report["suspected_filters"])
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


def _filters(verb: str, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    """A line a filter, for all sites that use it, the most used first."""
    pairs: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        pairs[f"{row['letters']} -> {printable(row['replacement'])}"].append(row)
    most = sorted(pairs.items(), key=lambda item: -sum(row["occurrences"] for row in item[1]))
    for pair, found in most[:FILTERS]:
        words, examples = sum(row["occurrences"] for row in found), printable(found[0]["examples"])
        where = printable(found[0]["site"]) if len(found) == 1 else f"{len(found):,} sites"
        yield f"{verb}: {pair} on {where}, {words:,} words ({', '.join(examples.split(', ')[:EXAMPLES])})"
    if len(most) > FILTERS:
        yield f"... and {len(most) - FILTERS:,} more"


def filters_of(report: Mapping[str, Any], site: str) -> Iterator[str]:
    """The filters inferred for one site, with their evidence."""
    for name, verb in (("word_filters", "undone"), ("suspected_filters", "only suspected, left alone")):
        for row in report[name]:
            if row["site"] == site:
                yield (
                    f"word filter {row['letters']} -> {printable(row['replacement'])}: {verb}, evidence {row['margin']:.1f} "
                    f"from {row['families']} word families, {row['occurrences']} words on {row['pages']} pages "
                    f"({printable(row['examples'])})"
                )
