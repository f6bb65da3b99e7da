"""The learner "word-filters": which letters a site's word filter replaced, by what, and what only looks damaged.

Each page on its own gives its clues, so that neither the cut into batches nor the order of pages matters: the damaged
words that a pair explains, how often the letters survive on that page, and how often they would stand there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.corpus import Batch, Facts
from pipeline.corpus.partition import Keyed, hashed
from pipeline.repair import terms
from pipeline.repair.casing import Style
from pipeline.repair.evidence import FREE, Clues, Found, families, prior, score
from pipeline.repair.page import Page
from pipeline.repair.pool import sketch
from pipeline.repair.proposals import DELETED, Pair, propose
from pipeline.repair.readings import is_mask
from pipeline.repair.scan import Scan, Suspect, scans
from pipeline.repair.settings import Settings
from pipeline.repair.sites import CASE, LACKS, WORD, filters_of
from pipeline.repair.text import Text

ROWS = pa.schema(
    [
        ("language", pa.string()),
        ("site", pa.string()),
        ("letters", pa.string()),
        ("replacement", pa.string()),
        ("word", pa.string()),  # damaged word; "" in the row that counts pages, survivors and expected
        ("reading", pa.string()),  # "" for a word that holds the replacement and that no pair explains; `TERM`, `CASE`
        ("count", pa.int64()),  # occurrences
        ("pages", pa.int64()),
        ("survivors", pa.int64()),  # occurrences of the letters on the pages that show the pair
        ("expected", pa.int64()),  # millionths of words that would hold them
    ]
)
KEYS = ["language", "site", "letters", "replacement", "word", "reading"]
SUMS = ["count", "pages", "survivors", "expected"]

FILTERS = pa.schema(
    [
        ("language", pa.string()),
        ("site", pa.string()),
        ("letters", pa.string()),  # what the filter looked for
        ("replacement", pa.string()),  # what it wrote
        ("families", pa.int64()),  # word families that show it
        ("occurrences", pa.int64()),
        ("pages", pa.int64()),
        ("margin", pa.float64()),  # evidence, see evidence.score
        ("undone", pa.bool_()),  # false: only suspected, nothing is changed; null: no filter but a term, see terms.py
        ("examples", pa.string()),  # "pbadage: passage, badysts: analysts"
        ("style", pa.string()),  # what the filters of the site did to letter case, see casing.Style
    ]
)

TERM = "\n"  # the reading of a term: itself
DOUBTFUL = 100_000  # millionths of words expected on a page that lacks them
HOPELESS = -3.0  # evidence of a page
SPARED = 0.05  # survivors with a capital, a damaged word; of words that hold such letters a tenth has one

Row = tuple[str, str, str, str, str, str, int, int, int, int]


@dataclass(frozen=True)
class WordFilters(Keyed):
    """Learns the filters of each site."""

    settings: Settings = field(default_factory=Settings)

    @property
    def name(self) -> str:
        """Key of the facts."""
        return terms.FACTS

    def observe(self, batch: Batch, facts: Facts) -> pa.Table:
        """The clues of each page of a batch, and the words that may only look damaged, counted by site."""
        rows: list[Row] = []
        sites = sites_of(batch)
        for scan in scans(Text(batch), self.settings.languages):
            if self.settings.learn and self.settings.filters:
                for doc, suspects in scan.documents(scan.unsettled):
                    rows += [(scan.lexicon.language, sites[doc], *clue) for clue in _clues(scan, doc, suspects)]
            rows += [("", site, "", "", term, TERM, n, 0, 0, 0) for site, term, n in terms.observed(scan, sites, self.settings)]
        return _table(rows)

    def keys(self, rows: pa.Table) -> NDArray[np.uint64]:
        """Clues by site, terms by word: many sites may use one."""
        return hashed(pc.if_else(pc.equal(rows["reading"], TERM), rows["word"], rows["site"]))

    def combine(self, rows: pa.Table) -> pa.Table:
        """Counts summed by key."""
        grouped = rows.group_by(KEYS, use_threads=False).aggregate([(name, "sum") for name in SUMS])
        grouped = grouped.rename_columns([name.removesuffix("_sum") for name in grouped.column_names])
        return grouped.select(ROWS.names).cast(ROWS).sort_by([(name, "ascending") for name in KEYS])

    def conclude(self, rows: pa.Table, facts: Facts) -> pa.Table:
        """One row an inferred filter, by site, the surest first; then the terms."""
        rows = self.combine(rows)
        is_term = pc.equal(rows["reading"], TERM)
        out = [_term_row(*term) for term in terms.concluded(rows.filter(is_term))]
        for (language, site), group in _by_site(rows.filter(pc.invert(is_term))):
            found = filters_of(group, language, self.settings.margin, self.settings.suspect)
            style = _style(group, found)
            out += [_filter_row(language, site, one, style) for one in found]
        return pa.table([list(column) for column in zip(*out, strict=True)], schema=FILTERS) if out else FILTERS.empty_table()

    def gather(self, concluded: pa.Table) -> pa.Table:
        """Filters by site, those of one site still the surest first; then the terms."""
        is_term = concluded["undone"].is_null()
        filters = concluded.filter(pc.invert(is_term)).sort_by([("language", "ascending"), ("site", "ascending")])
        terms = concluded.filter(is_term).sort_by([("site", "ascending"), ("replacement", "ascending")])
        return pa.concat_tables([filters, terms])


def sites_of(batch: Batch) -> list[str]:
    """The site of each document; a page without one stands alone, under its id."""
    columns = (batch.docs.column(name).to_pylist() for name in ("site", "id"))
    return [site or name or "" for site, name in zip(*columns, strict=True)]


def _clues(scan: Scan, doc: int, suspects: list[Suspect]) -> Iterator[tuple[str, str, str, str, int, int, int, int]]:
    """The clues of one page, as the last eight columns of `ROWS`."""
    page, written = Page(scan, doc), [s.word for s in suspects]
    counts, masked = Counter(map(str.lower, written)), {word.lower() for word in written if not word.isalpha()}
    rare = counts.keys() - masked
    words = rare & scan.unknown
    lacking = [letters for letters in DELETED if page.expected(letters) >= DOUBTFUL] if len(words) > 1 else []
    yield from _alone(page, counts, sorted(words.intersection(written) | masked))
    proposals = propose(words, rare, masked, lacking, page.lacking, scan.lexicon)
    explained: dict[str, set[str]] = {}
    for pair, reads in sorted(proposals.items()):
        if _shown(pair, reads, counts, page):
            letters, replacement = pair
            explained.setdefault(replacement, set()).update(reads)
            yield letters, replacement, "", "", 0, 1, page.survivors(letters), page.expected(letters)
            yield letters, replacement, "", CASE, _capitals(replacement, reads, suspects), 0, page.capitals(letters), 0
            for word, reading in sorted(reads.items()):
                yield letters, replacement, word, reading, counts[word], 0, 0, 0
    for replacement in sorted(r for r in explained if not is_mask(r) and r):
        for word in sorted(w for w in words if replacement in w and w not in explained[replacement]):
            yield "", replacement, word, "", counts[word], 0, 0, 0


def _alone(page: Page, counts: Counter[str], words: list[str]) -> Iterator[tuple[str, str, str, str, int, int, int, int]]:
    """Unknown words of one page in small letters, names aside, and masked ones, for what the pages of a site show together."""
    if words:
        yield "", "", sketch(page), LACKS, 0, 1, 0, page.size
    for word in words:
        yield "", "", word, WORD, counts[word], 0, 0, 0


def _capitals(replacement: str, reads: Mapping[str, str], suspects: list[Suspect]) -> int:
    """How many of the damaged words hold the replacement with a capital."""
    written = (s.word[s.low.find(replacement) :] for s in suspects if replacement and s.low in reads)
    return sum(rest[0].isupper() for rest in written)


def _style(rows: list[dict[str, Any]], found: list[Found]) -> Style:
    """What the filters of a site did to letter case; a replacement that always has its capital was given with it: "SEMEN"."""
    counts = {f.pair: sum(f.clues.counts.values()) for f in found if f.undone}
    case = [(row, counts[pair]) for row in rows if row["reading"] == CASE and (pair := _pair(row)) in counts]
    if any(0 < row["count"] < hits for row, hits in case):
        return Style.KEPT
    spared = sum(row["survivors"] for row, _ in case)
    return Style.SPARED if spared > SPARED * sum(counts.values()) else Style.LOST


def _pair(row: dict[str, Any]) -> Pair:
    return row["letters"], row["replacement"]


def _shown(pair: Pair, reads: dict[str, str], counts: Counter[str], page: Page) -> bool:
    """Whether a page's clue for a pair may matter with those of other pages; keeps the rows few on a clean corpus."""
    letters = pair[0]
    if pair[1] and prior(pair) > FREE:
        return page.survivors(letters) <= sum(counts[word] for word in reads)
    if len(reads) < 2 or not page.lacks(letters):
        return False
    found = families(pair, reads, page.scan.lexicon)
    clues = Clues(reads, counts, 1, 0, page.expected(letters) / 1e6)
    return len(found) > 1 and score(pair, found, clues, page.scan.lexicon) > HOPELESS


def _table(rows: list[Row]) -> pa.Table:
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=ROWS) if rows else ROWS.empty_table()


def _by_site(rows: pa.Table) -> Iterator[tuple[tuple[str, str], list[dict[str, object]]]]:
    groups: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in rows.to_pylist():
        groups.setdefault((row["language"], row["site"]), []).append(row)
    yield from groups.items()


def _term_row(site: str, term: str, count: int) -> tuple[object, ...]:
    return ("", site, "", term, 0, count, 0, 0.0, None, "", "")


def _filter_row(language: str, site: str, found: Found, style: Style) -> tuple[object, ...]:
    letters, replacement = found.pair
    shown = sorted(found.clues.words, key=lambda w: (-found.clues.counts[w], w))[:5]
    examples = ", ".join(f"{word}: {found.clues.words[word]}" for word in shown)
    occurrences = sum(found.clues.counts.values())
    evidence = found.families, occurrences, found.clues.pages, round(found.score, 2), found.undone
    return (language, site, letters, replacement, *evidence, examples, style)
