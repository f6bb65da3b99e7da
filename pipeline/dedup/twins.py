"""Second look at each batch: the words of those paragraphs that are compared, and where those stand that are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Batch, Piece
from pipeline.corpus.partition import split
from pipeline.dedup import gaps, guard, numbers, relations
from pipeline.dedup.numbers import column, find, scattered
from pipeline.dedup.observe import priorities
from pipeline.dedup.overlap import Lists
from pipeline.dedup.paragraphs import Paragraphs, lengths_to_offsets, read
from pipeline.dedup.settings import Settings
from pipeline.text.runs import distinct, heads

NODES, COPIES, EDGES, TWINS, TEXTS = "nodes", "copies", "edges", "twins", "texts"  # streams

TURNS = 2  # in which those of crowds that stay are compared with more, after the first comparisons

NODE = pa.schema(
    [
        ("number", pa.int64()),
        ("seq", pa.int64()),
        ("pos", pa.int32()),
        ("id", pa.string()),
        ("size", pa.int32()),
        ("priority", pa.float64()),
        ("run", pa.string()),  # that wrote it; "" for today's
    ]
)
TEXT = pa.schema(
    [
        ("number", pa.int64()),
        ("words", pa.list_(pa.uint32())),  # codes of the guard
        ("numbers", pa.list_(pa.uint32())),
        ("names", pa.string()),  # the capitalised words, in lower case
        ("twins", pa.list_(pa.int64())),  # that it is compared with
        ("inside", pa.list_(pa.bool_())),  # whether it may be a part of them
    ]
)
EDGE = pa.schema([("first", pa.int64()), ("second", pa.int64()), ("score", pa.float64()), ("contained", pa.bool_())])


class Marks(NamedTuple):
    """What is compared of some texts."""

    sizes: NDArray[np.int32]
    columns: list[pa.Array]  # words, numbers, names


def proof_of(turn: int) -> str:
    """The step that compares the pairs of a turn."""
    return f"proof {turn}"


def settle_of(turn: int) -> str:
    """The step that settles what goes, from all pairs up to a turn."""
    return f"settle {turn}"


def fetch_of(turn: int) -> str:
    """The step that sends the texts of a turn but the first."""
    return f"fetch {turn}"


def scatter(batch: Batch, related: pa.Table, settings: Settings, parts: int) -> Iterator[Piece]:
    """What the rounds need of a batch.

    Args:
        batch: as it was in the first look.
        related: its relations, sorted by number.
        settings: of the stage.
        parts: partitions.
    """
    copies = relations.of_kind(related, relations.COPY).select(["number", "twin"])
    yield Piece(COPIES, batch.number % parts, copies)
    between = gaps.kept(batch, related, settings.min_words)
    yield Piece(gaps.COPIED, batch.number % parts, gaps.copied(batch, related, settings.min_words))
    yield Piece(gaps.KEPT, 0, between)
    held = relations.of_kind(related, relations.INSIDE)
    score = column(held, "share").astype(np.float64)
    yield Piece(EDGES, 0, pa.table([held["number"], held["twin"], score, np.ones(len(score), bool)], schema=EDGE))
    found, kinds = column(related, "number"), column(related, "kind")
    chosen = distinct(found[(kinds != relations.COPY) & (kinds != relations.NAMED)])
    marks = mark(read(batch, numbers.rows(chosen)), settings)
    named = distinct(np.concatenate((found[kinds != relations.COPY], column(between, "number"))))
    yield Piece(NODES, 0, _nodes(batch, named, chosen, marks.sizes, settings))
    held_here = distinct(found[(kinds == relations.COMPARED) | (kinds == relations.CROWDED)])
    yield from held_texts(held_here, [values.take(pa.array(find(chosen, held_here)[0])) for values in marks.columns], parts)
    pairs = related.filter(pa.array((kinds == relations.NEAR) | (kinds == relations.MAYBE_INSIDE)))
    yield from compared(pairs, chosen, marks.columns, parts)


def _nodes(
    batch: Batch, named: NDArray[np.int64], chosen: NDArray[np.int64], sizes: NDArray[np.int32], settings: Settings
) -> pa.Table:
    """Where some paragraphs stand, and the sizes of those chosen from them, of which one may go or stay for another."""
    rows, size = numbers.rows(named), np.zeros(len(named), np.int32)
    size[find(named, chosen)[0]] = sizes
    docs = batch.column("doc")[rows]
    priority = priorities(batch, settings.priority)[docs] if settings.priority else np.zeros(len(rows))
    values = [
        pa.array(named),
        batch.docs.column("seq").take(pa.array(docs)),
        pa.array(batch.column("pos")[rows]),
        batch.docs.column("id").take(pa.array(docs)),
        pa.array(size),
        pa.array(priority),
        pa.array([""] * len(rows), pa.string()),
    ]
    return pa.table(values, schema=NODE)


def held_texts(chosen: NDArray[np.int64], columns: list[pa.Array], parts: int) -> Iterator[Piece]:
    """Texts that others are compared with."""
    none = pa.nulls(len(chosen), pa.list_(pa.int64())), pa.nulls(len(chosen), pa.list_(pa.bool_()))
    table = pa.table([pa.array(chosen), *columns, *none], schema=TEXT)
    yield from numbers.by_number(TWINS, table, "number", parts)


def compared(pairs: pa.Table, chosen: NDArray[np.int64], columns: list[pa.Array], parts: int) -> Iterator[Piece]:
    """Texts that are compared, each where the twins are, with those of its twins that are there."""
    one, two = column(pairs, "number"), column(pairs, "twin")
    where = scattered(two, parts)
    order = np.lexsort((two, one, where))
    one, two, where = one[order], two[order], where[order]
    inside = (column(pairs, "kind") == relations.MAYBE_INSIDE)[order]
    starts = heads(where, one)
    offsets = pa.array(np.append(starts, len(one)).astype(np.int32))
    twins = pa.ListArray.from_arrays(offsets, pa.array(two)), pa.ListArray.from_arrays(offsets, pa.array(inside))
    at = pa.array(find(chosen, one[starts])[0])
    table = pa.table([pa.array(one[starts]), *(values.take(at) for values in columns), *twins], schema=TEXT)
    yield from split(TEXTS, table, where[starts], parts)


def mark(texts: Iterable[Paragraphs], settings: Settings) -> Marks:
    """Sizes, words, numbers and names of some texts; without the guard nobody asks for the last two."""
    parts = [(guard.mark(part, settings.min_words) if settings.guard else guard.words_only(part), part) for part in texts]
    sizes = np.concatenate([np.zeros(0, np.int32), *(part.sizes for _, part in parts)])
    empty = pa.array([], pa.list_(pa.uint32()))
    words = [empty, *(_as_arrow(marked.codes) for marked, _ in parts)]
    found = [empty, *(_as_arrow(marked.numbers) for marked, _ in parts)]
    names = [pa.array([], pa.string()), *(_names(texts, marked.codes.hashes) for marked, texts in parts)]
    return Marks(sizes, [pa.concat_arrays(arrays) for arrays in (words, found, names)])


def _as_arrow(lists: Lists) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(lists.offsets.astype(np.int32)), pa.array(lists.hashes))


def _names(texts: Paragraphs, codes: NDArray[np.uint32]) -> pa.Array:
    """The capitalised words of each text, a space after each."""
    chosen = np.flatnonzero(codes & guard.CAPITAL)
    sizes = texts.words.ends[chosen] - texts.words.starts[chosen] + 1
    ends = np.cumsum(sizes)
    places = np.arange(int(sizes.sum())) + np.repeat(texts.words.starts[chosen] - ends + sizes, sizes)
    data = texts.folded.folded[places]
    data[ends - 1] = 32
    edges = lengths_to_offsets(sizes)[np.searchsorted(chosen, texts.words.offsets)]
    return pa.StringArray.from_buffers(len(edges) - 1, pa.py_buffer(edges.astype(np.int32)), pa.py_buffer(data))
