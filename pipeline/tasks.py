"""What an engine runs: tasks that read and write whole files in the work folder.

    read/SHARD-NNNNN    batches as they were read
    PASS/BATCH          batches after each pass that changed them, PASS/BATCH.rows what was observed
    facts/LEARNER       what was concluded
    out/                the files of the output that one batch fills alone: its texts
    settled/BATCH       results and ledger rows of one batch

Each task ends by writing a note (JSON) of what it did. A task whose note stands is not run again, so that a job that was
stopped goes on where it was.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import plan
from pipeline.corpus import Batch, Facts, utf8
from pipeline.dedup import Candidates, known, remnants
from pipeline.formats import assemble, commit, names, records, settle, spool, writers
from pipeline.formats.inputs import Source
from pipeline.formats.records import Record, Reject
from pipeline.settings import Settings
from pipeline.text import count

Note = dict[str, Any]
LISTED = 1000  # remnants of a batch that its note names


@dataclass(frozen=True)
class Shard:
    """Neighbouring inputs that one task reads; `first` is the number of the first among all inputs."""

    number: int
    first: int
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Task(ABC):
    """A job's folder, key and settings, and the pass that is run."""

    work: Path
    key: str
    settings: Settings
    number: int = 0

    def __call__(self, shard: Any) -> Note:
        """The note of a shard; if it stands already, the work is not done again."""
        commit.durable(on=self.settings.fsync)
        path = self.note(shard)
        if not path.exists():
            spool.write_note(path, self.do(shard))
        return spool.read_note(path)

    @abstractmethod
    def note(self, shard: Any) -> Path:
        """Where the note of a shard stands."""

    @abstractmethod
    def do(self, shard: Any) -> Note:
        """The work itself; its note."""


@dataclass(frozen=True)
class Read(Task):
    """Inputs -> batches, rejects, checksums of the inputs."""

    def note(self, shard: Shard) -> Path:
        """Where its note stands."""
        return self.work / "read" / f"{shard.number:05d}.json"

    def do(self, shard: Shard) -> Note:
        """Note: `batches`, `inputs`, `rejects`."""
        inputs: list[Note] = []
        rejects: list[Note] = []
        paths = []
        found = _records(shard, inputs, rejects)
        for number, batch in enumerate(assemble.batches(found, self.settings.batch)):
            path = self.work / "read" / f"{shard.number:05d}-{number:05d}"
            spool.write_batch(path, batch)
            spool.write_tables(path.with_suffix(".keys"), names.keys(batch.docs))
            paths.append(str(path))
        size, documents = sum(row["bytes"] for row in inputs), sum(row["records"] for row in inputs)
        return {"batches": paths, "inputs": inputs, "rejects": rejects, "documents": documents, "bytes": size}


def _records(shard: Shard, inputs: list[Note], rejects: list[Note]) -> Iterator[tuple[int, Record]]:
    """The records of a shard with their places; notes the inputs and the rejects on the way."""
    for number, source in enumerate(shard.sources, shard.first):
        reader = records.read(source)
        documents = refused = 0
        for found in reader:
            if isinstance(found, Reject):
                rejects.append(found._asdict())
                refused += 1
            else:
                yield (number << 40) | documents << 8, found
                documents += 1
        inputs.append(
            {
                "name": source.name,
                "bytes": reader.size,
                "sha256": reader.sha256,
                "records": documents,
                "rejected": refused,
            }
        )


@dataclass(frozen=True)
class Decide(Task):
    """One pass over one batch: apply, then observe."""

    def note(self, batch_path: Path) -> Path:
        """Where its note stands."""
        return self._path(batch_path, ".json")

    def do(self, batch_path: Path) -> Note:
        """Note: `batch`, the path for the next pass; `rows`, the path of what was observed."""
        step, learnt = plan.passes(self.settings)[self.number], facts(self.work, self.key, self.number)
        batch = step.decide(load(batch_path, self.key), learnt)
        if step.apply:
            batch_path = self._path(batch_path)
            spool.write_batch(batch_path, batch)
        assert step.observe is not None
        rows = self._path(batch_path, ".rows")
        spool.write_tables(rows, step.observe.observe(batch, learnt))
        return {"batch": str(batch_path), "rows": str(rows), **_measure(batch)}

    def _path(self, batch_path: Path, suffix: str = "") -> Path:
        return self.work / str(self.number) / (batch_path.name + suffix)


