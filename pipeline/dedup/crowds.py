"""Crowds: paragraphs that met only a part of their buckets are compared with those that stay of them.

Among the pages of a template a paragraph is compared with a few of thousands, and the one that would stay for it need not be
one of these. Once the first comparisons are settled most of a crowd goes, and each of its members can be compared with all
that stay. Some of these go then, and those that went for them may find no other: they are the ones with which all are
compared in the second turn. Of 4,671 paragraphs of six templates that go at a threshold of .7, 151 found no twin without
these turns, 5 after the first and none after the second.
A bucket of which too many stay is left as it is, so that the work is linear; its members are counted as capped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Batch, Piece, Read
from pipeline.corpus.partition import fold, part_of, split
from pipeline.corpus.stage import OBSERVED
from pipeline.dedup import bands, minhash, numbers, relations
from pipeline.dedup.buckets import CUT, PAIRS
from pipeline.dedup.numbers import column, find
from pipeline.dedup.observe import heads_of_pages
from pipeline.dedup.paragraphs import Paragraphs, read
from pipeline.dedup.partners import CAPPED, once
from pipeline.dedup.preference import similar_sizes
from pipeline.dedup.settings import Settings
from pipeline.dedup.settle import SETTLED
from pipeline.dedup.twins import TEXT, TWINS, compared, fetch_of, settle_of
from pipeline.text.runs import distinct, heads
from pipeline.text.shingles import shingles
from pipeline.text.words import mix

CROWD = "crowd"  # the stream of members of buckets
FEW, STAYERS = 4, 64  # of a bucket, with all of which each of its members is compared; more than a few only if they are
SHARE = 0.25  # of its members at most: where more stay they are different texts, not copies that were missed
CUTS = 8  # of a partition: a paragraph is in three dozen buckets, so the rows of a whole one would take too much memory
MEMBER = pa.schema(
    [
        ("key", pa.uint64()),  # of the bucket
        ("number", pa.int64()),
        ("seq", pa.int64()),
        ("size", pa.int32()),
        ("head", pa.bool_()),
    ]
)
_HALF = np.uint64(32)


def scatter(batch: Batch, related: pa.Table, settings: Settings, parts: int) -> Iterator[Piece]:
    """The buckets of those paragraphs of a batch that are in a crowd, a row each.

    Args:
        batch: as it was in the first look.
        related: its relations.
        settings: of the stage.
        parts: partitions.
    """
    crowd = distinct(column(relations.of_kind(related, relations.CROWDED), "number"))
    for texts in read(batch, numbers.rows(crowd)):
        keys = _keys(texts, settings)
        rows, each = texts.rows, len(keys)
        seqs = batch.docs["seq"].to_numpy()[batch.column("doc")[rows]]
        head = heads_of_pages(batch, rows, texts.sizes)
        values = [numbers.first(batch.number) + rows, seqs, texts.sizes, head]
        table = pa.table([keys.ravel(), *(np.tile(value, each) for value in values)], schema=MEMBER)
        yield from split(CROWD, table, part_of(keys.ravel(), CUTS * parts), CUTS * parts)


def _keys(texts: Paragraphs, settings: Settings) -> NDArray[np.uint64]:
    """(bands, texts) keys of buckets, evenly spread."""
    rows = bands.shape(settings.threshold, settings.permutations)
    found = shingles(texts.words.hashes, texts.words.offsets, settings.shingle)
    keys = bands.keys(minhash.signatures(*found, settings.permutations), rows).astype(np.uint64)
    return mix((keys | np.arange(len(rows), dtype=np.uint64)[:, None] << _HALF).ravel()).reshape(keys.shape)


@dataclass(frozen=True)
class Crowds:
    """The pairs of those that stay with all others of their bucket; in the second turn of those that stay only since then."""

    settings: Settings
    turn: int

    @property
    def name(self) -> str:
        """One a turn."""
        return f"crowds {self.turn}"

    def tasks(self, parts: int) -> int:
        """One a partition of the buckets."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Pairs, each once or a few times; members of buckets of which too many stay."""
        gone = _gone(self.turn - 1, read)
        again = np.setdiff1d(_gone(self.turn - 2, read), gone, assume_unique=True)  # they went, and stay since
        if self.turn > 1 and not len(again):
            return
        for cut in range(CUTS):
            rows = pa.concat_tables([MEMBER.empty_table(), *read(OBSERVED, CROWD, task * CUTS + cut)])
            stays = ~find(gone, column(rows, "number"))[1]
            fresh = find(again, column(rows, "number"))[1] if self.turn > 1 else stays
            if fresh.any():
                yield from self._met(rows, stays, fresh, parts)

    def _met(self, rows: pa.Table, stays: NDArray[np.bool_], fresh: NDArray[np.bool_], parts: int) -> Iterator[Piece]:
        """The pairs of some buckets: of each row with those that are fresh."""
        keys = column(rows, "key")
        order = np.lexsort((column(rows, "number"), ~fresh, keys))
        rows, starts = rows.take(pa.array(order)), heads(keys[order])
        total = np.diff(np.append(starts, len(order)))
        stay, first = (np.add.reduceat(some[order], starts, dtype=np.int64) for some in (stays, fresh))
        many = stay > np.clip(SHARE * total, FEW, STAYERS)
        cut = rows.filter(pa.array(np.repeat(many, total) & stays[order])).select(["number"])
        yield from numbers.by_number(CUT, cut, "number", parts)
        start, most = (np.repeat(values, total) for values in (starts, np.where(many, 0, first)))
        at = np.arange(len(order))
        for step in range(int(most.max())):
            at = at[(most[at] > step) & (start[at] + step < at)]
            yield from numbers.by_number(PAIRS, _pairs(rows, start[at] + step, at, self.settings), "first", parts)


