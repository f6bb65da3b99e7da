"""Drops paragraphs that stand elsewhere already: exact copies, near copies, and parts of longer paragraphs."""

from pipeline.dedup.rules import RULES
from pipeline.dedup.settings import Settings
from pipeline.dedup.stage import Dedup

__all__ = ["RULES", "Dedup", "Settings"]
