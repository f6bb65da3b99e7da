"""Documents of which little is left once their copies are gone: a headline without its story, or nothing at all."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.corpus import Batch, utf8
from pipeline.text import count

WHOLE = 0.9  # of the words of a document: so many in one other make it a copy of that document as a whole

REMNANTS = pa.schema(
    [
        ("doc", pa.int64()),  # row of the document in its batch
        ("id", pa.string()),
        ("words", pa.int64()),  # that reached the stage
        ("left", pa.int64()),  # that it left
        ("copy_of", pa.string()),  # the document in which nearly all of it stands; null if there is no such
    ]
)


def remnants(batch: Batch, stage: str, least: float) -> pa.Table:
    """The documents of which a stage left less than the share `least` of the words that reached it.

    Args:
        batch: with the verdicts of the stage, the last one.
        stage: its name.
        least: share.
    """
    ours = np.asarray(pc.fill_null(pc.equal(batch.blocks["stage"], stage), False).to_numpy())
    doc, kept, size = batch.column("doc").astype(np.int64), batch.kept(), batch.docs.num_rows
    touched = np.unique(doc[ours])
    words = _words(batch, np.flatnonzero((kept | ours) & np.isin(doc, touched)))
    left, gone = (np.bincount(doc, words * some, size).astype(np.int64) for some in (kept, ours))
    docs = touched[left[touched] < least * (left + gone)[touched]]
    copies = _copies(batch, np.flatnonzero(ours & np.isin(doc, docs)), words, left + gone)
    values = [docs, batch.docs["id"].take(pa.array(docs)), (left + gone)[docs], left[docs]]
    return pa.table([*values, pa.array([copies.get(one) for one in docs.tolist()], pa.string())], schema=REMNANTS)


def blocks_left(batch: Batch, found: pa.Table) -> NDArray[np.int64]:
    """Rows of the blocks that stay in these documents."""
    return np.flatnonzero(batch.kept() & np.isin(batch.column("doc"), found["doc"].to_numpy()))


def _words(batch: Batch, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Words of some blocks; zero for the others."""
    words = np.zeros(len(batch), np.int64)
    words[rows] = count.words(*utf8(batch.blocks["text"].take(pa.array(rows))))
    return words


def _copies(batch: Batch, rows: NDArray[np.int64], words: NDArray[np.int64], total: NDArray[np.int64]) -> dict[int, str]:
    """The documents nearly all of whose words stand in one other, and that one."""
    shared: Counter[tuple[int, str]] = Counter()
    twins = batch.blocks["twin_id"].take(pa.array(rows)).to_pylist()
    for doc, twin, size in zip(batch.column("doc")[rows].tolist(), twins, words[rows].tolist(), strict=True):
        shared[doc, twin] += size
    ids = batch.docs["id"]
    return {doc: twin for (doc, twin), n in sorted(shared.items()) if n >= WHOLE * total[doc] and twin != ids[doc].as_py()}
