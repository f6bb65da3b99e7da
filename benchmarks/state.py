"""Memory between runs: the paragraphs of one evaluation set in daily batches, against the same set in one run.

    python -m benchmarks.state FOLDER [--days 5] [--limit N]
    python -m benchmarks.state --rows 1000000 [--days 10]

FOLDER is as for `benchmarks/dedup.py`, whose score is printed for both ways, with CPU seconds and bytes a paragraph. With
`--rows` the index alone is measured, on random keys: rows inserted and looked up a CPU second, one in twenty known.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa

from benchmarks.dedup import score
from pipeline import Settings
from pipeline import run as run_job
from pipeline.dedup import known
from pipeline.store import Output, Run, Source, State
from pipeline.store.segment import PARAGRAPHS

HASHES = 1 + known.ANCHORS


def commit(state: State, folder: Path, name: str, tables: list[pa.Table]) -> None:
    """A batch of the state; the output it belongs to is a manifest in `folder`."""
    (folder / "_manifest.json").write_text(name)
    digest = hashlib.sha256(name.encode()).hexdigest()
    state.prepare(Run(name, Source(1, 0, ""), {}, 0), tables, {}, Output(folder, digest))
    state.commit()


def day(folder: Path, name: str, texts: list[str]) -> list[str]:
    """A run of the stage over some paragraphs, a document each, and the state; those that stay."""
    source = folder / f"{name}.jsonl"
    source.write_bytes(b"\n".join(orjson.dumps({"id": f"{name}/{n}", "text": text}) for n, text in enumerate(texts)))
    settings = Settings(workers=1, stages=("dedup",), formats=("jsonl",), run=name, allow_rejects=True)
    out = run_job([source], folder / name, settings, state=folder / "state").output
    return [orjson.loads(line)["id"] for part in sorted((out / "jsonl").iterdir()) for line in part.open("rb")]


def quality(source: Path, days: int, limit: int | None) -> None:
    """The set in daily batches, and at once."""
    with (source / "paras.jsonl").open("rb") as file:
        texts = [orjson.loads(line)["text"] for line in list(file)[:limit]]
    truth = [orjson.loads(line) for line in (source / "truth.jsonl").read_bytes().splitlines()][:limit]
    for count in (1, days):
        with tempfile.TemporaryDirectory() as name:
            folder, removed = Path(name), np.ones(len(texts), bool)
            started = time.process_time()
            for number, some in enumerate(np.array_split(np.arange(len(texts)), count)):
                stay = day(folder, f"day{number}", [texts[at] for at in some])
                removed[[some[int(one.rpartition("/")[2])] for one in stay]] = False
            seconds = time.process_time() - started
            print(f"{count} days     P {{:.4f}} R {{:.4f}} F1 {{:.4f}}".format(*score(truth, removed)), end="  ")
            print(f"{seconds:.2f} CPU s, {removed.sum():,} removed")
            state = State(folder / "state", None)
            size, rows = (sum(getattr(file, name) for file in state.manifest.segments) for name in ("bytes", "rows"))
            print(f"{rows:,} paragraphs, {size / rows:.0f} bytes a paragraph in the state")
            state.close()


def index(rows: int, days: int) -> None:
    """Random keys in daily batches, then a look-up of 100,000."""
    each = rows // days
    with tempfile.TemporaryDirectory() as folder:
        state, spent = State(Path(folder) / "state", {}), []
        for number in range(days):
            table = _random(each, number)
            started = time.process_time()
            commit(state, Path(folder), f"day{number}", [table])
            spent.append(time.process_time() - started)
        print(f"insert {rows / sum(spent):,.0f} rows a CPU second, days {min(spent):.2f} to {max(spent):.2f} s")
        queries = pa.concat_tables([_random(95_000, days + 1), _random(each, 0).slice(0, 5000)])
        keys, hashes = queries["key"].to_numpy(), queries["hashes"].combine_chunks()
        for _ in range(3):
            started = time.process_time()
            found = state.look_up("new", keys, hashes)
            print(f"look up {len(keys) / (time.process_time() - started):,.0f} rows a CPU second, {len(found.query):,} found")
        size = sum(file.bytes for file in state.manifest.segments)
        print(f"{size / rows:.0f} bytes a row in {len(state.manifest.segments)} segments, without texts")
        state.close()


def _random(rows: int, seed: int) -> pa.Table:
    hashes = np.random.default_rng(seed).integers(0, 1 << 32, (rows, HASHES), dtype=np.uint32)
    keys = hashes[:, 0].astype(np.uint64) << np.uint64(32) | hashes[:, 1]
    offsets = pa.array(np.arange(0, rows * HASHES + 1, HASHES, dtype=np.int32))
    values = [pa.array(map(str, range(rows))), np.zeros(rows, np.int32), np.full(rows, 80, np.int32), pa.array(keys)]
    lists = pa.ListArray.from_arrays(offsets, pa.array(hashes.ravel()))
    return pa.table([*values, pa.array([""] * rows), lists], schema=PARAGRAPHS)


def main() -> None:
    """Read the arguments, run, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, nargs="?")
    options.add_argument("--days", type=int, default=5)
    options.add_argument("--limit", type=int)
    options.add_argument("--rows", type=int)
    asked = options.parse_args()
    if asked.rows:
        index(asked.rows, asked.days)
    if asked.folder:
        quality(asked.folder, asked.days, asked.limit)


if __name__ == "__main__":
    main()
