"""The learner "known-terms": words that look run together, and that the corpus itself uses as terms ("userAgent").

Damage falls on each place by itself, so it seldom makes the same word twice on one site; a term returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.corpus import Batch, Facts
from pipeline.repair.glue import glued
from pipeline.repair.learner import sites_of
from pipeline.repair.scan import Text, scans
from pipeline.repair.settings import Settings

ROWS = pa.schema([("site", pa.string()), ("term", pa.string()), ("count", pa.int64())])
TERMS = pa.schema([("site", pa.string()), ("term", pa.string()), ("count", pa.int64())])
OFTEN = 2  # times on one site
SITES = 4  # sites of the corpus
EVERYWHERE = ""  # the site of a term that many sites use


@dataclass(frozen=True)
class KnownTerms:
    """Learns which words that could be split are terms."""

    settings: Settings = field(default_factory=Settings)

    @property
    def name(self) -> str:
        """Key of the facts."""
        return "known-terms"

    def observe(self, batch: Batch, facts: Facts) -> pa.Table:
        """Words of a batch that could be split, counted by site."""
        counts = Counter(_found(batch, self.settings)) if len(batch) else Counter()
        rows = [{"site": site, "term": term, "count": n} for (site, term), n in sorted(counts.items())]
        return pa.Table.from_pylist(rows, ROWS)

    def combine(self, rows: pa.Table) -> pa.Table:
        """Counts summed by site and term."""
        grouped = rows.group_by(["site", "term"], use_threads=False).aggregate([("count", "sum")])
        named = grouped.rename_columns([name.removesuffix("_sum") for name in grouped.column_names])
        return named.select(ROWS.names).cast(ROWS).sort_by([("site", "ascending"), ("term", "ascending")])

    def conclude(self, rows: pa.Table, facts: Facts) -> pa.Table:
        """The terms to leave alone, on their site or, with the empty site, everywhere."""
        rows = self.combine(rows)
        here = rows.filter(pc.greater_equal(rows.column("count"), OFTEN))
        sites = rows.group_by("term", use_threads=False).aggregate([("site", "count")])
        wide = sites.filter(pc.greater_equal(sites.column("site_count"), SITES))
        everywhere = [
            {"site": EVERYWHERE, "term": row["term"], "count": row["site_count"]}
            for row in wide.sort_by([("term", "ascending")]).to_pylist()
        ]
        return pa.concat_tables([pa.Table.from_pylist(everywhere, TERMS), here])


def _found(batch: Batch, settings: Settings) -> Iterator[tuple[str, str]]:
    sites, text = sites_of(batch), Text(batch)
    for scan in scans(text, settings.languages):
        for found in glued(scan, settings):
            yield sites[int(text.doc[found.row])], found.term
