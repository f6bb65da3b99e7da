"""`_report.json` as one self-contained HTML page. Everything from the corpus is escaped by the template engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader


def page(report: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """The page.

    Args:
        report: content of `_report.json`.
        manifest: content of `_manifest.json`.
    """
    environment = Environment(loader=PackageLoader("pipeline.report", "data"), autoescape=True, trim_blocks=True)
    return environment.get_template("page.html.j2").render(report=report, manifest=manifest, bars=_bars(report))


def _bars(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each rule that dropped blocks, with its share of the largest as the width of a bar."""
    most = max((row["words"] for row in report["dropped"]), default=0) or 1
    return [{**row, "width": round(100 * row["words"] / most, 1)} for row in report["dropped"]]
