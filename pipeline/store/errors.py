"""What may be wrong with a state folder."""

from __future__ import annotations

import shlex
from pathlib import Path


class StateError(RuntimeError):
    """A state that is damaged, or made by another version or with other settings (exit code 4)."""


class StateLocked(RuntimeError):  # noqa: N818 - named after what is wrong
    """Another run uses this state (exit code 6)."""


def refused(folder: Path, why: str) -> StateError:
    """The error that says what is wrong and how the state is made again."""
    command = f"pipeline state {shlex.quote(str(folder))} --rebuild OUTPUT"
    return StateError(
        f"state {folder} refused: {why}; nothing was changed. Make it again from the outputs of its runs, in their "
        f"order: {command} [--rebuild OUTPUT ...]"
    )
