"""First look at each batch: one row for each paragraph worth comparing, with its keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Batch, Piece
from pipeline.corpus.partition import ROWS, part_of, split
from pipeline.dedup import bands, guard, inside, known, minhash, numbers, sketch
from pipeline.dedup.numbers import column
from pipeline.dedup.overlap import Lists
from pipeline.dedup.paragraphs import Paragraphs, candidates, least_words, lengths_to_offsets, read, select
from pipeline.dedup.settings import Settings
from pipeline.text.shingles import sequence_keys, shingles

KEYS = "keys"  # the stream of numbers and exact keys: a partition of whole rows is read but once
HEAD, SUBHEAD = 4, 40  # blocks at the top of a page among which its sub-head stands; words that one has at most
PROBED = 8  # contained = "corpus": one shingle in so many is kept, the same ones in every text


class _Seen(NamedTuple):
    """What is kept of some texts of a batch until all of it has been read."""

    rows: NDArray[np.int64]
    sizes: NDArray[np.int32]
    keys: NDArray[np.uint64]
    bands: NDArray[np.uint32]  # (bands, texts)
    sketches: NDArray[np.uint8]  # (texts, bytes)
    hashes: NDArray[np.uint32]
    counts: NDArray[np.int64]  # shingles of each
    found_by: pa.ListArray | None  # hashes for the memory between runs


def schema(settings: Settings, remember: bool = False) -> pa.Schema:
    """Columns of the rows: number, what the order of preference needs, exact key, host in the same document, band keys."""
    count = len(bands.shape(settings.threshold, settings.permutations))
    fields = [
        ("number", pa.int64()),  # of the paragraph, see `pipeline.dedup.numbers`
        ("seq", pa.int64()),  # of its document
        ("size", pa.int32()),  # words
        ("key", pa.uint64()),
        ("host", pa.int64()),  # number of the block of the same document that holds this one; -1 if none does
        ("share", pa.float32()),  # of its shingles found there
        ("head", pa.bool_()),  # it may be the sub-head of its document
    ]
    fields += [("priority", pa.float64())] if settings.priority else []
    fields += [("probes", pa.list_(pa.uint32()))] if settings.contained == "corpus" else []
    fields += [("hashes", pa.list_(pa.uint32()))] if remember else []
    return pa.schema([*fields, ("sketch", pa.binary(sketch.width(settings.permutations))), ("bands", pa.binary(4 * count))])


def observe(batch: Batch, settings: Settings, remember: bool = False) -> pa.Table:
    """Rows of one batch; with `remember` also the hashes by which other runs are searched and will find them."""
    least = least_words(batch, settings.min_words, settings.shingle)
    seen = [_see(texts, least[texts.rows], settings, remember) for texts in read(batch, candidates(batch, least))]
    columns = schema(settings, remember)
    if not any(len(part.rows) for part in seen):
        return columns.empty_table()
    rows, sizes, keys, hashes, counts = (np.concatenate([part[i] for part in seen]) for i in (0, 1, 2, 5, 6))
    docs = batch.column("doc")[rows].astype(np.int64)
    lists, head = Lists(hashes, lengths_to_offsets(counts)), heads_of_pages(batch, rows, sizes)
    hosts, shares = np.full(len(rows), -1, np.int64), np.zeros(len(rows), np.float32)
    if settings.contained != "off":
        found = _without_subheads(inside.inside(lists, docs, keys), head)
        hosts, shares = inside.all_copies(_nothing_swapped(batch, rows, found, settings), docs, keys)
    first = numbers.first(batch.number)
    values: dict[str, pa.Array] = {
        "number": pa.array(first + rows),
        "seq": batch.docs.column("seq").combine_chunks().take(pa.array(docs)),
        "size": pa.array(sizes),
        "key": pa.array(keys),
        "host": pa.array(np.where(hosts < 0, -1, first + rows[hosts])),
        "share": pa.array(shares),
        "head": pa.array(head),
    }
    if settings.priority:
        values["priority"] = pa.array(priorities(batch, settings.priority)[docs])
    if settings.contained == "corpus":
        values["probes"] = _probes(lists, sizes >= settings.min_words)
    if remember:
        values["hashes"] = pa.concat_arrays([part.found_by for part in seen])
    packed = {"bands": np.concatenate([part.bands for part in seen], axis=1).T}
    packed["sketch"] = np.concatenate([part.sketches for part in seen])
    for name, array in packed.items():
        data = pa.py_buffer(np.ascontiguousarray(array))
        values[name] = pa.FixedSizeBinaryArray.from_buffers(columns.field(name).type, len(rows), [None, data])
    return pa.table(values, schema=columns)


def by_key(rows: pa.Table, parts: int) -> Iterator[Piece]:
    """Rows as above for the tasks that find copies, and once more without all by which other twins are found."""
    where = part_of(column(rows, "key"), parts)
    yield from split(ROWS, rows, where, parts)
    yield from split(KEYS, rows.select(["number", "key"]), where, parts)


def _see(texts: Paragraphs, least: NDArray[np.int64], settings: Settings, remember: bool) -> _Seen:
    """Keys of those texts that have enough words."""
    keep = np.flatnonzero(texts.sizes >= least)
    offsets = lengths_to_offsets(np.diff(texts.words.offsets)[keep])
    words = texts.words.hashes
    if len(keep) < len(texts.rows):
        words = words[select(texts.words.offsets, keep)]
    hashes, places = shingles(words, offsets, settings.shingle)
    signatures = minhash.signatures(hashes, places, settings.permutations)
    exact = sequence_keys(words, offsets)
    keys = bands.keys(signatures, bands.shape(settings.threshold, settings.permutations))
    found_by = known.hashes(words, offsets, exact, settings.contained == "corpus") if remember else None
    sketches = sketch.sketches(signatures)
    return _Seen(texts.rows[keep], texts.sizes[keep], exact, keys, sketches, hashes, np.diff(places), found_by)


def heads_of_pages(batch: Batch, rows: NDArray[np.int64], sizes: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Short paragraphs at the top of their documents, as far as these were kept.

    The sub-head of a news page says in one sentence what the body says again: both are the author's, and both stay.
    """
    before = np.append(0, np.cumsum(batch.kept()))
    place = before[rows] - before[batch.first_blocks()[batch.column("doc")[rows]]]
    return np.asarray((place < HEAD) & (sizes <= SUBHEAD))


