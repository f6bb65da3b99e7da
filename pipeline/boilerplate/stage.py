"""The stage: rules that are certain, then the tagger; the first that fires on a block is its verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.boilerplate import (
    beside,
    byline,
    comments,
    copies,
    frame,
    headline,
    inline,
    markdown,
    notices,
    only_body,
    running,
    sites,
    titles,
    walls,
)
from pipeline.boilerplate.found import Decided, Found
from pipeline.boilerplate.phrases import Phrase
from pipeline.boilerplate.regions import certain, region
from pipeline.boilerplate.rules import DATE_LINE, LINE_RULES
from pipeline.boilerplate.settings import Settings
from pipeline.boilerplate.sites import SiteLines
from pipeline.boilerplate.tokens import Flags, Ints
from pipeline.boilerplate.view import View
from pipeline.corpus import Batch, Facts, Learner

UNSURE = ("menu", "model", "teaser", "between", "copy")  # rules that headline, author and date of an article are not left to
TITLE_WORDS = 25
SAID = pa.array([f"content {percent / 100:.2f}" for percent in range(101)])
CONTENT = 0.9  # probability from which the tagger's word protects a block of HTML against the names around it
PHRASE = 0.7  # and a line of the phrase table that may be content: at 0.5 share bars over the first paragraph stayed;
WITHIN = 0.5  # "connect" and "'next'" may be a word of the sentence round them, taken node by node from a manual of code;
BESIDE = 0.95  # beside another such line more is asked: the last word of a share bar had 0.71 to 0.89
SENTENCE = 5  # words of a line that may go on in the next
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
        batch = inline.rewrite(batch, self.name)
        view, decided = View(markdown.reading(batch), self.settings.balance), Decided(len(batch))
        phrases = view.phrases(self.settings.phrases)
        for rule, found in (("page-code", view.coded), ("picture", _pictures(view, batch)), *_alone(view, phrases)):
            decided.hear(rule, found)
        titled = titles.rows(view, decided.rows)
        protected = byline.rows(view, titled).union(titled, _declared_rows(view))
        spared = dict.fromkeys(UNSURE, _flags(len(batch), np.fromiter(protected, np.int64)))
        spared["site-line"] = _flags(len(batch), np.array(titles.listed(view, titled), np.int64))
        for rule, found in chain(self._found(view, facts, phrases, protected), self._unwanted(view, phrases, titled)):
            decided.hear(rule, found, spared.get(rule))
        for rule, late in self._late():
            decided.hear(rule, Found.of(late(view, decided.rows)), spared.get(rule))
        batch = batch.drop(self.name, decided.verdicts())
        heads = headline.candidates(batch)
        return headline.rewrite(batch, self.name, heads, _shared_tails(batch, facts, heads))

    def _found(self, view: View, facts: Facts, phrases: Mapping[int, Phrase], bylines: set[int]) -> Iterator[tuple[str, Found]]:
        """Each rule that looks round a line with the rows on which it fires, in the order in which they decide."""
        yield "calendar", Found.of(frame.calendar_rows(view))
        yield "date-line", Found.of(_date_lines(view))
        yield from self._of_site(view, facts, bylines)
        yield "closer", Found.of(frame.closer_rows(view))
        yield "teaser", Found.of(frame.teaser_rows(view, phrases))
        yield "region", Found.of(_region_rows(view))
        yield "menu", frame.menu_rows(view)
        yield "model", _model_rows(view)

    def _unwanted(self, view: View, phrases: Mapping[int, Phrase], titled: Sequence[int]) -> Iterator[tuple[str, Found]]:
        """The same of what a run wants to go though it is content."""
        if self.settings.only_body:
            yield "only-body", Found.of(only_body.rows(view, titled))
            yield "beside", Found.of(beside.rows(view))
        if self.settings.only_body or self.settings.comments == "drop":
            yield "comment", Found.of(comments.rows(view, phrases))

    def _late(self) -> Iterator[tuple[str, Callable[[View, Ints], dict[int, str]]]]:
        """Rules that ask what the others have left."""
        yield "between", frame.between_rows
        yield "wall", walls.rows
        if self.settings.balance != "keep":
            yield "copy", copies.rows

    def _of_site(self, view: View, facts: Facts, bylines: set[int]) -> Iterator[tuple[str, Found]]:
        """The rules of what a corpus knows and a page does not."""
        keys, no_headline = sites.lines_of(view.tokens, view.text, view.lengths), view.tags.headline < HEADLINE
        counts = sites.counts(view.batch, facts, keys.line)
        repeated = sites.repeated(view.batch, facts, keys, counts, view.tags.words, view.doubtful)
        repeated = running.apart(view, repeated, counts.nearly_all)
        templated = sites.templated(view.batch, facts, keys.template, view.doubtful & no_headline, bylines)
        for name, evidence in (("site-line", repeated), ("site-template", templated)):
            found = Found.of(evidence)
            yield name, found.where(~view.inside[found.rows])


def _flags(size: int, rows: Ints) -> Flags:
    """True for each of some rows."""
    flags = np.zeros(size, bool)
    flags[rows] = True
    return flags


def _alone(view: View, phrases: Mapping[int, Phrase]) -> list[tuple[str, Found]]:
    """The same of the rules that read a line alone, which come first; lines about rights stay in legal notices."""
    found = [(name, _by_line(view, view.judge(rule, hint))) for name, rule, hint in LINE_RULES]
    found.append(("phrase", _phrase_rows(view, phrases)))
    rights = [pc.starts_with(f.evidence, "copyright").to_numpy(zero_copy_only=False) for _, f in found]
    lines = np.concatenate([f.rows[of_rights] for (_, f), of_rights in zip(found, rights, strict=True)])
    held = view.notices | notices.licences(view.batch, view.doc, lines, view.tags.clean >= 0.5)
    pairs = zip(found, rights, strict=True)
    return [(name, f.where(~(of_rights & held[view.doc[f.rows]]))) for (name, f), of_rights in pairs]


def _declared_rows(view: View) -> set[int]:
    """Blocks of what an HTML page only declares; it does so where it shows nothing else, and no element round them tells."""
    declared = pc.starts_with(view.batch.blocks.column("path"), "script.json-ld")
    return set(pc.indices_nonzero(declared).to_pylist())


def _pictures(view: View, batch: Batch) -> Found:
    """Lines of pictures alone in Markdown; on pages without furniture they belong to the text, as badges of a readme do."""
    rows = markdown.pictures(batch)
    return Found.of(dict.fromkeys(rows[view.text_tags.clean[view.doc[rows]] < 0.5].tolist(), "nothing but pictures"))


def _by_line(view: View, evidence: Mapping[int, str]) -> Found:
    """Rows whose line a rule fires on."""
    rows = view.rows(evidence)
    return Found(rows, pa.array([evidence[line] for line in view.line[rows].tolist()], pa.string()))


def _phrase_rows(view: View, phrases: Mapping[int, Phrase]) -> Found:
    """Lines of the phrase table that go on with no sentence; those that also head sections of real text only in doubt."""
    found = _by_line(view, {line: phrase.family for line, phrase in phrases.items()})
    lines = np.fromiter(phrases, np.int64)
    sure, within = np.zeros((2, len(view.lines)), bool)
    sure[lines] = [phrase.certain for phrase in phrases.values()]
    within[lines] = [text[0].islower() or not text[0].isalpha() for text in view.lines.take(pa.array(lines)).to_pylist()]
    tags, rows = view.tags, found.rows
    small = within[view.line[rows]]
    least = np.where(small, WITHIN, np.where(_beside(rows, view.doc), BESIDE, PHRASE))
    unlikely = (tags.content[rows] < least) & (tags.clean[view.doc[rows]] < 0.5)
    return found.where((sure[view.line[rows]] | unlikely) & ~(small & _goes_on(view, rows)))


def _goes_on(view: View, rows: Ints) -> Flags:
    """Rows right under a line of several words that ends no sentence: "so that it looks / like this:"."""
    above = np.maximum(rows - 1, 0)
    same = (rows > 0) & (view.doc[above] == view.doc[rows]) & (view.blank_lines[rows] == 0)
    flags: Flags = same & (view.tags.words[above] >= SENTENCE) & ~view.ends_sentence[above]
    return flags


def _beside(rows: Ints, doc: Ints) -> Flags:
    """Rows whose neighbour in their document is among the rows, too."""
    among = np.zeros(len(doc) + 2, bool)
    among[rows + 1] = True
    same = np.concatenate(([False], doc[1:] == doc[:-1], [False]))
    flags: Flags = (among[rows] & same[rows]) | (among[rows + 2] & same[rows + 1])
    return flags


def _date_lines(view: View) -> dict[int, str]:
    """A date that stands alone above the headline: how a blog groups its posts by day."""
    first = view.first[:-1][view.first[:-1] < view.first[1:]]
    below = np.minimum(first + 1, len(view) - 1)
    headline = (view.tags.words[below] <= TITLE_WORDS) & ~view.ends_sentence[below]
    first = first[headline & (view.tags.clean[view.doc[first]] < 0.5)]
    found = zip(first.tolist(), view.batch.texts(first), strict=True)
    return {row: "a date above the headline" for row, text in found if DATE_LINE.fullmatch(text)}


def _region_rows(view: View) -> dict[int, str]:
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
    return Found(rows, SAID.take(pa.array(percent)))


def _shared_tails(batch: Batch, facts: Facts, heads: Mapping[int, headline.Head]) -> dict[int, str]:
    """Documents whose headline ends as many headlines of their site, or of their page, do."""
    tails = headline.tails(heads)
    docs = np.fromiter(tails, np.int64)
    documents, of = sites.look_up(facts, sites.join(sites.sites(batch)[docs], sites.hashes(list(tails.values()))))
    return {int(doc): f"on {n} of {m} headlines" for doc, n, m in zip(docs, documents, of, strict=True) if n}
