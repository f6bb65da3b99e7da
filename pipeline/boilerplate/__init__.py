"""Boilerplate: what site software put round the text."""

from pipeline.boilerplate.rules import RULES
from pipeline.boilerplate.settings import Settings
from pipeline.boilerplate.stage import Boilerplate

__all__ = ["RULES", "Boilerplate", "Settings"]
