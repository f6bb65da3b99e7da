"""The learner "site-lines": on how many documents of a site a line or its template stands, and which tail headlines share.

A line on many pages of a site is part of its frame, whatever it says; measured on 50 MB of pages with known truth, that
alone is right in every line it takes. It sees nothing on sites of one or two pages: there the line tagger decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.boilerplate import headline, inline, markdown
from pipeline.boilerplate.settings import Settings
from pipeline.boilerplate.templates import NUMBERED, is_dated_byline, is_posting, numbered, often_on_a_page, templates
from pipeline.boilerplate.tokens import Flags, Hashes, Ints, Tokens, mix, tokenize
from pipeline.boilerplate.view import PARAGRAPH
from pipeline.corpus import Batch, Facts, utf8
from pipeline.corpus.partition import Keyed

DOCUMENTS = 3  # on fewer a repeated line is no proof
SURE_DOCUMENTS, SURE_SHARE = 5, 0.8  # from which a line with a number is furniture whatever the tagger says
MANY, LONGEST = 40, 400  # words and bytes of the longest line that is counted
PLACE = np.uint64(0xBF58476D1CE4E5B9)
DOCUMENT_COUNT = 0  # the `line` under which the documents of a site are counted

ROWS = pa.schema([("site", pa.uint64()), ("line", pa.uint64()), ("documents", pa.int64())])
FACTS = pa.schema([("key", pa.uint64()), ("documents", pa.int64()), ("of", pa.int64())])


class Keys(NamedTuple):
    """Hashes of each block; 0 where there is nothing to count."""

    line: Hashes  # its words; numbers by their length
    numbered: Hashes  # its words and numbers
    template: Hashes


@dataclass(frozen=True)
class SiteLines(Keyed):
    """Learns the lines of each site."""

    settings: Settings = field(default_factory=Settings)

    @property
    def name(self) -> str:
        """Key of the facts."""
        return "site-lines"

    def observe(self, batch: Batch, facts: Facts) -> pa.Table:
        """One row for each line, numbered line and template of each site: the documents of the batch that hold it."""
        if not len(batch):
            return ROWS.empty_table()
        batch = inline.rewrite(batch, self.name)
        site, tails = sites(batch), headline.tails(headline.candidates(batch))
        doc, line = _countable(markdown.reading(batch))
        docs = np.concatenate((np.arange(batch.docs.num_rows), doc, np.fromiter(tails, np.int64)))
        none = np.full(batch.docs.num_rows, DOCUMENT_COUNT, np.uint64)
        keys = np.concatenate((none, line, hashes(list(tails.values()))))
        order = np.lexsort((keys, docs))
        docs, keys = docs[order], keys[order]
        new = np.ones(len(docs), bool)
        new[1:] = (docs[1:] != docs[:-1]) | (keys[1:] != keys[:-1])
        ones = np.ones(int(new.sum()), np.int64)
        return self.combine(pa.table([site[docs[new]], keys[new], ones], schema=ROWS))

    def keys(self, rows: pa.Table) -> Hashes:
        """By site, since a line counts against the documents of its site."""
        return np.asarray(rows["site"].to_numpy())

    def combine(self, rows: pa.Table) -> pa.Table:
        """Documents summed by site and line."""
        grouped = rows.group_by(["site", "line"], use_threads=False).aggregate([("documents", "sum")])
        return grouped.rename_columns(["site", "line", "documents"]).select(ROWS.names).cast(ROWS)

    def conclude(self, rows: pa.Table, facts: Facts) -> pa.Table:
        """The lines on enough documents of their site, sorted by key: documents with the line, documents of the site."""
        site, line, documents = (rows[name].to_numpy() for name in ROWS.names)
        total = line == DOCUMENT_COUNT
        order = np.argsort(site[total])
        known, size = site[total][order], documents[total][order]
        of = size[np.searchsorted(known, site)] if len(known) else documents
        often = ~total & (documents >= DOCUMENTS) & (documents >= self.settings.site_share * of)
        key = join(site[often], line[often])
        order = np.argsort(key)
        return pa.table([key[order], documents[often][order], of[often][order]], schema=FACTS)


def _countable(batch: Batch) -> tuple[Ints, Hashes]:
    """Documents, and keys of their lines: each line as it is, with its numbers, and its template."""
    doc, kept, keys = np.asarray(batch.column("doc"), np.int64), batch.kept(), lines(batch)
    rare = ~often_on_a_page(doc, keys.template)
    wanted = [(key, kept & (key != DOCUMENT_COUNT)) for key in (keys.line, keys.numbered)]
    wanted.append((keys.template, kept & rare & (keys.template != DOCUMENT_COUNT)))
    return np.concatenate([doc[rows] for _, rows in wanted]), np.concatenate([key[rows] for key, rows in wanted])


class Counts(NamedTuple):
    """Of each key."""

    documents: Ints  # that hold it; 0 if it is not known
    of: Ints  # documents of its site

    @property
    def nearly_all(self) -> Flags:
        """Keys on nearly every page of a site of some pages."""
        return np.asarray((self.documents >= SURE_DOCUMENTS) & (self.documents >= SURE_SHARE * self.of))


def look_up(facts: Facts, key: Hashes) -> Counts:
    """On how many documents each key stands."""
    table = facts.get("site-lines")
    if table is None or not table.num_rows or not len(key):
        return Counts(np.zeros(len(key), np.int64), np.ones(len(key), np.int64))
    known, documents, of = (table[name].to_numpy() for name in FACTS.names)
    at = np.minimum(np.searchsorted(known, key), len(known) - 1)
    found = known[at] == key
    return Counts(np.where(found, documents[at], 0), np.where(found, of[at], 1))


def counts(batch: Batch, facts: Facts, line: Hashes) -> Counts:
    """On how many pages of its site each block stands, whatever its numbers."""
    return look_up(facts, join(sites(batch)[batch.column("doc")], line))


def repeated(batch: Batch, facts: Facts, keys: Keys, found: Counts, words: Ints, doubtful: Flags) -> dict[int, str]:
    """Rows of blocks that are frame of their site, with the evidence.

    Args:
        batch: whole documents.
        facts: what `SiteLines` concluded.
        keys: of the blocks.
        found: their `counts`.
        words: of each block.
        doubtful: blocks that the tagger takes for furniture; a line with a number ("Chapter 3") must be one of them,
            unless nearly every page has it with this very number and it is long, or stands in a run of such lines.
    """
    site = sites(batch)[batch.column("doc")]
    documents, of = found
    rows = np.flatnonzero((documents > 0) & ((words < PARAGRAPH) | (documents >= 0.5 * of) & doubtful))
    column = batch.blocks.column("text").take(pa.array(rows))
    has_number = np.asarray(pc.match_substring_regex(column, r"\d").to_numpy(zero_copy_only=False), bool)
    same_number = look_up(facts, join(site[rows], keys.numbered[rows])).nearly_all & (keys.numbered[rows] != DOCUMENT_COUNT)
    same_number &= (words[rows] >= NUMBERED) | _amid(found.nearly_all, np.asarray(batch.column("doc"), np.int64))[rows]
    frame = rows[doubtful[rows] | ~has_number | same_number]
    counts = zip(frame.tolist(), documents[frame].tolist(), of[frame].tolist(), strict=True)
    return {row: f"on {n} of {m} pages" for row, n, m in counts}


def _amid(flags: Flags, doc: Ints) -> Flags:
    """Blocks that are flagged and so are two blocks next to them: both neighbours, or two above or below."""
    run = flags[:-2] & flags[1:-1] & flags[2:] & (doc[:-2] == doc[2:])
    out = np.zeros(len(flags), bool)
    for place in range(3):
        out[place : len(flags) - 2 + place] |= run
    return out


def templated(batch: Batch, facts: Facts, template: Hashes, doubtful: Flags, bylines: set[int]) -> dict[int, str]:
    """Rows of blocks whose template is frame of their site, with the evidence.

    Args:
        batch: whole documents.
        facts: what `SiteLines` concluded.
        template: the second column of `lines`.
        doubtful: blocks that the tagger takes for furniture, and not for a headline.
        bylines: rows that say author or date under a headline; they stay unless software wrote them.
    """
    doc = np.asarray(batch.column("doc"), np.int64)
    documents, of = look_up(facts, join(sites(batch)[doc], template))
    rows = np.flatnonzero((template != DOCUMENT_COUNT) & (documents > 0) & ~often_on_a_page(doc, template))
    out: dict[int, str] = {}
    for row, text in zip(rows.tolist(), batch.texts(rows), strict=True):
        if is_posting(text) or (row not in bylines and (doubtful[row] or is_dated_byline(text))):
            out[row] = f"its template on {documents[row]} of {of[row]} pages"
    return out


def sites(batch: Batch) -> Hashes:
    """A hash of the site of each document, to the letter: "blog1.example" is not "blog2.example"."""
    found = (blake2b(site.encode(), digest_size=8).digest() for site in batch.docs.column("site").to_pylist())
    return np.frombuffer(b"".join(found), np.uint64)


def hashes(words: list[str]) -> Hashes:
    """A hash of each string as a line: letter case and digits do not count."""
    return _keys(tokenize(*utf8(pa.chunked_array([pa.array(words, pa.string())])))).line


def lines(batch: Batch) -> Keys:
    """The keys of each block; 0 for blocks without words, and for those longer than a line of a frame."""
    column = batch.blocks.column("text")
    short = np.flatnonzero(pc.binary_length(column).to_numpy() <= LONGEST)
    out = np.full((len(Keys._fields), len(batch)), DOCUMENT_COUNT, np.uint64)
    out[:, short] = _keys(tokenize(*utf8(column.take(pa.array(short)))))
    return Keys(*out)


def lines_of(tokens: Tokens, text: Ints, lengths: Ints) -> Keys:
    """As `lines`, from the words of the distinct texts, the text of each block, and its length in bytes."""
    keys = Keys(*(column[text] for column in _keys(tokens)))
    for column in keys:
        column[lengths > LONGEST] = DOCUMENT_COUNT
    return keys


def join(site: Hashes, line: Hashes) -> Hashes:
    """One key for a line of a site."""
    return mix(site * PLACE ^ line)


def _keys(tokens: Tokens) -> Keys:
    count, line = tokens.end_word - tokens.first_word, tokens.lines.copy()
    line[(count == 0) | (count > MANY)] = DOCUMENT_COUNT
    return Keys(line, numbered(tokens, line), templates(tokens))
