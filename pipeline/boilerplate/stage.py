"""The stage: rules that are certain, then the tagger; the first that fires on a block is its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc

from pipeline.boilerplate import byline, comments, frame, headline, only_body, running, sites, titles, walls
from pipeline.boilerplate.phrases import Phrase
from pipeline.boilerplate.regions import certain, region
from pipeline.boilerplate.rules import DATE_LINE, LINE_RULES
from pipeline.boilerplate.settings import Settings
from pipeline.boilerplate.sites import SiteLines
from pipeline.boilerplate.view import View
from pipeline.corpus import Batch, Facts, Learner, Verdicts

Found = dict[int, str]  # row -> evidence
UNSURE = ("menu", "model", "teaser", "between")  # rules that headline, author and date of an article are not left to
LICENCE = r"\b(licen[cs]e[ds]?|redistribut(e|ion)|warrant(y|ies))\b"
TITLE_WORDS = 25
SAID = [f"content {percent / 100:.2f}" for percent in range(101)]
CONTENT = 0.9  # probability from which the tagger's word protects a block of HTML against the names around it
PHRASE = 0.7  # and a line of the phrase table that may be content: at 0.5 share bars over the first paragraph stayed
HEADLINE = 0.5  # probability from which the tagger's word protects a headline


@dataclass(frozen=True)
class Boilerplate:
    """Verdicts on the blocks that are no content of their page."""

    settings: Settings = field(default_factory=Settings)

    @property
    def name(self) -> str:
        """The stage's word in ledger, flags and settings."""
        return "boilerplate"

    @property
    def learners(self) -> tuple[Learner, ...]:
        """What a corpus knows and a page does not."""
        return (SiteLines(self.settings),)

    def apply(self, batch: Batch, facts: Facts) -> Batch:
        """The batch with verdicts on furniture, and headlines without the site's name."""
        if not len(batch):
            return batch
        view = View(batch, self.settings.balance)
        phrases = view.phrases(self.settings.phrases)
        alone = dict(_alone(view, phrases))
        heads = titles.rows(view, set().union(*alone.values()))
        protected = byline.rows(view, heads).union(heads, _declared_rows(view))
        rule_of, evidence_of = _first([*alone.items(), *self._found(view, facts, phrases, protected)], protected)
        for rule, late in (("between", frame.between_rows), ("wall", walls.rows)):
            found = _spared(rule, late(view, np.fromiter(rule_of, np.int64)), protected)
            rule_of |= dict.fromkeys(found, rule)
            evidence_of |= found
        rows = sorted(rule_of)
        verdicts = Verdicts(np.array(rows, np.int64), [rule_of[row] for row in rows], [evidence_of[row] for row in rows])
        batch = batch.drop(self.name, verdicts)
        return headline.rewrite(batch, self.name, _shared_tails(batch, facts))

    def _found(self, view: View, facts: Facts, phrases: Mapping[int, Phrase], bylines: set[int]) -> Iterator[tuple[str, Found]]:
        """Each rule that looks round a line with the rows on which it fires, in the order in which they decide."""
        yield "calendar", frame.calendar_rows(view)
        yield "date-line", _date_lines(view)
        keys, no_headline = sites.lines_of(view.tokens, view.lengths), view.tags.headline < HEADLINE
        counts = sites.counts(view.batch, facts, keys.line)
        repeated = sites.repeated(view.batch, facts, keys, counts, view.tags.words, view.doubtful)
        repeated = running.apart(view, repeated, counts.nearly_all)
        templated = sites.templated(view.batch, facts, keys.template, view.doubtful & no_headline, bylines)
        for name, found in (("site-line", repeated), ("site-template", templated)):
            yield name, {row: evidence for row, evidence in found.items() if not view.inside[row]}
        yield "closer", frame.closer_rows(view)
        yield "teaser", frame.teaser_rows(view, phrases)
        yield "region", _region_rows(view)
        yield "menu", frame.menu_rows(view)
        yield "model", _model_rows(view)
        if self.settings.only_body:
            yield "only-body", only_body.rows(view)
        if self.settings.only_body or self.settings.comments == "drop":
            yield "comment", comments.rows(view, phrases)


def _alone(view: View, phrases: Mapping[int, Phrase]) -> Iterator[tuple[str, Found]]:
    """The same of the rules that read a line alone, which come first."""
    for name, rule, hint in LINE_RULES:
        found = _by_line(view, view.judge(rule, hint))
        yield name, _of_sites(view, found) if name == "copyright" else found
    yield "phrase", _phrase_rows(view, phrases)


