"""Memory between runs: the paragraphs of one evaluation set in daily batches, against the same set in one run.

    python benchmarks/state.py FOLDER [--days 5] [--limit N]
    python benchmarks/state.py --rows 1000000 [--days 10]

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
from dedup import batches, run, score

from pipeline.corpus import Batch
from pipeline.dedup import Candidates, Settings, Twins, known, twins
from pipeline.dedup.stage import Dedup
from pipeline.store import Output, Run, Source, State
from pipeline.store.segment import PARAGRAPHS

HASHES = 1 + known.ANCHORS


def commit(state: State, folder: Path, name: str, tables: list[pa.Table]) -> None:
    """A batch of the state; the output it belongs to is a manifest in `folder`."""
    (folder / "_manifest.json").write_text(name)
    digest = hashlib.sha256(name.encode()).hexdigest()
    state.prepare(Run(name, Source(1, 0, ""), {}, 0), tables, {}, Output(folder, digest))
    state.commit()


def day(state: State, name: str, parts: list[Batch], folder: Path) -> list[Batch]:
    """One run over some batches, as `pipeline.memory` does it; the batches with verdicts."""
    settings = Settings()
    first, second, stage = Candidates(settings, remember=True), Twins(settings), Dedup(settings, remember=True)
    looks = [first.observe(part, {}) for part in parts]
    rows = first.combine(pa.concat_tables(looks))
    hits = state.look_up(name, rows["key"].to_numpy(), rows["hashes"].combine_chunks())
    count = hits.known.num_rows
    older = hits.known.append_column("seq", pa.array(np.arange(-count, 0)))
    queries = pa.array(hits.query)
    pairs = pa.table([rows["seq"].take(queries), rows["pos"].take(queries), pa.array(hits.number - count)], schema=known.PAIR)
    empty = older.append_column("text", pa.nulls(count, pa.string())).select(known.TABLE.names)
    facts = {first.name: first.conclude(rows, {known.KNOWN: empty, known.PAIRS: pairs})}
    rows = second.combine(pa.concat_tables([second.observe(part, facts) for part in parts]))
    needed = np.isin(older["seq"].to_numpy(), twins.compared_known(facts[first.name]))
    texts = state.texts(older.filter(pa.array(needed))).take(pa.array(np.cumsum(needed) - 1, mask=~needed))
    facts[second.name] = second.conclude(rows, {**facts, known.KNOWN: empty.set_column(6, "text", texts)})
    done = [stage.apply(part, facts) for part in parts]
    commit(state, folder, name, [known.written(part, look) for part, look in zip(done, looks, strict=True)])
    return done


def quality(source: Path, days: int, limit: int | None) -> None:
    """The set in daily batches, and at once."""
    with (source / "paras.jsonl").open("rb") as file:
        texts = [orjson.loads(line)["text"] for line in list(file)[:limit]]
    truth = [orjson.loads(line) for line in (source / "truth.jsonl").read_bytes().splitlines()][:limit]
    parts = list(batches(texts))
    started = time.process_time()
    whole, _, _ = run(parts, Settings())
    _say("at once", truth, whole, started)
    with tempfile.TemporaryDirectory() as folder:
        state, done = State(Path(folder) / "state", known.scheme(Settings())), []
        started = time.process_time()
        for number, some in enumerate(np.array_split(np.arange(len(parts)), days)):
            done += day(state, f"day{number}", [parts[at] for at in some], Path(folder))
        _say(f"in {days} days", truth, done, started)
        size, rows = (sum(getattr(file, name) for file in state.manifest.segments) for name in ("bytes", "rows"))
        kept = np.mean([len(text.encode()) for text in texts])
        print(f"{rows:,} paragraphs of {kept:.0f} bytes on average, {size / rows:.0f} bytes a paragraph in the state")
        state.close()


def _say(what: str, truth: list[dict[str, str]], done: list[Batch], started: float) -> None:
    removed = np.concatenate([~part.kept() for part in done])
    seconds = time.process_time() - started
    print(
        "{:12} P {:.4f} R {:.4f} F1 {:.4f}".format(what, *score(truth, removed)),
        f" {seconds:.2f} CPU s, {removed.sum():,} removed",
    )


def index(rows: int, days: int) -> None:
    """Random keys in daily batches, then a look-up of 50,000."""
    each = rows // days
    with tempfile.TemporaryDirectory() as folder:
        state, spent = State(Path(folder) / "state", {}), []
        for number in range(days):
            table = _random(each, number)
            started = time.process_time()
            commit(state, Path(folder), f"day{number}", [table])
            spent.append(time.process_time() - started)
        print(f"insert {rows / sum(spent):,.0f} rows a CPU second, days {min(spent):.2f} to {max(spent):.2f} s")
        queries = pa.concat_tables([_random(47_500, days + 1), _random(each, 0).slice(0, 2500)])
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
