"""What a run says on standard error: a bar on a terminal, lines of text, or one JSON object a line."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.report.safe import printable

if TYPE_CHECKING:
    from rich.progress import Progress

    from pipeline.progress import Step
    from pipeline.settings import Settings


class Log:
    """Speaks for one command."""

    def __init__(self, stream: TextIO, *, quiet: bool = False, as_json: bool = False) -> None:
        """Takes the stream to write to."""
        self.stream, self.quiet, self.as_json = stream, quiet, as_json
        self._bar: Progress | None = None
        self._task: Any = None
        self._pass = ""
        self._started = self._pass_began = time.monotonic()

    def settings(self, settings: Settings) -> None:
        """Says, for the log of a scheduler, with what the run was started."""
        if self.as_json:
            self._say("info", "started", f"stages {','.join(settings.stages)}")

    def progress(self, step: Step) -> None:
        """One shard of a pass is done."""
        if self.as_json and step.done == step.of:
            self._say("info", "pass", step.what, documents=step.documents, bytes=step.size)
        elif not self.quiet and not self.as_json and self.stream.isatty():
            self._draw(step)

    def done(self, report: Mapping[str, Any], rejects: list[dict[str, Any]]) -> None:
        """The closing summary."""
        from pipeline.report.summary import summary

        self._close()
        seconds = time.monotonic() - self._started
        size = report["inputs"]["bytes"]
        for row in rejects:
            self._say("warning", "reject", reject_line(row), **row)
        if self.as_json:
            self._say("info", "done", f"{seconds:.1f} s", documents=report["documents"])
        elif not self.quiet:
            lines = [
                *summary(report),
                f"{size:,} bytes in {seconds:.1f} s ({size / max(seconds, 1e-9) / 1e6:.1f} MB/s)",
            ]
            self.stream.write("\n".join(lines) + "\n")

    def write_metrics(self, path: Path, report: Mapping[str, Any]) -> None:
        """Writes the metrics file aside and renames it, so that a collector never reads half of it."""
        from pipeline.formats.spool import whole_file
        from pipeline.report.metrics import metrics

        with whole_file(path) as file:
            file.write(metrics(report, time.monotonic() - self._started, time.time()).encode())

    def error(self, message: str, rejects: list[dict[str, Any]]) -> None:
        """The one line that says why a command failed."""
        self._close()
        for row in rejects:
            self._say("error", "reject", reject_line(row), **row)
        self._say("error", "failed", message)

    def _say(self, level: str, event: str, message: str, **values: Any) -> None:
        if self.as_json:
            import json

            row = {"level": level, "event": event, "message": printable(message), **values}
            self.stream.write(json.dumps(row) + "\n")
        elif level == "error" or not self.quiet:
            self.stream.write(f"{level}: {printable(message)}\n")
        self.stream.flush()

    def _draw(self, step: Step) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        if not self._bar:
            columns = (TextColumn("{task.description:>17}"), BarColumn(), TextColumn("{task.fields[speed]}"))
            self._bar = Progress(*columns, console=Console(file=self.stream), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("", speed="")
        if step.what != self._pass:
            self._pass, self._pass_began = step.what, time.monotonic()
        seconds = max(time.monotonic() - self._pass_began, 0.1)
        speed = f"{step.documents:,} documents, {step.size / seconds / 1e6:.1f} MB/s"
        self._bar.update(self._task, description=step.what, completed=step.done, total=step.of, speed=speed)

    def _close(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None


def reject_line(row: Mapping[str, Any]) -> str:
    """A reject as one line: "pages.jsonl, line 3, byte 512: not JSON".

    >>> reject_line({"path": "a.txt", "line": None, "byte": 7, "reason": "invalid UTF-8"})
    'a.txt, byte 7: invalid UTF-8'
    """
    where = "".join(f", {name} {row[name]}" for name in ("line", "byte") if row[name] is not None)
    return f"{row['path']}{where}: {row['reason']}"
