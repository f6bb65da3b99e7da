"""Cleans scraped text: strips site boilerplate, repairs corrupted words, drops duplicated paragraphs, and keeps a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.run import run
from pipeline.version import __version__

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.single import Cleaned, clean_text

__all__ = ["Cleaned", "Settings", "__version__", "clean_text", "run"]

HOMES = {"Cleaned": "pipeline.single", "clean_text": "pipeline.single", "Settings": "pipeline.settings"}


def __getattr__(name: str) -> Any:
    """The names that need numpy and Arrow are imported when they are first asked for: `pipeline --help` must not wait."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(HOMES[name]), name)
