"""Builds batches from plain texts and runs the whole stage over them."""

from typing import NamedTuple

import pyarrow as pa
import pytest

from pipeline.corpus import BLOCKS, DOCS, EDITS, Batch
from pipeline.repair import Repair, Settings


class Done(NamedTuple):
    texts: list[str]
    edits: list[dict]
    facts: dict[str, pa.Table]
    batches: list[Batch]


def batch_of(pages, first=0):
    """One block a line; pages are (site, text)."""
    docs, blocks = [], []
    for i, (site, text) in enumerate(pages):
        docs.append({"seq": first + i, "id": f"d{first + i}", "site": site, "tail": ""})
        for k, line in enumerate(text.split("\n\n")):
            blocks.append({"doc": i, "pos": k, "lead": "\n" * bool(k), "indent": "", "text": line})
    return Batch(pa.Table.from_pylist(docs, DOCS), pa.Table.from_pylist(blocks, BLOCKS), EDITS.empty_table())


def texts_of(batch):
    out = [[] for _ in range(batch.docs.num_rows)]
    for doc, text in zip(batch.blocks["doc"].to_pylist(), batch.blocks["text"].to_pylist(), strict=True):
        out[doc].append(text)
    return ["\n\n".join(parts) for parts in out]


def clean(pages, settings=None, cut=None):
    """The pages after all passes; `cut` pages go into each batch."""
    stage, size = Repair(settings or Settings()), cut or max(1, len(pages))
    batches = [batch_of(pages[i : i + size], i) for i in range(0, len(pages), size)]
    facts = {}
    for learner in stage.learners:
        rows = learner.combine(pa.concat_tables([learner.observe(batch, facts) for batch in batches]))
        facts[learner.name] = learner.conclude(rows, facts)
    done = [stage.apply(batch, facts) for batch in batches]
    edits = [edit for batch in done for edit in batch.edits.to_pylist()]
    return Done([text for batch in done for text in texts_of(batch)], edits, facts, done)


@pytest.fixture(name="clean", scope="session")
def clean_fixture():
    return clean


@pytest.fixture(name="batch_of", scope="session")
def batch_fixture():
    return batch_of


@pytest.fixture(scope="session")
def news():
    """Plain English prose without the letters of usual filters, long enough to be judged."""
    return (
        "The council of the town met on Tuesday to talk about the new bridge over the river, which many people have "
        "wanted for years. The mayor said that the work would begin in the spring, and that the money had been found. "
        "Some of those who live near the river fear that the noise will be hard to bear, but others look forward to "
        "a shorter road to their work. The old bridge was built more than a hundred years ago, and it is too narrow "
        "for the buses that now cross it every day. A second meeting will be held before the end of the month."
    )
