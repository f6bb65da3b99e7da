"""A state in a few lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.store.columns import Damaged
from pipeline.store.errors import refused
from pipeline.store.state import State


def is_state(folder: Path) -> bool:
    """Whether a folder looks like a state, whole or damaged."""
    return (folder / "manifest.json").exists() or ((folder / "files").is_dir() and (folder / "lock").exists())


@contextmanager
def opened(folder: Path) -> Iterator[State]:
    """A state as it is, whatever its scheme.

    Raises:
        StateError: it is damaged.
        StateLocked: a run uses it.
    """
    state = State(folder, None)
    try:
        with guarded(folder):
            yield state
    finally:
        state.close()


@contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Work with an open state, whose files are read as late as they are needed.

    Raises:
        StateError: one of them is damaged.
    """
    try:
        yield
    except Damaged as error:
        raise refused(folder, str(error)) from error


def summary(state: State) -> Iterator[str]:
    """What a state holds: a line a run, in order, then totals."""
    manifest = state.manifest
    for run in manifest.runs:
        learnt = sum(one.rows for one in run.learnt.values())
        yield (
            f"{run.name}: {run.rows:,} paragraphs of {run.documents:,} documents, {learnt:,} rows learnt, "
            f"from {run.source.files:,} files of {run.source.bytes:,} bytes"
        )
    segments = sum(file.bytes for file in manifest.segments)
    others = sum(one.bytes for run in manifest.runs for one in run.learnt.values())
    rows = sum(file.rows for file in manifest.segments)
    each = f", {segments / rows:.0f} a paragraph" if rows else ""
    yield f"{len(manifest.runs):,} runs, {rows:,} paragraphs in {len(manifest.segments)} segments of {segments:,} bytes{each}"
    yield f"rows learnt: {others:,} bytes"
    yield "made with " + ", ".join(f"{name} {value}" for name, value in sorted(manifest.scheme.items()))
