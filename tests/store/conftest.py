"""Small batches of paragraphs, and a state to put them in."""

import hashlib
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import Settings, run
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


NEWS = (
    "The council voted on Monday to repair the old bridge over the river before the winter floods, "
    "and set aside four million for the work, which a local firm will begin in the spring."
)
OTHER = (
    "A retired teacher from the valley has spent ten years drawing every tree along the canal, "
    "and the town library will show her notebooks from the first week of next month."
)
SETTINGS = Settings(workers=1, stages=("dedup",), formats=("text", "jsonl"))


def write(folder, **texts):
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text + "\n")
    return folder


def ledger(output):
    return [(r["id"], r["rule"], r["evidence"], r["twin_id"]) for r in pq.read_table(output / "_ledger").to_pylist()]


def bytes_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def go(tmp_path):
    """Runs a folder of pages over the state; the output."""

    def job(name, settings=SETTINGS, **texts):
        return run(
            [write(tmp_path / f"in-{name}", **texts)], tmp_path / name, replace(settings, run=name), state=tmp_path / "state"
        ).output

    return job
