"""Small corpora as batches, and the stage run over them."""

import numpy as np
import pyarrow as pa
import pytest

from pipeline.corpus import BLOCKS, DOCS, EDITS, Batch
from pipeline.corpus.partition import learn
from pipeline.dedup import Dedup, Settings, guard
from pipeline.dedup.paragraphs import read_texts
from pipeline.dedup.proof import as_lists
from pipeline.dedup.twins import mark


def make_batch(docs, first=0, metadata=()):
    """One batch of documents, each a list of block texts, numbered from `first`."""
    count = len(docs)
    columns = {name: pa.array([""] * count, pa.string()) for name in DOCS.names}
    columns["seq"] = pa.array(range(first, first + count), pa.int64())
    columns["id"] = pa.array([f"doc{i}" for i in range(first, first + count)], pa.string())
    columns["part"] = pa.array([0] * count, pa.int32())
    if metadata:
        columns["metadata"] = pa.array(metadata, pa.string())
    places = [(d, p, text) for d, texts in enumerate(docs) for p, text in enumerate(texts)]
    blocks = {f.name: pa.nulls(len(places), f.type) for f in BLOCKS}
    blocks |= {name: pa.array([""] * len(places), pa.string()) for name in ("lead", "indent", "path")}
    blocks["link"] = pa.array([0.0] * len(places), pa.float32())
    blocks["doc"] = pa.array([p[0] for p in places], pa.int32())
    blocks["pos"] = pa.array([p[1] for p in places], pa.int32())
    blocks["text"] = pa.array([p[2] for p in places], pa.string())
    return Batch(pa.table(columns, schema=DOCS), pa.table(blocks, schema=BLOCKS), EDITS.empty_table())


def run_stage(batches, settings=None, parts=1):
    """The batches with verdicts."""
    stage, facts = Dedup(settings or Settings()), [{} for _ in batches]
    for learner in stage.learners:
        facts = learn(learner, batches, facts, parts)
    return [stage.apply(batch, known) for batch, known in zip(batches, facts, strict=True)]


def decisions(batches):
    """(seq, pos) -> (rule, evidence, twin seq, twin pos, twin id) of each dropped block."""
    found = {}
    for batch in batches:
        seqs = np.asarray(batch.docs.column("seq"))
        for row in batch.blocks.to_pylist():
            if row["rule"] is not None:
                twin = row["twin_seq"], row["twin_pos"], row["twin_id"]
                found[int(seqs[row["doc"]]), row["pos"]] = (row["rule"], row["evidence"], *twin)
    return found


@pytest.fixture
def batch():
    return make_batch


@pytest.fixture
def run():
    return run_stage


@pytest.fixture
def decide():
    """Documents -> decisions, in one batch."""
    return lambda docs, settings=None, metadata=(): decisions(run_stage([make_batch(docs, 0, metadata)], settings))


@pytest.fixture
def verdicts():
    return decisions


def compare_neighbours(test, texts):
    """What a test of the guard says of each text and the next."""
    words, numbers, names = mark(
        read_texts(pa.chunked_array([texts], pa.string())), Settings(min_words=2)
    ).columns  # as long texts are
    first = np.arange(len(texts) - 1)
    if test is guard.other_numbers:
        return test(as_lists(numbers), first, first + 1, contained=False).tolist()
    more = {"contained": False} if test is guard.other_names else {}
    return test(guard.compared(as_lists(words), names), first, first + 1, **more).tolist()


@pytest.fixture
def compare_all():
    return compare_neighbours


@pytest.fixture
def compare():
    return lambda test, one, two: compare_neighbours(test, [one, two])[0]
