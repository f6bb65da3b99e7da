"""The stage: words that a site's word filter or dropped markup damaged are written as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from pipeline.corpus import Batch, Facts, Learner
from pipeline.repair import layout, terms
from pipeline.repair.around import Pages
from pipeline.repair.casing import Style
from pipeline.repair.decode import SURE, Decoder
from pipeline.repair.edits import Change, Glued, rewrite
from pipeline.repair.glue import AROUND, ends_sentence, glued, stop
from pipeline.repair.known import LETTERS
from pipeline.repair.learner import WordFilters, sites_of
from pipeline.repair.marks import unmarked, without_marks
from pipeline.repair.page import Page
from pipeline.repair.proposals import Pair
from pipeline.repair.scan import Scan, Suspect, scans
from pipeline.repair.settings import Settings
from pipeline.repair.surroundings import Surroundings
from pipeline.repair.text import Text

STOPS = (".", "!", "?")
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Repair:
    """Repairs words; see `rules.RULES` for what it does and what it leaves."""

    settings: Settings = field(default_factory=Settings)

    @property
    def name(self) -> str:
        """The stage's word in ledger, flags and settings."""
        return "repair"

    @property
    def learners(self) -> tuple[Learner, ...]:
        """One: the filters of each site, and the terms that look damaged and are not."""
        return (WordFilters(self.settings),)

    def apply(self, batch: Batch, facts: Facts) -> Batch:
        """The batch with its damaged words written anew; only kept blocks in a known language are touched."""
        if not len(batch):
            return batch
        return rewrite(batch, _unprotected(batch, self._changes(batch, facts), self.settings.protect))

    def _changes(self, batch: Batch, facts: Facts) -> Iterator[Change]:
        sites = sites_of(batch)
        facts = terms.of_sites(facts, sites)
        filters, known = _Filters(facts, self.settings), terms.known(facts)
        for scan in scans(Text(batch), self.settings.languages):
            readers: dict[int, layout.Reader] = {}
            if self.settings.filters:
                yield from _undone(scan, sites, filters, readers)
            yield from _unglued(scan, sites, known, self.settings)
            if self.settings.line_end_hyphen:
                yield from layout.hyphens(scan, Pages(scan), readers)
            if self.settings.letter_spaced:
                yield from layout.spaced(scan)


class _Filters:
    """What is undone on each site: inferred filters, and the user's. Each with its evidence, as a number and in words."""

    def __init__(self, facts: Facts, settings: Settings) -> None:
        self.settings = settings
        self.inferred: dict[tuple[str, str], dict[Pair, tuple[float, str]]] = {}
        self._styles: dict[tuple[str, str], Style] = {}
        table = facts.get(terms.FACTS)
        for row in table.filter(table["undone"]).to_pylist() if table is not None and table.num_rows and settings.learn else ():
            pair = row["letters"], row["replacement"]
            families = "1 family" if row["families"] == 1 else f"{row['families']} families"
            why = f"{pair[0]} -> {pair[1] or 'nothing'}, {families} on {row['site']}"
            self.inferred.setdefault((row["language"], row["site"]), {})[pair] = row["margin"], why
            self._styles[row["language"], row["site"]] = Style(row["style"])
        pairs = [(site, pair) for (_, site), found in self.inferred.items() for pair in found]
        self.cutting = {site for site, (_, replacement) in pairs if not replacement}
        # "tes" was "like": nobody means to hide it, and so short or usual a word is no suspect otherwise
        self.whole = {(site, y) for site, (letters, y) in pairs if y.isalpha() and letters not in LETTERS}

    def of(self, page: Page, site: str, words: Iterable[str]) -> dict[Pair, tuple[float, str]]:
        """The filters that a page of a site went through."""
        inferred = self.inferred.get((page.scan.lexicon.language, site), {})
        given = {p: (SURE, f"{p[0]} -> {p[1]}, given in the settings") for p in self.settings.filters_for(site)}
        return {pair: inferred[pair] for pair in page.passed(inferred, words)} | given

    def style(self, language: str, site: str) -> Style:
        """What the filters of a site did to letter case."""
        return self._styles.get((language, site), Style.LOST)


