"""One text, cleaned in memory by the same plan as a corpus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipeline import plan
from pipeline.corpus import Batch, Facts
from pipeline.corpus.partition import learn
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.settings import Settings


@dataclass(frozen=True)
class Cleaned:
    """A clean text and the ledger of all that was removed from it and edited in it, as rows of `_ledger`."""

    text: str
    ledger: list[dict[str, Any]] = field(repr=False)


def clean_text(text: str, settings: Settings | None = None) -> Cleaned:
    r"""Clean one document. What only a corpus can tell, the frame of its site and the copies elsewhere, stays.

    A page of several articles comes back as one text.

    >>> clean_text("[ad_1]\n\nThe mill by the old bridge opened its doors again on Friday.").text
    'The mill by the old bridge opened its doors again on Friday.'
    """
    results, ledgers = [], []
    for batch in decide(list(assemble.batches([(0, Record("text", text, None, "", "text"))], len(text) + 1)), settings):
        result, ledger = settle.settle(batch)
        results += result["text"].to_pylist()
        ledgers += ledger.to_pylist()
    return Cleaned("".join(results), ledgers)


def decide(batches: list[Batch], settings: Settings | None = None) -> list[Batch]:
    """The batches with the verdicts and edits of all stages: every pass of the plan, in this process."""
    facts: list[Facts] = [{} for _ in batches]
    for step in plan.passes(settings or Settings()):
        batches = [step.decide(batch, known) for batch, known in zip(batches, facts, strict=True)]
        if step.observe:
            facts = learn(step.observe, batches, facts)
    return batches
