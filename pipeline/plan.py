"""The whole job, in the order in which it is done.

    read          bytes -> text -> blocks; encoding mended; a page of several articles split        (formats)
    boilerplate   what site software put round the text                                             (boilerplate)
    repair        what word filters and dropped markup did to the text                              (repair)
    dedup         what stands elsewhere already                                                     (dedup)
    write         drops, and says why                                                               (formats)

A learner must see the whole corpus before its stage can decide, so the job is cut into passes at each learner: a pass
applies what is known, observes for the next learner, and hands its batches on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.boilerplate import Boilerplate
from pipeline.corpus import Batch, Facts, Learner, Rule, Stage
from pipeline.dedup import Dedup
from pipeline.repair import Repair
from pipeline.settings import Settings

LAYERS = ("read", "boilerplate", "repair", "dedup")  # the order in which edits were made; undo goes back through it


@dataclass(frozen=True)
class Pass:
    """One walk over all batches: apply some stages, then observe for a learner; the last pass has none, and writes."""

    apply: tuple[Stage, ...]
    observe: Learner | None

    def decide(self, batch: Batch, facts: Facts) -> Batch:
        """The batch with the verdicts and edits of this pass."""
        for stage in self.apply:
            batch = stage.apply(batch, facts)
        return batch


def stages(settings: Settings) -> tuple[Stage, ...]:
    """The stages that are on, in order."""
    dedup = Dedup(settings.dedup, remember=bool(settings.state))
    every: tuple[Stage, ...] = (Boilerplate(settings.boilerplate), Repair(settings.repair), dedup)
    return tuple(stage for stage in every if stage.name in settings.stages)


def passes(settings: Settings) -> tuple[Pass, ...]:
    """The job, cut at each learner."""
    return tuple(_cut(stages(settings)))


def _cut(order: tuple[Stage, ...]) -> Iterator[Pass]:
    known: tuple[Stage, ...] = ()
    for stage in order:
        for learner in stage.learners:
            yield Pass(known, learner)
            known = ()
        known = (*known, stage)
    yield Pass(known, None)


def rules() -> dict[str, tuple[Rule, ...]]:
    """Every rule, by the layer of the ledger it writes to."""
    from pipeline import boilerplate, dedup, repair
    from pipeline.formats.rules import RULES

    return {"read": RULES, "boilerplate": boilerplate.RULES, "repair": repair.RULES, "dedup": dedup.RULES}
