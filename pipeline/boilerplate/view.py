"""A batch as the rules see it: one value a block in each column, and distinct short lines judged once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.boilerplate import html_model, notices, pagecode
from pipeline.boilerplate.choose import choose
from pipeline.boilerplate.found import Found
from pipeline.boilerplate.phrases import Phrase, look_up, may_be
from pipeline.boilerplate.rules import HOLDER, OPENINGS
from pipeline.boilerplate.tagger import Tags, judge
from pipeline.boilerplate.tokens import Flags, Ints, Tokens, tokenize
from pipeline.corpus import Batch, utf8

SHORT = 300  # bytes; no rule for single lines reads a longer one
SURE = 0.9  # probability of content from which a block is taken for nothing else
PARAGRAPH = 15  # words of a block that is more than a line: repeated ones are the business of dedup
ENDING = np.arange(256) >= 128  # last bytes of blocks that may end like a sentence
ENDING[np.frombuffer(b".!?:;,\"')]", np.uint8)] = True
T = TypeVar("T")


@dataclass(frozen=True)
class View:
    """Columns of a batch, each computed when it is first asked for."""

    batch: Batch
    balance: str

    def __len__(self) -> int:
        return len(self.batch)

    @cached_property
    def doc(self) -> Ints:
        """Row of the document of each block."""
        return np.asarray(self.batch.column("doc"), np.int64)

    @cached_property
    def first(self) -> Ints:
        """Docs + 1 places: the blocks of document d are first[d] to first[d + 1]."""
        return self.batch.first_blocks()

    @cached_property
    def blank_lines(self) -> Ints:
        """Blank lines before each block."""
        breaks = pc.count_substring(self.batch.blocks.column("lead"), "\n").to_numpy()
        return np.asarray(np.maximum(breaks - 1, 0), np.int64)

    @cached_property
    def indent(self) -> Ints:
        """Characters of white space before each block."""
        return np.asarray(pc.utf8_length(self.batch.blocks.column("indent")).to_numpy(), np.int64)

    @cached_property
    def tokens(self) -> Tokens:
        """The words of the distinct texts."""
        return tokenize(*utf8(pa.chunked_array([self.lines])))

    @cached_property
    def block_tokens(self) -> Tokens:
        """The words of all blocks."""
        return tokenize(*self.batch.buffer())

    @cached_property
    def text_tags(self) -> Tags:
        """What the tagger for plain text says, of HTML too; a list of who holds the rights to what is clean."""
        tags = self._judged_without(self.coded.rows) if len(self.coded.rows) else self._judged(slice(None))
        return tags._replace(clean=np.maximum(tags.clean, self.notices[: len(tags.clean)]))

    @cached_property
    def coded(self) -> Found:
        """Scripts and style sheets among the text."""
        return pagecode.found(self.batch)

    @cached_property
    def notices(self) -> Flags:
        """(docs,) whether each lists who holds the rights to what."""
        return notices.lists(self.doc, self.line, self.rows(self.judge(notices.holder, HOLDER)), len(self.first) - 1)

    @cached_property
    def tags(self) -> Tags:
        """What the taggers say; identical lines of plain text alike, since those of HTML stand in different elements."""
        tags = self.text_tags
        alike = tags._replace(content=self._alike(tags.content))
        if not html_model.is_html(self.batch).any():
            return alike
        return tags._replace(content=html_model.content(self.batch, self.block_tokens, tags, alike.content))

    @cached_property
    def chosen(self) -> Flags:
        """Blocks that the tagger would keep at this balance; none of an HTML page that shows no content, unless "keep"."""
        chosen = choose(self.tags, self.doc, self.tags.words, self.balance)  # type: ignore[arg-type]
        return chosen if self.balance == "keep" else chosen & ~html_model.of_walls(self.batch, self.tags, chosen)

    @cached_property
    def doubtful(self) -> Flags:
        """Blocks that the tagger takes for furniture rather than content, on pages that it does not take for clean."""
        return np.asarray((self.tags.content < 0.5) & (self.tags.clean[self.doc] < 0.5))

    @cached_property
    def inside(self) -> Flags:
        """Sure content between sure content, a paragraph among it, of pages that look clean.

        Recipes of one site all have "Ingredients" and "Method": on many of its pages, and no frame of theirs.
        """
        found = np.zeros(len(self), bool)
        sure = (self.tags.content >= SURE) & (self.tags.clean[self.doc] >= 0.5)
        long = self.tags.words >= PARAGRAPH
        one_page = (self.doc[2:] == self.doc[:-2]) & (long[2:] | long[:-2])
        found[1:-1] = one_page & sure[2:] & sure[1:-1] & sure[:-2]
        return found

    @cached_property
    def lengths(self) -> Ints:
        """Bytes of each block."""
        return np.diff(self.batch.buffer()[1])

    @cached_property
    def ends_sentence(self) -> Flags:
        """Blocks that end like a sentence."""
        text, offsets = self.batch.buffer()
        out, some = np.zeros(len(self), bool), np.flatnonzero(self.lengths)
        maybe = some[ENDING[text[offsets[some + 1] - 1]]]  # most end in a letter
        ends = pc.utf8_slice_codeunits(self.batch.blocks.column("text").take(pa.array(maybe)), -4)
        out[maybe] = pc.match_substring_regex(ends, r"""[.!?…。！？:;,]["”’')\]]*$""").to_numpy()
        return out

    @cached_property
    def text(self) -> Ints:
        """A number for each distinct text."""
        return np.asarray(self._texts.indices, np.int64)

    @cached_property
    def line(self) -> Ints:
        """The same; -1 for blocks that are not short."""
        return np.where(self.lengths <= SHORT, self.text, -1)

    @cached_property
    def lines(self) -> pa.Array:
        """The distinct texts, in the order of their numbers."""
        return self._texts.dictionary

    def phrases(self, own: Sequence[str]) -> dict[int, Phrase]:
        """The distinct short texts of the phrase table, and of the user's phrases."""
        short = self._short[0].to_numpy()
        at = short[may_be(self.tokens, short, own)]
        found = zip(at.tolist(), look_up(self.lines.take(pa.array(at)), own), strict=True)
        return {line: phrase for line, phrase in found if phrase}

    def judge(self, rule: Callable[[str], T], hint: str) -> dict[int, T]:
        """What a rule says of the distinct short texts on which it fires, of those with a match of the RE2 pattern `hint`."""
        lines, texts = self._opened if hint in OPENINGS else self._short
        at = pc.indices_nonzero(pc.match_substring_regex(texts, hint, ignore_case=True))
        said = zip(lines.take(at).to_pylist(), map(rule, texts.take(at).to_pylist()), strict=True)
        return {line: found for line, found in said if found}

    def rows(self, lines: Iterable[int]) -> Ints:
        """The blocks that have one of these distinct texts."""
        fires = np.zeros(len(self.lines) + 1, bool)  # the last stands for blocks that are not short
        fires[np.fromiter(lines, np.int64)] = True
        return np.flatnonzero(fires[self.line])

    @cached_property
    def _opened(self) -> tuple[pa.Array, pa.Array]:
        """The distinct short texts with a match of one of the `OPENINGS`, few of all, and their numbers."""
        lines, texts = self._short
        at = pc.indices_nonzero(pc.match_substring_regex(texts, "|".join(OPENINGS), ignore_case=True))
        return lines.take(at), texts.take(at)

    @cached_property
    def _short(self) -> tuple[pa.Array, pa.Array]:
        """The numbers of the distinct short texts, and these texts."""
        lines = pc.indices_nonzero(pc.less_equal(pc.binary_length(self.lines), SHORT))
        return lines, self.lines.take(lines)

    @cached_property
    def _texts(self) -> pa.DictionaryArray:
        return pa.concat_arrays([pa.array([], pa.string()), *self.batch.blocks.column("text").chunks]).dictionary_encode()

    def _judged(self, rows: Ints | slice) -> Tags:
        return judge(self.tokens, self.text[rows], self.doc[rows], self.blank_lines[rows], self.indent[rows])

    def _judged_without(self, apart: Ints) -> Tags:
        """What the tagger says of the pages without some rows, for which all is 0."""
        rows = np.delete(np.arange(len(self)), apart)
        said = self._judged(rows)
        clean = np.ones(int(self.doc.max(initial=-1)) + 1, np.float32)
        clean[: len(said.clean)] = said.clean
        columns = {name: _spread(values, rows, len(self)) for name, values in said._asdict().items() if name != "clean"}
        return Tags(**columns, clean=clean)

    def _alike(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each value's mean over the blocks of the same page that have the same text.

        Menus stand above and below an article, closers after each of several: one line gets one verdict.
        """
        short = np.flatnonzero(self.line >= 0)
        key = self.doc[short] * (int(self.line.max(initial=0)) + 1) + self.line[short]
        _, group, count = np.unique(key, return_inverse=True, return_counts=True)
        out = values.copy()
        out[short] = (np.bincount(group, values[short].astype(np.float64)) / count)[group]
        return out


def _spread(values: NDArray[Any], rows: Ints, size: int) -> NDArray[Any]:
    """A column with values in some rows and 0 in the others."""
    out = np.zeros(size, values.dtype)
    out[rows] = values
    return out
