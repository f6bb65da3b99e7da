"""Drops paragraphs that stand elsewhere already: exact copies, near copies, and parts of longer paragraphs."""

from pipeline.dedup.rules import RULES
from pipeline.dedup.settings import Settings
from pipeline.dedup.stage import Candidates, Dedup, Twins

__all__ = ["RULES", "Candidates", "Dedup", "Settings", "Twins"]
