"""Repair of words: undo what a site's word filter wrote, and put back spaces and hyphens that dropped markup lost."""

from pipeline.repair.rules import RULES
from pipeline.repair.settings import Settings
from pipeline.repair.stage import Repair

__all__ = ["RULES", "Repair", "Settings"]
