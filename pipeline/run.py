"""One job: settings -> plan -> engine -> commit of the output as a whole."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from pipeline import plan
from pipeline.corpus import Learner
from pipeline.engines import Engine, engine
from pipeline.formats import inputs as sources
from pipeline.formats import names, spool, writers
from pipeline.report import numbers
from pipeline.settings import UNSEEN, Settings
from pipeline.tasks import Decide, Note, Read, Shard, Task, Write
from pipeline.version import __version__

SHARD_BYTES = 8 << 20  # small inputs that one task reads together
COMBINE = 64  # tables of rows that are combined at a time, to bound memory
Progress = Callable[[str, int, int], None]  # (what is done, steps done, steps in all)


class UsageError(ValueError):
    """The job cannot be started as it was asked for (exit code 2)."""


class Locked(RuntimeError):
    """Another run writes this output (exit code 6)."""


class Refused(RuntimeError):
    """Inputs were rejected and the job is strict: nothing was written (exit code 3)."""


@dataclass(frozen=True)
class Result:
    """What a run did; `report` is the content of `_report.json`, `rejects` the rows of `_rejects.jsonl`."""

    output: Path
    report: dict[str, Any]
    rejects: list[dict[str, Any]]


def run(
    inputs: Sequence[str | Path],
    output: str | Path,
    settings: Settings | None = None,
    progress: Progress = lambda _what, _done, _of: None,
) -> Result:
    """Clean a corpus.

    Args:
        inputs: files and folders.
        output: a folder that is made, or replaced as a whole once the new one is complete.
        settings: defaults if not given.
        progress: is told after each step.

    Raises:
        UsageError: an input that does not exist, or OUTPUT and INPUT inside one another.
        Locked: another run writes the same output.
        Refused: `settings.strict`, and some inputs were rejected.
        OSError: reading or writing failed; the same call goes on where this one stopped.
    """
    settings, output = settings or Settings(), Path(output)
    _check_paths([Path(path) for path in inputs], output)
    found = sources.find(inputs)
    output.absolute().parent.mkdir(parents=True, exist_ok=True)
    with _lock(output):
        work = _work_folder(output, _job_key(found.sources, settings))
        result = _Job(work, output, settings, progress).run(found)
        _commit(work / "out", output)
        shutil.rmtree(work)
    return result


class _Job:
    """The passes of one run over its work folder."""

    def __init__(self, work: Path, output: Path, settings: Settings, progress: Progress) -> None:
        self.work, self.output, self.settings, self.progress = work, output, settings, progress
        self.task = Task(work, work.name, settings)
        self.engine: Engine = engine(settings.engine, settings.workers or os.cpu_count() or 1)
        self.steps = len(plan.passes(settings)) + 2

    def run(self, found: sources.Found) -> Result:
        """All passes, then the files of the output."""
        notes = self.read(found.sources)
        rejects = [r._asdict() for r in found.rejects] + [row for note in notes for row in note["rejects"]]
        if rejects and self.settings.strict:
            raise Refused(f"{len(rejects)} inputs rejected, and the run is strict: nothing was written")
        batches = [Path(path) for note in notes for path in note["batches"]]
        self.name(batches)
        *learning, _ = plan.passes(self.settings)
        for number, step in enumerate(learning):
            assert step.observe is not None
            batches = self.learn(number, step.observe, batches)
        settled = self.map("writing", Write(self.work, self.task.key, self.settings, len(learning)), batches)
        inputs = [row for note in notes for row in note["inputs"]]
        return self.write(inputs, rejects, settled)

    def read(self, found: Sequence[sources.Source]) -> list[Note]:
        """Batches of the inputs."""
        return self.map("reading", Read(self.work, self.task.key, self.settings), list(_shards(found)))

    def name(self, batches: list[Path]) -> None:
        """Ids that no other document has, for documents whose id was taken."""
        empty = names.keys(pa.table({"seq": pa.array([], pa.int64()), "id": pa.array([], pa.string())}))
        table = pa.concat_tables([empty, *(next(spool.read_tables(path.with_suffix(".keys"))) for path in batches)])
        again, known = names.taken(table), np.sort(table["key"].to_numpy())
        ids = {}
        for path in batches if len(again) else []:
            docs = spool.read_batch(path).docs.select(["seq", "id"])
            ids |= {s: i for s, i in zip(*docs.to_pydict().values(), strict=True) if _among(s, again)}
        new = names.fresh(ids, lambda key: _among(np.uint64(key), known))
        columns = {"seq": pa.array(list(new), pa.int64()), "id": pa.array(list(new.values()), pa.string())}
        spool.write_tables(self.work / "names", pa.table(columns))

    def learn(self, number: int, learner: Learner, batches: list[Path]) -> list[Path]:
        """One pass; concludes its learner; the batches for the next pass."""
        notes = self.map(learner.name, Decide(self.work, self.task.key, self.settings, number), batches)
        path = self.work / "facts" / learner.name
        if not path.exists():
            known = {p.name: next(spool.read_tables(p)) for p in sorted(path.parent.glob("*"))}
            rows = _combined(learner, [Path(note["rows"]) for note in notes])
            spool.write_tables(path, learner.conclude(rows, known))
        return [Path(note["batch"]) for note in notes]

    def write(self, inputs: list[Note], rejects: list[Note], settled: list[Note]) -> Result:
        """The files of the output, `_SUCCESS` last."""
        out, formats = self.work / "out", self.settings.formats

        def tables(which: int) -> Iterator[pa.Table]:
            return (list(spool.read_tables(Path(note["settled"])))[which] for note in settled)

        if "jsonl" in formats:
            writers.write_jsonl(out / "jsonl", map(writers.clean_rows, tables(0)))
        if "parquet" in formats:
            writers.write_parquet(out / "parquet", writers.CLEAN, map(writers.clean_rows, tables(0)))
        writers.write_ledger(out / "_ledger", tables(1))
        writers.write_documents(out / "_documents", tables(0))
        writers.write_lines(out / "_rejects.jsonl", rejects)
        known = {path.name: next(spool.read_tables(path)) for path in sorted((self.work / "facts").glob("*"))}
        report = numbers.report(inputs, rejects, [note["counts"] for note in settled], known)
        writers.write_json(out / "_report.json", report)
        self.progress("committing", self.steps, self.steps)
        writers.write_json(out / "_manifest.json", _manifest(inputs, out, self.settings, report))
        writers.write_lines(out / "_SUCCESS", [])
        return Result(self.output, report, rejects)

    def map(self, what: str, task: Callable[[Any], Note], shards: Sequence[Any]) -> list[Note]:
        """Runs a task over shards and tells of each."""
        notes = []
        for note in self.engine.map(task, shards):
            notes.append(note)
            self.progress(what, len(notes), len(shards))
        return notes


def _combined(learner: Learner, paths: list[Path]) -> pa.Table:
    """All rows of a learner, combined a few tables at a time."""
    held: list[pa.Table] = []
    for path in paths:
        held.append(next(spool.read_tables(path)))
        if len(held) == COMBINE:
            held = [learner.combine(pa.concat_tables(held))]
    if not held:
        raise UsageError("no document could be read from the inputs")
    return learner.combine(pa.concat_tables(held))


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


def _among(value: Any, ordered: Any) -> bool:
    at = int(np.searchsorted(ordered, value))
    return at < len(ordered) and bool(ordered[at] == value)


def _check_paths(inputs: list[Path], output: Path) -> None:
    """Refuse an output that would be read as input, or that would replace it."""
    if output.exists() and not output.is_dir():
        raise UsageError(f"OUTPUT is a file: {output}")
    target = output.resolve()
    for path in inputs:
        source = path.resolve()
        if source == target or source in target.parents:
            raise UsageError(f"OUTPUT lies inside INPUT: {output} in {path}")
        if target in source.parents:
            raise UsageError(f"INPUT lies inside OUTPUT, which a run replaces: {path} in {output}")
    if output.is_dir() and any(output.iterdir()) and not (output / "_manifest.json").exists():
        raise UsageError(f"OUTPUT is a folder that no run of this command made, and is not empty: {output}")


@contextmanager
def _lock(output: Path) -> Iterator[None]:
    """One run at a time for an output. The lock is the kernel's: a dead run does not hold it."""
    path = output.absolute().with_name(f".{output.name}.lock")
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise Locked(f"another run writes {output} (process {file.read().strip() or 'unknown'})") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        path.unlink()


