"""Paragraphs that earlier runs wrote: how they are found again, what is kept of today's, and how they join today's.

A paragraph is found by its exact key, or by anchors: the least shingle of four words under each of twelve permutations.
Shingles that long are nearly unique, so that one in common makes a candidate, and twelve numbers a paragraph do for the
index what 32 bands of 4 do within a run: a pair of similarity .6 by the shingles of two words shares about .39 of those of
four, and no anchor in 3 cases of 1,000. Candidates are then compared like all others, by their texts.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Batch
from pipeline.dedup import bands, minhash, numbers
from pipeline.dedup.numbers import column
from pipeline.dedup.settings import Settings
from pipeline.text.normal import VERSION
from pipeline.text.shingles import shingles

MET = "met"  # the stream of pairs of a known paragraph and the key of one of today's
ANCHORS, WORDS = 12, 4
_HALF = np.uint64(32)

PARAGRAPHS = pa.schema(
    [
        ("id", pa.string()),
        ("pos", pa.int32()),
        ("size", pa.int32()),
        ("key", pa.uint64()),
        ("text", pa.string()),
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


def anchors(words: NDArray[np.uint64], offsets: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """The (ANCHORS, texts) anchors, and which texts have any: those of `WORDS` words or more."""
    hashes, places = shingles(words, offsets, WORDS)
    return bands.keys(minhash.signatures(hashes, places, ANCHORS), ANCHORS, 1), np.diff(places) > 0


def hashes(keys: NDArray[np.uint64], found: NDArray[np.uint32], some: NDArray[np.bool_]) -> pa.ListArray:
    """The column `hashes`: half of the key, then the anchors."""
    every = np.concatenate(((keys >> _HALF).astype(np.uint32)[None], found)).T
    use = np.ones(every.shape, bool)
    use[:, 1:] = some[:, None]
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(use.sum(axis=1))))
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), pa.array(every[use]))


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
    values["text"] = batch.blocks.column("text").take(pa.array(blocks[stays]))
    return pa.table([values[name] for name in PARAGRAPHS.names], schema=PARAGRAPHS)
