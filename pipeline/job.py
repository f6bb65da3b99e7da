"""The passes of one job over its work folder, and the files of its output."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from pipeline import plan
from pipeline.corpus import Facts, Learner
from pipeline.engines import engine
from pipeline.formats import commit, names, spool, writers
from pipeline.formats import inputs as sources
from pipeline.memory import Memory
from pipeline.progress import Progress, Step
from pipeline.report import duplicates, numbers
from pipeline.settings import UNSEEN, Settings
from pipeline.tasks import Decide, Note, Read, Shard, Write
from pipeline.version import __version__

SHARD_BYTES = 8 << 20  # small inputs that one task reads together
COMBINE = 64  # tables of rows that are combined at a time, to bound memory


class Job:
    """One run. Every step writes whole files, so that the same job started again goes on where this one stopped."""

    def __init__(self, work: Path, settings: Settings, progress: Progress, memory: Memory | None = None) -> None:
        """Takes the work folder, which is named by the job's key."""
        self.key, self.memory = work.name, memory
        self.work, self.settings, self.progress = work, settings, progress
        commit.durable(on=settings.fsync)
        self.engine = engine(settings.engine, settings.workers or len(os.sched_getaffinity(0)))
        self.notes: list[Note] = []

    def read(self, found: sources.Found) -> list[Note]:
        """Batches of the inputs, kept in the work folder; the rejects."""
        self.notes = self.map("reading", Read(self.work, self.key, self.settings), list(_shards(found.sources)))
        if self.memory:
            self.key += self.memory.begin(self.work, [row for note in self.notes for row in note["inputs"]])
        return [r._asdict() for r in found.rejects] + [row for note in self.notes for row in note["rejects"]]

    def clean(self, rejects: list[Note]) -> dict[str, Any]:
        """All passes over what was read, then the files of the output; the report."""
        batches = [Path(path) for note in self.notes for path in note["batches"]]
        self.name(batches)
        *learning, _ = plan.passes(self.settings)
        for number, step in enumerate(learning):
            assert step.observe is not None
            batches = self.learn(number, step.observe, batches)
        settled = self.map("writing", Write(self.work, self.key, self.settings, len(learning)), batches)
        return self.write([row for note in self.notes for row in note["inputs"]], rejects, settled)

    def close(self) -> None:
        """Ends the engine."""
        self.engine.close()

    def name(self, batches: list[Path]) -> None:
        """Writes down new ids for documents whose id an earlier one has."""
        empty = names.keys(pa.table({"seq": pa.array([], pa.int64()), "id": pa.array([], pa.string())}))
        table = pa.concat_tables([empty, *(next(spool.read_tables(path.with_suffix(".keys"))) for path in batches)])
        again, known = names.taken(table), np.sort(table["key"].to_numpy())
        ids: dict[int, str] = {}
        for path in batches if len(again) else []:
            docs = spool.read_batch(path).docs.select(["seq", "id"])
            ids |= {s: i for s, i in zip(*docs.to_pydict().values(), strict=True) if _among(s, again)}
        new = names.fresh(ids, lambda key: _among(np.uint64(key), known))
        columns = {"seq": pa.array(list(new), pa.int64()), "id": pa.array(list(new.values()), pa.string())}
        spool.write_tables(self.work / "names", pa.table(columns))

    def learn(self, number: int, learner: Learner, batches: list[Path]) -> list[Path]:
        """One pass; concludes its learner; the batches for the next pass."""
        notes = self.map(learner.name, Decide(self.work, self.key, self.settings, number), batches)
        path = self.work / "facts" / learner.name
        if not path.exists():
            rows = _combined(learner, [Path(note["rows"]) for note in notes])
            facts: Facts = self.facts()
            if self.memory and rows is not None:
                rows, facts = self.memory.recall(learner, rows, facts)
            spool.write_tables(path, learner.conclude(rows, facts) if rows is not None else pa.table({}))
        return [Path(note["batch"]) for note in notes]

    def facts(self) -> dict[str, pa.Table]:
        """What has been concluded so far."""
        return {path.name: next(spool.read_tables(path)) for path in sorted((self.work / "facts").glob("[!.]*"))}

    def write(self, inputs: list[Note], rejects: list[Note], settled: list[Note]) -> dict[str, Any]:
        """The files of the output, `_SUCCESS` last; the report."""
        out, formats = self.work / "out", self.settings.formats

        def tables(which: int) -> Iterator[pa.Table]:
            return (list(spool.read_tables(Path(note["settled"])))[which] for note in settled)

        _clear(out, keep="text")  # tasks wrote the texts; the rest is of a run that was stopped while it wrote
        if "text" in formats:
            (out / "text").mkdir(parents=True, exist_ok=True)
        if "jsonl" in formats:
            writers.write_jsonl(out / "jsonl", map(writers.clean_rows, tables(0)))
        if "parquet" in formats:
            writers.write_parquet(out / "parquet", writers.CLEAN, map(writers.clean_rows, tables(0)))
        writers.write_ledger(out / "_ledger", tables(1))
        writers.write_documents(out / "_documents", tables(0))
        writers.write_lines(out / "_rejects.jsonl", rejects)
        facts = self.facts()
        report = numbers.report(inputs, rejects, [note["counts"] for note in settled], facts)
        left = [note["remnants"] for note in settled]
        report["duplicates"] = duplicates.duplicates(facts.get("dedup-twins"), tables(1), left)
        writers.write_json(out / "_report.json", report)
        manifest = _manifest(inputs, out, self.settings, report) | ({"run": self.memory.run} if self.memory else {})
        writers.write_json(out / "_manifest.json", manifest)
        writers.write_lines(out / "_SUCCESS", [])
        for folder in [out, *(path for path in out.rglob("*") if path.is_dir())]:
            commit.sync_folder(folder)
        return report

    def leave(self, output: Path, report: dict[str, Any]) -> None:
        """Prepares the batch for the state; after `clean`."""
        if self.memory:
            batches = [path for note in self.notes for path in map(Path, note["batches"])]
            paragraphs = [self.work / "settled" / f"{path.name}.paragraphs" for path in batches]
            self.memory.leave(output, report, self.work / "out" / "_manifest.json", paragraphs)

    def map(self, what: str, task: Callable[[Any], Note], shards: Sequence[Any]) -> list[Note]:
        """Runs a task over shards and tells of each."""
        notes: list[Note] = []
        documents = size = 0
        for note in self.engine.map(task, shards):
            notes.append(note)
            documents, size = documents + note["documents"], size + note["bytes"]
            self.progress(Step(what, len(notes), len(shards), documents, size))
        return notes


