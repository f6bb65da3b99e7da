"""What is kept between runs: the paragraphs they wrote and what their learners observed, checksummed and immutable."""

from pipeline.store.errors import StateError, StateLocked, refused
from pipeline.store.lock import held
from pipeline.store.manifest import Output, Run, Source
from pipeline.store.state import Hits, State
from pipeline.store.summary import guarded, is_state, opened, summary

__all__ = [
    "Hits",
    "Output",
    "Run",
    "Source",
    "State",
    "StateError",
    "StateLocked",
    "guarded",
    "held",
    "is_state",
    "opened",
    "refused",
    "summary",
]
