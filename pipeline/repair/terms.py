"""Words that look run together, and that the corpus itself uses as terms: "userAgent".

Damage falls on each place by itself, so it seldom makes the same word twice on one site; a term returns. Words that
damage makes often and nobody uses are no terms: in a large corpus "withthe" stands on many sites. On a page about code any
word may be one: "foreach".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.corpus import Facts
from pipeline.repair.glue import glued
from pipeline.repair.scan import Scan
from pipeline.repair.settings import Settings

OFTEN = 2  # times on one site
SITES = 4  # sites of the corpus
FACTS = "word-filters"  # the learner's name
EVERYWHERE = ""  # the site of a term that many sites use


def observed(scan: Scan, sites: list[str], settings: Settings) -> Iterator[tuple[str, str, int]]:
    """(site, term, count) of the words of a batch that could be split."""
    doubtful = (found for found in glued(scan, settings) if not found.sure)
    counts = Counter((sites[int(scan.text.doc[found.row])], found.term) for found in doubtful)
    yield from ((site, term, n) for (site, term), n in sorted(counts.items()))


def concluded(rows: pa.Table) -> Iterator[tuple[str, str, int]]:
    """(site, term, count) of the terms to leave alone, on their site or, with the empty site, everywhere.

    Args:
        rows: Columns `site`, `word` and `count`, one row for each word of a site.
    """
    here = rows.filter(pc.greater_equal(rows["count"], OFTEN))
    wide = rows.group_by("word", use_threads=False).aggregate([("site", "count")]).sort_by([("word", "ascending")])
    for term, n in zip(wide["word"].to_pylist(), wide["site_count"].to_pylist(), strict=True):
        if n >= SITES:
            yield EVERYWHERE, term, n
    yield from zip(*(here[name].to_pylist() for name in ("site", "word", "count")), strict=True)


def of_sites(facts: Facts, sites: list[str]) -> Facts:
    """The facts about some sites and about all: what a batch needs of a corpus of any size."""
    table = facts.get(FACTS)
    if table is None or not table.num_rows:  # without rows it may lack the columns too
        return facts
    return {FACTS: table.filter(pc.is_in(table["site"], pa.array([*dict.fromkeys(sites), EVERYWHERE], pa.string())))}


def known(facts: Facts) -> set[tuple[str, str]]:
    """(site, term) of all terms."""
    table = facts.get(FACTS)
    if table is None or not table.num_rows:
        return set()
    table = table.filter(table["undone"].is_null())
    return set(zip(table["site"].to_pylist(), table["replacement"].to_pylist(), strict=True))
