"""Paragraphs that earlier runs wrote: how they are found again, what is kept of today's, and how they join today's.

A paragraph is found by its exact key, or by anchors: the least shingle of four words under each of twelve permutations.
Shingles that long are nearly unique, so that one in common makes a candidate, and twelve numbers a paragraph do for the
index what three dozen bands do within a run: a pair of similarity .6 by the shingles of two words shares about .39 of those of
four, and no anchor in 3 cases of 1,000. With `contained = "corpus"` one in three of its shingles of four words is kept, too,
by which its parts find it. Candidates are then compared like all others, by their texts.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Batch, utf8
from pipeline.dedup import bands, minhash, numbers
from pipeline.dedup.numbers import column
from pipeline.dedup.settings import Settings
from pipeline.text.compact import compact
from pipeline.text.normal import VERSION
from pipeline.text.runs import distinct
from pipeline.text.shingles import shingles

MET = "met"  # the stream of pairs of a known paragraph and the key of one of today's
HELD = "held"  # the stream of pairs of a known paragraph and one of today's that may be a part of it
ANCHORS, WORDS = 12, 4
PROBED = 3  # of 15 words, the shortest that is sought in others, 95 of 100 have the two probes that make a candidate
_HALF = np.uint64(32)

PARAGRAPHS = pa.schema(
    [
        ("id", pa.string()),
        ("pos", pa.int32()),
        ("size", pa.int32()),
        ("key", pa.uint64()),
        ("text", pa.string()),  # as `compact` leaves it: enough to compare it
        ("hashes", pa.list_(pa.uint32())),  # by which it is found: first that of the key
    ]
)


def scheme(settings: Settings) -> dict[str, object]:
    """How paragraphs become hashes: rows of two schemes must never meet."""
    return {
        "normal form": VERSION,
        "shingle": settings.shingle,
        "anchors": ANCHORS,
        "anchor words": WORDS,
        "permutations": minhash.SCHEME,
    }


def hashes(words: NDArray[np.uint64], offsets: NDArray[np.int64], keys: NDArray[np.uint64], parts: bool) -> pa.ListArray:
    """The column `hashes`: half of the key; the anchors of texts that have any; if parts are sought the probes.

    Args:
        words: hashes of the words of some texts.
        offsets: texts + 1 places in `words`.
        keys: exact key of each text.
        parts: whether texts inside others are sought.
    """
    found, places = shingles(words, offsets, WORDS)
    some = np.flatnonzero(np.diff(places))
    anchors = bands.keys(minhash.signatures(found, places, ANCHORS), (1,) * ANCHORS)[:, some]
    owners, values = [np.arange(len(keys)), np.repeat(some, ANCHORS)], [(keys >> _HALF).astype(np.uint32), anchors.T.ravel()]
    if parts:
        probes = _probes(found, places)
        owners.append((probes >> _HALF).astype(np.int64))
        values.append(probes.astype(np.uint32))
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    edges = np.searchsorted(owner[order], np.arange(len(keys) + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(edges), pa.array(np.concatenate(values)[order]))


def _probes(found: NDArray[np.uint32], places: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Text << 32 | shingle for one in `PROBED` of the shingles of each text, the same ones in every text."""
    owners = np.repeat(np.arange(len(places) - 1), np.diff(places))
    use = found % PROBED == 0
    return distinct(owners[use].astype(np.uint64) << _HALF | found[use])


def written(batch: Batch, looks: Iterable[pa.Table]) -> pa.Table:
    """PARAGRAPHS of a finished batch: what later runs may meet.

    Args:
        batch: with all verdicts.
        looks: rows of this batch, as the first look left them, with `hashes`.
    """
    found = list(looks)
    if not found:
        return PARAGRAPHS.empty_table()
    rows = pa.concat_tables(found).sort_by("number")
    blocks = numbers.rows(column(rows, "number"))
    stays = np.flatnonzero(batch.kept()[blocks])
    values = {name: rows.column(name).take(pa.array(stays)) for name in ("size", "key", "hashes")}
    values["pos"] = pa.array(batch.column("pos")[blocks[stays]])
    values["id"] = batch.docs.column("id").take(pa.array(batch.column("doc")[blocks[stays]]))
    values["text"] = _compact(batch.blocks.column("text").take(pa.array(blocks[stays])))
    return pa.table([values[name] for name in PARAGRAPHS.names], schema=PARAGRAPHS)


def _compact(texts: pa.ChunkedArray) -> pa.Array:
    data, offsets = compact(*utf8(texts))
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data))
