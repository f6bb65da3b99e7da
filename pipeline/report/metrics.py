"""`_report.json` in the text format of Prometheus, for the node exporter's textfile collector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

HELP = {
    "documents": ("gauge", "Documents of the last run, by what became of them."),
    "blocks": ("gauge", "Blocks of the last run, in and out."),
    "words": ("gauge", "Words of the last run, in and out."),
    "input_bytes": ("gauge", "Bytes of the inputs of the last run."),
    "dropped_blocks": ("gauge", "Blocks that the last run removed, by stage and rule."),
    "edits": ("gauge", "Edits of the last run, by stage and rule."),
    "rejects": ("gauge", "Rejected inputs of the last run, by reason."),
    "run_seconds": ("gauge", "Wall time of the last run."),
    "last_success_timestamp_seconds": ("gauge", "When the last run ended well, in seconds since 1970."),
}


def metrics(report: Mapping[str, Any], seconds: float, now: float) -> str:
    """The metrics file of a run that ended well.

    Args:
        report: content of `_report.json`.
        seconds: wall time of the run.
        now: seconds since 1970.
    """
    values: dict[str, list[tuple[dict[str, str], float]]] = {
        "documents": [({"status": name}, n) for name, n in report["documents"].items() if name != "in"],
        "blocks": [({"side": side}, n) for side, n in report["blocks"].items()],
        "words": [({"side": side}, n) for side, n in report["words"].items()],
        "input_bytes": [({}, report["inputs"]["bytes"])],
        "dropped_blocks": [({"stage": row["stage"], "rule": row["rule"]}, row["count"]) for row in report["dropped"]],
        "edits": [({"stage": row["stage"], "rule": row["rule"]}, row["count"]) for row in report["edited"]],
        "rejects": [({"reason": reason}, n) for reason, n in report["rejects"].items()],
        "run_seconds": [({}, round(seconds, 3))],
        "last_success_timestamp_seconds": [({}, round(now))],
    }
    return "".join(line + "\n" for name, rows in values.items() for line in _family(f"pipeline_{name}", HELP[name], rows))


def _family(name: str, about: tuple[str, str], rows: list[tuple[dict[str, str], float]]) -> Iterator[str]:
    yield f"# HELP {name} {about[1]}"
    yield f"# TYPE {name} {about[0]}"
    for labels, value in rows:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{inside}}} {value}" if inside else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