def _gone(turn: int, read: Read) -> NDArray[np.int64]:
    """The paragraphs that go, as it was settled in a turn, in order."""
    every = (column(rows, "first") for rows in read(settle_of(turn), SETTLED, 0))
    return np.sort(np.concatenate([np.zeros(0, np.int64), *every]))


def _pairs(rows: pa.Table, one: NDArray[np.int64], two: NDArray[np.int64], settings: Settings) -> pa.Table:
    """Pairs of rows that may be similar; a sub-head and the sentence of its page that says it again are none."""
    found, seqs, sizes, head = (column(rows, name) for name in MEMBER.names[1:])
    early = np.where(found[one] < found[two], one, two)
    keep = similar_sizes(sizes[one], sizes[two], settings) & ~(head[early] & (seqs[one] == seqs[two]))
    return pa.table([found[one[keep]], found[two[keep]]], names=["first", "second"])


@dataclass(frozen=True)
class Fetch:
    """Sends the texts of one side of those pairs to where the other side is; counts those that were not compared."""

    turn: int

    @property
    def name(self) -> str:
        """One a turn."""
        return fetch_of(self.turn)

    def tasks(self, parts: int) -> int:
        """One a partition of the paragraphs."""
        return parts

    def __call__(self, task: int, parts: int, read: Read) -> Iterator[Piece]:
        """Texts with their twins, and a count."""
        cut = [column(rows, "number") for rows in read(f"crowds {self.turn}", CUT, task)]
        yield Piece(CAPPED, 0, pa.table({"count": [len(distinct(np.concatenate([np.zeros(0, np.int64), *cut])))]}))
        pairs = fold(once, read(f"crowds {self.turn}", PAIRS, task))
        if pairs is None:
            return
        first, second = column(pairs, "first"), column(pairs, "second")
        wanted = distinct(first)
        held = (rows.filter(pa.array(find(wanted, column(rows, "number"))[1])) for rows in read(OBSERVED, TWINS, task))
        texts = pa.concat_tables([TEXT.empty_table(), *held]).sort_by("number").combine_chunks()
        columns = [texts[name].combine_chunks() for name in ("words", "numbers", "names")]
        yield from compared(relations.table(relations.NEAR, first, second), wanted, columns, parts)