def _undone(scan: Scan, sites: list[str], filters: _Filters, readers: dict[int, layout.Reader]) -> Iterator[Change]:
    """The damaged words of a batch; `readers` gets what reads such words of each document that went through a filter."""
    known = {site for language, site in filters.inferred if language == scan.lexicon.language}
    if not known and not filters.settings.rules:
        return
    docs = np.array([site in known or bool(filters.settings.rules) for site in sites], bool)
    pages, decoders = Pages(scan), dict[tuple[Style, tuple[tuple[Pair, float], ...]], Decoder]()
    surroundings = Surroundings(scan, pages)
    damaged = scan.damaged(docs, np.array([site in filters.cutting for site in sites], bool))
    whole = dict(scan.documents(scan.written(sorted({word for _, word in filters.whole}), docs)))
    for doc, suspects in scan.documents(damaged):
        passed = filters.of(Page(scan, doc), sites[doc], [s.low for s in suspects])
        if not passed:
            continue
        evidence = {pair: why for pair, (_, why) in passed.items()}
        style = filters.style(scan.lexicon.language, sites[doc])
        key = style, tuple((pair, score) for pair, (score, _) in sorted(passed.items()))
        if key not in decoders:  # the pages of a site share one, and what it has read
            decoders[key] = Decoder(dict(key[1]), style, scan.lexicon)
        readers[doc] = partial(_read, decoders[key], surroundings)
        every = sorted({*suspects, *(s for s in whole.get(doc, ()) if (sites[doc], s.low) in filters.whole)})
        if sites[doc] in filters.cutting:
            found = _unmarked(decoders[key], every, surroundings, evidence)
        else:
            found = list(decoders[key].changes(every, surroundings.place, evidence))
        for change in found:
            yield change
            if filters.settings.lost_space:
                yield from _parted(change, scan.text.bytes_of(change.row), scan, pages)


def _unmarked(decoder: Decoder, suspects: list[Suspect], surroundings: Surroundings, evidence: dict[Pair, str]) -> list[Change]:
    """The changes of a page that lost letters: with the marks that stand for them."""
    text = surroundings.scan.text
    found = list(decoder.changes(suspects, lambda *at: unmarked(surroundings.place(*at)), evidence))
    words = [text.bytes_of(c.row)[c.start : c.end].decode().lower() for c in found]
    pairs = [decoder.pair(word, decoder.read(word)) for word in words]
    return without_marks(found, ["" if replacement else letters for letters, replacement in pairs], text)


def _read(decoder: Decoder, surroundings: Surroundings, row: int, start: int, end: int, word: str) -> str:
    """What one word read; "" where it stays."""
    evidence = dict.fromkeys(decoder.filters, "")
    return next((c.after for c in decoder.changes([Suspect(row, start, end, word)], surroundings.place, evidence)), "")


def _parted(change: Change, text: bytes, scan: Scan, pages: Pages) -> Iterator[Change]:
    """The space lost behind a repaired word."""
    after = text[change.end : change.end + AROUND].decode(errors="ignore")
    if after[:1] in STOPS and after[1:2].isupper():
        before = text[max(0, change.start - AROUND) : change.start].decode(errors="ignore")
        lost = ends_sentence(before, change.after, after, scan.lexicon, pages.of_row(change.row))
        if lost:
            end = change.end + len(lost.encode())
            reason = "lost-space", "no space after a full stop"
            yield Change(change.row, change.end, end, f"{lost[0]} {lost[1:]}", *reason)


def _unglued(scan: Scan, sites: list[str], known: set[tuple[str, str]], settings: Settings) -> Iterator[Change]:
    """Words and sentences without the space between them, but for terms."""
    every = [found for found in glued(scan, settings) if not found.term_here and not _is_term(found, scan, sites, known)]
    parted = {(found.row, found.end) for found in every if found.rule == "run-together"}
    for found in every:
        reason = "no space after a full stop" if found.rule == "lost-space" else f"{found.after}: two words"
        start, after = found.start, found.after
        if found.rule == "lost-space" and (found.row, stop(found)) in parted:  # "oneplatform.It": a change for each
            head, _, tail = after.rpartition(" ")
            start, after = stop(found), f"{head[-1]} {tail}"
        yield Change(found.row, start, found.end, after, found.rule, reason)


def _is_term(found: Glued, scan: Scan, sites: list[str], known: set[tuple[str, str]]) -> bool:
    """Whether what looks damaged is a term of its site, or of many."""
    site = sites[int(scan.text.doc[found.row])]
    return not found.sure and ((site, found.term) in known or (terms.EVERYWHERE, found.term) in known)


def _unprotected(batch: Batch, changes: Iterator[Change], protect: tuple[str, ...]) -> Iterator[Change]:
    """The changes that touch no protected word."""
    words = {word.lower() for word in protect}
    for change in changes:
        if words and change.after:
            text = batch.blocks.column("text")[change.row].as_py().encode()
            before = text[change.start : change.end].decode().lower()
            if before in words or words & set(WORD.findall(before)):
                continue
        yield change