def job_key(found: Sequence[sources.Source], settings: Settings) -> str:
    """Which job's unfinished work may be taken up: same inputs, settings and code."""
    same = {name: getattr(Settings(), name) for name in UNSEEN if name not in ("batch", "run")}
    files = [(source.name, source.size, source.mtime_ns) for source in found]
    code = [path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py"))]
    text = repr((replace(settings, **same), bool(settings.state), files)).encode() + b"".join(code)
    return hashlib.sha256(text).hexdigest()[:16]


def _combined(learner: Learner, paths: list[Path]) -> pa.Table | None:
    """All rows of a learner, combined as a tree, so that no row is combined more than a few times; None of no tables."""
    tables: Iterator[pa.Table] = (next(spool.read_tables(path)) for path in paths)
    while (level := [learner.combine(pa.concat_tables(some)) for some in _groups(tables)])[1:]:
        tables = iter(level)
    return level[0] if level else None


def _groups(tables: Iterator[pa.Table]) -> Iterator[list[pa.Table]]:
    while some := list(islice(tables, COMBINE)):
        yield some


def _shards(found: Sequence[sources.Source]) -> Iterator[Shard]:
    """Neighbouring inputs together until they are large enough for a task."""
    held: list[sources.Source] = []
    number = first = size = 0
    for at, source in enumerate(found):
        held.append(source)
        size += source.size
        if size >= SHARD_BYTES or at + 1 == len(found):
            yield Shard(number, first, tuple(held))
            held, number, first, size = [], number + 1, at + 1, 0


def _clear(folder: Path, keep: str) -> None:
    for path in folder.glob("*"):
        if path.is_dir() and path.name != keep:
            shutil.rmtree(path)
        elif not path.is_dir():
            path.unlink()


def _among(value: Any, ordered: Any) -> bool:
    at = int(np.searchsorted(ordered, value))
    return at < len(ordered) and bool(ordered[at] == value)


def _manifest(inputs: list[Note], out: Path, settings: Settings, report: dict[str, Any]) -> dict[str, Any]:
    """What went in, what came out, and with what: enough to check the output and to make it again."""
    files = sorted(path for path in out.rglob("*") if path.is_file())
    seen = {f.name: getattr(settings, f.name) for f in fields(settings) if f.name not in UNSEEN}
    return {
        "inputs": inputs,
        "outputs": {path.relative_to(out).as_posix(): writers.digest(path) for path in files},
        "documents": report["documents"],
        "settings": orjson.loads(orjson.dumps(seen, default=dict)),
        "layers": list(plan.LAYERS),
        "versions": {"pipeline": __version__, "pyarrow": pa.__version__},
    }
