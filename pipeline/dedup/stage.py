"""The dedup stage: two looks at the whole corpus, then verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.corpus import Batch, Facts, Learner, Verdicts
from pipeline.dedup import known, observe, relations, remnants, twins
from pipeline.dedup.rules import REMNANT
from pipeline.dedup.settings import Settings

_PREFERRED = [("seq", "ascending"), ("pos", "ascending")]


def _by_address(rows: pa.Table) -> pa.Table:
    """Rows sorted by paragraph; those of neighbouring batches mostly are already, and are not copied."""
    seqs, places = rows.column("seq").to_numpy(), rows.column("pos").to_numpy()
    rising = (seqs[1:] > seqs[:-1]) | (seqs[1:] == seqs[:-1]) & (places[1:] > places[:-1])
    return rows if rising.all() else rows.sort_by(_PREFERRED)


@dataclass(frozen=True)
class Candidates:
    """First look: which paragraphs are exact copies, and which pairs are worth comparing."""

    settings: Settings
    remember: bool = False
    name: str = "dedup-candidates"

    def observe(self, batch: Batch, facts: Facts) -> pa.Table:
        """Exact key and band keys of each paragraph with enough words."""
        return observe.observe(batch, self.settings, self.remember)

    def combine(self, rows: pa.Table) -> pa.Table:
        """The rows in order of the documents."""
        return _by_address(rows)

    def conclude(self, rows: pa.Table, facts: Facts) -> pa.Table:
        """Relations, as in `pipeline.dedup.relations`; known paragraphs of earlier runs are among them."""
        return relations.relations(_by_address(rows), known.table(facts), known.pairs(facts), self.settings)


@dataclass(frozen=True)
class Twins:
    """Second look: the paragraphs of those pairs are compared, and one of each is settled on."""

    settings: Settings
    name: str = "dedup-twins"

    def observe(self, batch: Batch, facts: Facts) -> pa.Table:
        """Words, numbers and names of the paragraphs that a relation names."""
        return twins.observe(batch, facts[Candidates.name])

    def combine(self, rows: pa.Table) -> pa.Table:
        """The rows in order of the documents."""
        return _by_address(rows)

    def conclude(self, rows: pa.Table, facts: Facts) -> pa.Table:
        """Verdicts: address, rule, evidence and twin of each paragraph that goes."""
        return twins.verdicts(_by_address(rows), facts[Candidates.name], known.table(facts), self.settings)


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
        found = twins.lookup(batch, facts[Twins.name])
        if not len(found.rows):
            return batch
        order = np.argsort(found.rows, kind="stable")
        column = {name: found.table.column(name).take(pa.array(order)).to_pylist() for name in twins.VERDICTS.names}
        twin = (column["twin_seq"], column["twin_pos"], column["twin_id"])
        batch = batch.drop(self.name, Verdicts(found.rows[order], column["rule"], column["evidence"], twin))
        return self._without_remnants(batch, facts[Twins.name]) if self.settings.drop_remnants else batch

    def _without_remnants(self, batch: Batch, verdicts: pa.Table) -> Batch:
        """Also without what is left of remnants, but for those that hold the one copy of another's paragraph."""
        left = remnants.remnants(batch, self.name, self.settings.min_share)
        seqs = batch.docs["seq"].take(left["doc"])
        needed = pc.is_in(seqs, value_set=verdicts["twin_seq"].combine_chunks())
        left = left.filter(pc.invert(needed))
        rows = remnants.blocks_left(batch, left)
        said = {row["doc"]: f"{row['left']} of {row['words']} words left" for row in left.to_pylist()}
        evidence = [said[doc] for doc in batch.column("doc")[rows].tolist()]
        return batch.drop(self.name, Verdicts(rows, [REMNANT] * len(rows), evidence))
