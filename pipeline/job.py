"""The passes of one job over its work folder, and the files of its output."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from pipeline import budget, finish, plan, reading
from pipeline.corpus import Learner
from pipeline.engines import engine
from pipeline.formats import commit, names, parts, spool, writers
from pipeline.formats import inputs as sources
from pipeline.memory import Memory
from pipeline.progress import Progress, Step
from pipeline.reading import Cut, Read
from pipeline.report import duplicates, numbers
from pipeline.settings import UNSEEN, Settings
from pipeline.tasks import Decide, Join, Note, Place, Reduce, Task, Write, facts, said
from pipeline.version import __version__

AnyTask = TypeVar("AnyTask", bound=Task)


class Job:
    """One run. Every step writes whole files, so that the same job started again goes on where this one stopped."""

    def __init__(self, work: Path, settings: Settings, progress: Progress, memory: Memory | None = None) -> None:
        """Takes the work folder, which is named by the job's key."""
        self.key, self.memory = work.name, memory
        self.work, self.settings, self.progress = work, settings, progress
        commit.durable(on=settings.fsync)
        self.limits = budget.limits(settings.memory, settings.workers or len(os.sched_getaffinity(0)))
        self.engine = engine(settings.engine, self.limits.workers)
        self.notes: list[Note] = []
        self.inputs: list[Note] = []
        self.parts = 1

    def read(self, found: sources.Found) -> list[Note]:
        """Batches of the inputs, kept in the work folder; the rejects."""
        cuts = self.map("cutting", Cut(self.work, self.key, self.settings), reading.large(found.sources))
        shards = list(reading.shards(found.sources, cuts))
        self.notes = self.map("reading", Read(self.work, self.key, self.settings), shards)
        self.inputs = reading.inputs(self.notes, cuts)
        if self.memory:
            self.key += self.memory.begin(self.work, self.inputs)
        return [r._asdict() for r in found.rejects] + [row for note in self.notes for row in note["rejects"]]

    def clean(self, rejects: list[Note]) -> dict[str, Any]:
        """All passes over what was read, then the files of the output; the report."""
        batches = [Path(path) for note in self.notes for path in note["batches"]]
        self.name(batches)
        self.parts = self.partitions()
        *learning, _ = plan.passes(self.settings)
        for number, step in enumerate(learning):
            assert step.observe is not None
            batches = self.learn(number, step.observe, batches)
        settled = self.map("writing", self.task(Write, len(learning)), _places(batches))
        return self.write(rejects, settled)

    def task(self, kind: type[AnyTask], number: int, **more: int) -> AnyTask:
        """A task of a pass."""
        return kind(self.work, self.key, self.settings, number, self.parts, **more)

    def partitions(self) -> int:
        """How many partitions the rows are split into: it is settled once for a job, so that its tasks agree."""
        path = self.work / "partitions.json"
        if not path.exists():
            text = sum(note["text"] for note in self.notes)
            spool.write_note(path, {"parts": budget.partitions(text, self.limits)})
        return int(spool.read_note(path)["parts"])

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
        """One pass, and the rounds of its learner; the batches for the next pass."""
        notes = self.map(learner.name, self.task(Decide, number), _places(batches))
        if len(batches) > parts.JOINED:
            self.map(f"{learner.name} join", self.task(Join, number), range(-(-len(batches) // parts.JOINED)))
        if self.memory:
            self.memory.recall(self.task(Reduce, number), learner)
        for at, step in enumerate(learner.rounds):
            self.map(f"{learner.name} {step.name}", self.task(Reduce, number, round=at), range(step.tasks(self.parts)))
        return [Path(note["batch"]) for note in notes]

    def write(self, rejects: list[Note], settled: list[Note]) -> dict[str, Any]:
        """The files of the output, `_SUCCESS` last; the report."""
        out, last = self.work / "out", self.task(Write, len(plan.passes(self.settings)) - 1)
        found = [Path(note["settled"]) for note in settled]
        _clear(out, keep="text")  # tasks wrote the texts; the rest is of a run that was stopped while it wrote
        notes = self.map("files", finish.WritePart(out, self.settings.fsync), list(finish.parts(self.settings.formats, found)))
        report = numbers.report(self.inputs, rejects, [note["counts"] for note in settled], facts(last, 0))
        ledgers = (finish.read(path, "ledger") for path in found)
        report["duplicates"] = duplicates.duplicates(said(last), ledgers, [note["remnants"] for note in settled])
        files = [(note["name"], note["digest"]) for note in notes]
        files += self.memory.keep(out) if self.memory else []
        files.append(("_rejects.jsonl", writers.write_lines(out / "_rejects.jsonl", rejects)))
        files.append(("_report.json", writers.write_json(out / "_report.json", report)))
        writers.write_manifest(out / "_manifest.json", self.about(report), chain(files, self.texts(out, found)))
        writers.write_success(out)
        commit.sync_all(out)
        return report

    def texts(self, out: Path, settled: list[Path]) -> Iterator[tuple[str, Note]]:
        """Names and digests of the texts, in the order of the documents."""
        if "text" in self.settings.formats:
            (out / "text").mkdir(parents=True, exist_ok=True)
            for found in self.engine.map(finish.CheckTexts(out), settled):
                yield from found

    def about(self, report: dict[str, Any]) -> dict[str, Any]:
        """What went in, and with what: with the list of the files enough to check the output and to make it again."""
        return {
            "inputs": self.inputs,
            "documents": report["documents"],
            "settings": self.settings.seen(),
            "layers": list(plan.LAYERS),
            "versions": {"pipeline": __version__, "pyarrow": pa.__version__},
            **(self.memory.about(self.work / "out") if self.memory else {}),
        }

    def leave(self, output: Path, report: dict[str, Any]) -> None:
        """Prepares the batch for the state; after `clean`."""
        if self.memory:
            batches = [path for note in self.notes for path in map(Path, note["batches"])]
            paragraphs = [self.work / "settled" / f"{path.name}.paragraphs" for path in batches]
            self.memory.leave(output, report, self.work / "out" / "_manifest.json", paragraphs)

    def map(self, what: str, task: Callable[[Any], Note], shards: Sequence[Any]) -> list[Note]:
        """Runs a task over shards and tells of each."""
        budget.give_back()
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
    files = [(source.name, source.size, source.stamps) for source in found]
    code = [path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py"))]
    text = repr((replace(settings, **same), bool(settings.state), files)).encode() + b"".join(code)
    return hashlib.sha256(text).hexdigest()[:16]


def _places(batches: Sequence[Path]) -> list[Place]:
    return [Place(number, path) for number, path in enumerate(batches)]


def _clear(folder: Path, keep: str) -> None:
    for path in folder.glob("*"):
        if path.is_dir() and path.name != keep:
            shutil.rmtree(path)
        elif not path.is_dir():
            path.unlink()


def _among(value: Any, ordered: Any) -> bool:
    at = int(np.searchsorted(ordered, value))
    return at < len(ordered) and bool(ordered[at] == value)
