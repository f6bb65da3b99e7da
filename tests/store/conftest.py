"""Small batches of paragraphs, and a state to put them in."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest

from pipeline.store import Output, Run, Source, State
from pipeline.store.segment import PARAGRAPHS

SCHEME = {"normal form": 1}


def paragraphs(keys, hashes=None, first=0):
    """One paragraph a key; its hashes are the upper half of the key and those given."""
    keys = np.array(keys, np.uint64)
    more = hashes or [[] for _ in keys]
    lists = [[int(key >> np.uint64(32)), *some] for key, some in zip(keys, more, strict=True)]
    count = len(keys)
    return pa.table(
        {
            "id": [f"doc{first + i}" for i in range(count)],
            "pos": pa.array(range(count), pa.int32()),
            "size": pa.array([20] * count, pa.int32()),
            "key": keys,
            "text": [f"text of {key}" for key in keys.tolist()],
            "hashes": pa.array(lists, pa.list_(pa.uint32())),
        },
        schema=PARAGRAPHS,
    )


@pytest.fixture
def add(tmp_path):
    """Commits a batch to the state in `tmp_path / "state"`."""

    def commit(name, table, learnt=None):
        out = tmp_path / "out"
        out.mkdir(exist_ok=True)
        (out / "_manifest.json").write_text(name)
        state = State(tmp_path / "state", SCHEME)
        run = Run(name, Source(1, 10, "00"), {}, table.num_rows)
        state.prepare(
            run, [table], {k: [v] for k, v in (learnt or {}).items()}, Output(out, hashlib.sha256(name.encode()).hexdigest())
        )
        state.commit()
        state.close()

    return commit


@pytest.fixture
def open_state(tmp_path):
    opened = []

    def open_it(scheme=SCHEME):
        opened.append(State(tmp_path / "state", scheme))
        return opened[-1]

    yield open_it
    for state in opened:
        state.close()


@pytest.fixture
def make():
    return paragraphs
