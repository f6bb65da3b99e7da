"""JSONL in on standard input, JSONL out on standard output."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.progress import Progress
from pipeline.run import Result, UsageError, run
from pipeline.settings import Settings


def run_stream(inputs: Sequence[str], output: str, settings: Settings, progress: Progress) -> Result:
    """As `run`, where "-" among the inputs is JSONL on standard input, and as output JSONL on standard output.

    A pass over all documents comes before the first can be written, so both are kept in a temporary folder meanwhile.

    Raises:
        UsageError: as `run`; or "-" is given twice.
    """
    if inputs.count("-") > 1:
        raise UsageError("standard input can be read once only")
    with tempfile.TemporaryDirectory(prefix="pipeline-") as folder:
        paths = [_standard_input(Path(folder)) if name == "-" else name for name in inputs]
        if output != "-":
            return run(paths, output, settings, progress)
        result = run(paths, Path(folder) / "out", replace(settings, formats=("jsonl",)), progress)
        for part in sorted((result.output / "jsonl").glob("*.jsonl")):
            with part.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return result


def _standard_input(folder: Path) -> Path:
    path = folder / "in" / "stdin.jsonl"
    path.parent.mkdir()
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path
