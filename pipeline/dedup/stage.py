"""The dedup stage: two looks at the whole corpus, then verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.corpus import Batch, Facts, Learner, Piece, Read, Round, Verdicts
from pipeline.dedup import crowds, numbers, observe, relations, remnants, twins, verdicts
from pipeline.dedup.buckets import Buckets
from pipeline.dedup.classes import Classes
from pipeline.dedup.crowds import Crowds, Fetch
from pipeline.dedup.hosts import Hosts
from pipeline.dedup.numbers import column
from pipeline.dedup.partners import CAPPED, Partners
from pipeline.dedup.probes import Probes
from pipeline.dedup.proof import Proof
from pipeline.dedup.rules import REMNANT
from pipeline.dedup.settings import Settings
from pipeline.dedup.settle import Settle
from pipeline.dedup.twins import TURNS


@dataclass(frozen=True)
class Relations:
    """Gathers what the rounds of the first look found for each batch: the facts."""

    name: str = "relations"

    def tasks(self, parts: int) -> int:
        """One a partition of the batches."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """The facts, and how many paragraphs were not compared with all that they met."""
        steps = ("classes", "partners", "hosts")
        found = [rows for step in steps for rows in read(step, relations.RELATIONS, task)]
        cut = [column(rows, "number") for rows in read("partners", CAPPED, task)]
        if found or cut:
            rows = pa.concat_tables([relations.SCHEMA.empty_table(), *found])
            crowd = column(relations.of_kind(rows, relations.CROWDED), "number")  # of these it is known later
            capped = np.setdiff1d(np.concatenate([np.zeros(0, np.int64), *cut]), crowd)
            yield verdicts.said("capped", [len(capped)])
            yield from relations.each_batch(rows)


@dataclass(frozen=True)
class Candidates:
    """First look: which paragraphs are exact copies, and which pairs are worth comparing."""

    settings: Settings
    remember: bool = False
    name: str = "dedup-candidates"

    @property
    def rounds(self) -> tuple[Round, ...]:
        """By exact key, by band, by paragraph; what stands inside another; by batch."""
        probes = [Probes(self.settings)] if self.settings.contained == "corpus" else []
        by_key: tuple[Round, ...] = (Classes(self.settings), Buckets(self.settings), *probes)
        return (*by_key, Partners(self.settings), Hosts(), Relations())

    def scatter(self, batch: Batch, facts: Facts, parts: int) -> Iterator[Piece]:
        """Exact key and band keys of each paragraph with enough words."""
        rows = observe.observe(batch, self.settings, self.remember)
        return observe.by_key(rows, parts)


@dataclass(frozen=True)
class Twins:
    """Second look: the paragraphs of those pairs are compared, and one of each is settled on."""

    settings: Settings
    name: str = "dedup-twins"

    @property
    def rounds(self) -> tuple[Round, ...]:
        """The proof of each pair; what goes for what; both again for crowds; by batch."""
        turns: list[Round] = [Proof(self.settings, 0), Settle(self.settings, 0)]
        for turn in range(1, TURNS + 1):
            crowds = Crowds(self.settings, turn), Fetch(turn)
            turns += [*crowds, Proof(self.settings, turn), Settle(self.settings, turn)]
        return *turns, verdicts.Verdicts(), verdicts.Conclude()

    def scatter(self, batch: Batch, facts: Facts, parts: int) -> Iterator[Piece]:
        """Words, numbers and names of the paragraphs that a relation names."""
        related = facts[Candidates.name]
        if related.num_rows:
            yield from twins.scatter(batch, related, self.settings, parts)
            yield from crowds.scatter(batch, related, self.settings, parts)


@dataclass(frozen=True)
class Dedup:
    """Drops paragraphs that stand elsewhere already, and names the one that stays."""

    settings: Settings = field(default_factory=Settings)
    remember: bool = False  # for later runs, and to be compared with earlier ones
    name: str = "dedup"

    @property
    def learners(self) -> tuple[Learner, ...]:
        """Candidates, then twins."""
        return Candidates(self.settings, self.remember), Twins(self.settings)

    def apply(self, batch: Batch, facts: Facts) -> Batch:
        """The batch with a verdict on each duplicate."""
        found = facts[Twins.name]
        if not found.num_rows:
            return batch
        stays = found["rule"].is_null()
        gone = found.filter(pc.invert(stays))
        rows = numbers.rows(column(gone, "number"))
        values = {name: gone[name].to_pylist() for name in verdicts.VERDICTS.names}
        twin = (values["twin_seq"], values["twin_pos"], values["twin_id"])
        batch = batch.drop(self.name, Verdicts(rows, values["rule"], values["evidence"], twin))
        return self._without_remnants(batch, found.filter(stays)) if self.settings.drop_remnants else batch

    def _without_remnants(self, batch: Batch, stay: pa.Table) -> Batch:
        """Also without what is left of remnants, but for those that hold the one copy of another's paragraph."""
        left = remnants.remnants(batch, self.name, self.settings.min_share)
        needed = np.unique(batch.column("doc")[numbers.rows(column(stay, "number"))])
        left = left.filter(pa.array(~np.isin(left["doc"].to_numpy(), needed)))
        rows = remnants.blocks_left(batch, left)
        said = {row["doc"]: f"{row['left']} of {row['words']} words left" for row in left.to_pylist()}
        evidence = [said[doc] for doc in batch.column("doc")[rows].tolist()]
        return batch.drop(self.name, Verdicts(rows, [REMNANT] * len(rows), evidence))