def _without_subheads(found: inside.Inside, head: NDArray[np.bool_]) -> inside.Inside:
    keep = ~(head[found.rows] & (found.rows < found.hosts))
    return inside.Inside(found.rows[keep], found.hosts[keep], found.shares[keep])


def _nothing_swapped(batch: Batch, rows: NDArray[np.int64], found: inside.Inside, settings: Settings) -> inside.Inside:
    """Without those texts that state a number or a name which their host lacks."""
    unsure = np.flatnonzero(found.shares < 1) if settings.guard else np.zeros(0, np.int64)
    keep = np.ones(len(found.rows), bool)
    for at in unsure.tolist():
        one, other = (next(iter(read(batch, rows[side[at : at + 1]]))) for side in (found.rows, found.hosts))
        keep[at] = not guard.states_more(one, other)
    return inside.Inside(found.rows[keep], found.hosts[keep], found.shares[keep])


def _probes(lists: Lists, long: NDArray[np.bool_]) -> pa.Array:
    """The shingles of each long text whose hash is a multiple of `PROBED`: a part of a text keeps a part of its probes."""
    chosen = np.flatnonzero((lists.hashes % PROBED == 0) & np.repeat(long, np.diff(lists.offsets)))
    return pa.ListArray.from_arrays(
        pa.array(np.searchsorted(chosen, lists.offsets).astype(np.int32)), pa.array(lists.hashes[chosen])
    )


def priorities(batch: Batch, field: str) -> NDArray[np.float64]:
    """The number under a metadata field of each document; where there is none, the least."""
    values = (orjson.loads(text or "{}").get(field) for text in batch.docs.column("metadata").to_pylist())
    return np.array([float(v) if isinstance(v, int | float) else -np.inf for v in values])