def _first(fired: Iterable[tuple[str, Found]], protected: set[int]) -> tuple[dict[int, str], Found]:
    """Row -> the first rule that fires on it, and its evidence."""
    rule_of: dict[int, str] = {}
    evidence_of: Found = {}
    for rule, found in reversed([*fired]):
        found = _spared(rule, found, protected)
        rule_of |= dict.fromkeys(found, rule)
        evidence_of |= found
    return rule_of, evidence_of


def _spared(rule: str, found: Found, protected: set[int]) -> Found:
    """What a rule found, without the rows that are not left to it."""
    spared = protected.intersection(found) if rule in UNSURE else ()
    return {row: why for row, why in found.items() if row not in spared} if spared else found


def _declared_rows(view: View) -> set[int]:
    """Blocks of what an HTML page only declares; it does so where it shows nothing else, and no element round them tells."""
    declared = pc.starts_with(view.batch.blocks.column("path"), "script.json-ld")
    return set(pc.indices_nonzero(declared).to_pylist())


def _by_line(view: View, evidence: Mapping[int, str]) -> Found:
    """Rows whose line a rule fires on."""
    rows = view.rows(evidence)
    return {row: evidence[line] for row, line in zip(rows.tolist(), view.line[rows].tolist(), strict=True)}


def _of_sites(view: View, found: Found) -> Found:
    """Copyright lines without those of licences, notices and manuals: pages without furniture that speak of a licence."""
    speaks = pc.match_substring_regex(view.batch.blocks.column("text"), LICENCE, ignore_case=True).to_numpy() if found else []
    docs = set(view.doc[np.flatnonzero(speaks)].tolist())
    return {row: why for row, why in found.items() if view.doc[row] not in docs or view.tags.clean[view.doc[row]] < 0.5}


def _phrase_rows(view: View, phrases: Mapping[int, Phrase]) -> Found:
    """Lines of the phrase table; those that also head sections of real text only unless the tagger is sure of content."""
    found = _by_line(view, {line: phrase.family for line, phrase in phrases.items()})
    sure = {row for row in found if phrases[view.line[row]].certain}
    content, clean = view.tags.content, view.tags.clean[view.doc] >= 0.5
    return {row: family for row, family in found.items() if row in sure or (content[row] < PHRASE and not clean[row])}


def _date_lines(view: View) -> Found:
    """A date that stands alone above the headline: how a blog groups its posts by day."""
    first = view.first[:-1][view.first[:-1] < view.first[1:]]
    below = np.minimum(first + 1, len(view) - 1)
    headline = (view.tags.words[below] <= TITLE_WORDS) & ~view.ends_sentence[below]
    first = first[headline & (view.tags.clean[view.doc[first]] < 0.5)]
    found = zip(first.tolist(), view.batch.texts(first), strict=True)
    return {row: "a date above the headline" for row, text in found if DATE_LINE.fullmatch(text)}


def _region_rows(view: View) -> Found:
    """HTML blocks inside navigation, forms, sidebars; by a class name without links only where the tagger agrees.

    Where the tagger is sure of content it is right more often than a name: footers and sidebars stand round whole articles.
    """
    paths = view.batch.blocks.column("path").combine_chunks().dictionary_encode()
    found = [region(path) for path in paths.dictionary.to_pylist()]
    if not any(found):
        return {}
    at = np.asarray(paths.indices)
    sure = np.array([certain(name) for name in found])[at] | (view.batch.column("link") >= 0.5)
    named = np.array([bool(name) for name in found])[at]
    evidence = [f"in <{name}>" if name in ("nav", "footer", "aside", "form") else f"in {name!r}" for name in found]
    rows = np.flatnonzero(named & (view.tags.content < np.where(sure, CONTENT, 0.5)))
    return {int(row): evidence[at[row]] for row in rows}


def _model_rows(view: View) -> Found:
    """What the tagger would not keep; a headline stays."""
    rows = np.flatnonzero(~view.chosen & (view.tags.headline < HEADLINE))
    percent = np.rint(view.tags.content[rows] * 100).astype(np.int64)
    return dict(zip(rows.tolist(), map(SAID.__getitem__, percent.tolist()), strict=True))


def _shared_tails(batch: Batch, facts: Facts) -> dict[int, str]:
    """Documents whose headline ends as many headlines of their site, or of their page, do."""
    tails = headline.tails(batch)
    docs = np.fromiter(tails, np.int64)
    documents, of = sites.look_up(facts, sites.join(sites.sites(batch)[docs], sites.hashes(list(tails.values()))))
    return {int(doc): f"on {n} of {m} headlines" for doc, n, m in zip(docs, documents, of, strict=True) if n}