def _work_folder(output: Path, key: str) -> Path:
    """A folder beside the output for what is not finished; that of another job is emptied."""
    folder = output.absolute().with_name(f".{output.name}.work")
    if folder.is_dir():
        for other in folder.iterdir():
            if other.name != key:
                shutil.rmtree(other)
    (folder / key).mkdir(parents=True, exist_ok=True)
    return folder / key


def _job_key(found: Sequence[sources.Source], settings: Settings) -> str:
    """Which job's unfinished work may be taken up: same inputs, settings and code."""
    visible = replace(settings, workers=0, engine="local", allow_rejects=False)
    files = [(source.name, source.size, source.mtime_ns) for source in found]
    code = [path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py"))]
    text = repr((visible, files)).encode() + b"".join(code)
    return hashlib.sha256(text).hexdigest()[:16]


def _manifest(inputs: list[Note], out: Path, settings: Settings, report: dict[str, Any]) -> dict[str, Any]:
    """What went in, what came out, and with what: enough to check the output and to make it again."""
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {
        "inputs": inputs,
        "outputs": {path.relative_to(out).as_posix(): writers.digest(path) for path in files},
        "documents": report["documents"],
        "settings": orjson.loads(orjson.dumps(settings, default=list)) | dict.fromkeys(UNSEEN),
        "layers": list(plan.LAYERS),
        "versions": {"pipeline": __version__, "pyarrow": pa.__version__},
    }


def _commit(new: Path, output: Path) -> None:
    """Put the finished folder in the output's place; the old one is whole until then."""
    old = output.absolute().with_name(f".{output.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if output.exists():
        output.rename(old)
    new.rename(output)
    _sync_folder(output.absolute().parent)
    shutil.rmtree(old, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