@dataclass(frozen=True)
class Write(Task):
    """The last pass: apply, then settle."""

    def note(self, batch_path: Path) -> Path:
        """Where its note stands."""
        return self.work / "settled" / f"{batch_path.name}.json"

    def do(self, batch_path: Path) -> Note:
        """Note: `settled`, the path of results and ledger rows; `counts` by action, stage and rule."""
        learnt = facts(self.work, self.key, self.number)
        batch = plan.passes(self.settings)[self.number].decide(load(batch_path, self.key), learnt)
        results, ledger = settle.settle(batch)
        path = self.work / "settled" / batch_path.name
        spool.write_tables(path, results, ledger)
        if "text" in self.settings.formats:
            writers.write_texts(self.work / "out" / "text", results)
        if self.settings.state:
            spool.write_tables(path.with_name(f"{path.name}.paragraphs"), self._written(batch, batch_path.name))
        found = remnants.remnants(batch, "dedup", self.settings.dedup.min_share)
        return {"settled": str(path), "counts": tally(results, ledger), "remnants": _first(found), **_measure(batch)}

    def _written(self, batch: Batch, name: str) -> pa.Table:
        """The paragraphs that stay, for later runs."""
        numbers = (n for n, step in enumerate(plan.passes(self.settings)) if isinstance(step.observe, Candidates))
        first_look = next((next(spool.read_tables(self.work / str(n) / f"{name}.rows")) for n in numbers), None)
        return known.PARAGRAPHS.empty_table() if first_look is None else known.written(batch, first_look)


def _first(found: pa.Table) -> Note:
    """How many documents are remnants, how many of these copies as a whole; the first of them."""
    rows = found.slice(0, LISTED).drop_columns(["doc"]).to_pylist()
    return {"remnants": found.num_rows, "copies": found.num_rows - found["copy_of"].null_count, "rows": rows}


def _measure(batch: Batch) -> dict[str, int]:
    """Documents and bytes of text, for the bar that shows how fast a pass is."""
    return {"documents": batch.docs.num_rows, "bytes": int(pc.sum(pc.binary_length(batch.blocks["text"])).as_py() or 0)}


def tally(results: pa.Table, ledger: pa.Table) -> dict[str, int]:
    """Counts of a batch, which add up over batches: "documents written", "drop boilerplate/share-bar words", ..."""
    counts: Counter[str] = Counter()
    for status, number in zip(*_status_counts(results), strict=True):
        counts[f"documents {status}"] += number
    for name in ("blocks", "blocks_kept", "words", "words_kept"):
        counts[name] += pc.sum(results[name]).as_py() or 0
    words = count.words(*utf8(ledger["before"]))
    keys = zip(*(ledger[name].to_pylist() for name in ("action", "stage", "rule")), strict=True)
    for (action, stage, rule), n in zip(keys, words.tolist(), strict=True):
        counts[f"{action} {stage}/{rule} rows"] += 1
        counts[f"{action} {stage}/{rule} words"] += n
    return dict(sorted(counts.items()))


def _status_counts(results: pa.Table) -> tuple[list[str], list[int]]:
    found = pc.value_counts(results["status"].combine_chunks())
    return found.field("values").to_pylist(), found.field("counts").to_pylist()


def load(path: Path, key: str) -> Batch:
    """A batch; one that comes straight from the readers gets the ids that are unique in the whole input."""
    batch = spool.read_batch(path)
    if path.parent.name != "read":
        return batch
    return replace(batch, docs=names.rename(batch.docs, renamed(path.parent.parent / "names", key)))


@lru_cache(maxsize=1)
def renamed(path: Path, key: str) -> dict[int, str]:
    """Seq -> id of the documents of job `key` whose own id was taken."""
    table = next(spool.read_tables(path))
    return dict(zip(table["seq"].to_pylist(), table["id"].to_pylist(), strict=True))


@lru_cache(maxsize=1)
def facts(work: Path, key: str, number: int) -> Facts:
    """What is known before pass `number` of job `key`: the conclusions of the learners of the earlier passes."""
    folder = work / "facts"
    found = sorted(path.name for path in folder.glob("*")) if number else []
    return {name: next(spool.read_tables(folder / name)) for name in found}
