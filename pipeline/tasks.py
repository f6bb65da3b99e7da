"""What an engine runs: tasks that read and write whole files in the work folder.

    read/SHARD-NNNNN    batches as they were read
    PASS/BATCH          batches after each pass that changed them, PASS/BATCH.rows what was observed
    PASS/joined/NNNNN   the rows of a hundred batches in one file, if there are more than that
    PASS/ROUND/TASK     what each round of the pass's learner made of it: the last one what was concluded
    out/                the files of the output that one batch fills alone: its texts
    settled/BATCH       results and ledger rows of one batch

Each task ends by writing a note (JSON) of what it did. A task whose note stands is not run again, so that a job that was
stopped goes on where it was.
"""

from __future__ import annotations

import gc
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import finish, plan
from pipeline.corpus import Batch, Facts, Learner, utf8
from pipeline.corpus.partition import ROWS, facts_of
from pipeline.corpus.stage import FACTS, OBSERVED, REPORT, WHOLE
from pipeline.dedup import Candidates, known, remnants
from pipeline.formats import commit, names, parts, settle, spool, writers
from pipeline.settings import Settings
from pipeline.text import count

Note = dict[str, Any]
TODAY = "today"  # what was observed, without what earlier runs have
RECALLED = "earlier.rows"  # the file of what those have
JOINED = "joined"  # the folder of files that hold the rows of several batches
LISTED = 1000  # remnants of a batch that its note names


@dataclass(frozen=True)
class Task(ABC):
    """A job's folder, key and settings, the pass that is run, and the partitions of its rows."""

    work: Path
    key: str
    settings: Settings
    number: int = 0
    parts: int = 1

    def __call__(self, shard: Any) -> Note:
        """The note of a shard; if it stands already, the work is not done again."""
        commit.durable(on=self.settings.fsync)
        pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own keeps what was freed: 470 MiB where this one takes 372
        path = self.note(shard)
        if not path.exists():
            spool.write_note(path, self.do(shard))
        return spool.read_note(path)

    def of_pass(self, number: int) -> Self:
        """The same task in another pass."""
        return replace(self, number=number)

    @abstractmethod
    def note(self, shard: Any) -> Path:
        """Where the note of a shard stands."""

    @abstractmethod
    def do(self, shard: Any) -> Note:
        """The work itself; its note."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Garbage in cycles stays until the end: a batch makes next to none, and to look for it takes a twenty-fifth of a job."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Place(NamedTuple):
    """A batch: its place among all, and its file."""

    number: int
    path: Path


@dataclass(frozen=True)
class Decide(Task):
    """One pass over one batch: apply, then observe."""

    def note(self, place: Place) -> Path:
        """Where its note stands."""
        return self._path(place, ".json")

    @_uncollected()
    def do(self, place: Place) -> Note:
        """Note: `batch`, the path for the next pass."""
        step, learnt = plan.passes(self.settings)[self.number], facts(self, place.number)
        batch = step.decide(load(place, self.key), learnt)
        path = place.path
        if step.apply:
            path = self._path(place)
            spool.write_batch(path, batch)
        assert step.observe is not None
        parts.write(self._path(place, ".rows"), step.observe.scatter(batch, learnt, self.parts))
        return {"batch": str(path), **measure(batch)}

    def _path(self, place: Place, suffix: str = "") -> Path:
        return self.work / str(self.number) / (place.path.name + suffix)


@dataclass(frozen=True)
class Join(Task):
    """The rows of some batches, in one file: a partition is read from a file for each hundred batches, not from each."""

    def note(self, group: int) -> Path:
        """Where its note stands."""
        return self._path(group).with_suffix(".json")

    def do(self, group: int) -> Note:
        """Note: nothing but that it is done."""
        some = slice(group * parts.JOINED, (group + 1) * parts.JOINED)
        parts.join(self._path(group), _observed(self)[some])
        return {"documents": 0, "bytes": 0}

    def _path(self, group: int) -> Path:
        return self.work / str(self.number) / JOINED / f"{group:05d}"


@dataclass(frozen=True)
class Reduce(Task):
    """One task of a round of a learner."""

    round: int = 0

    def note(self, task: int) -> Path:
        """Where its note stands."""
        return self._path(task).with_suffix(".json")

    @_uncollected()
    def do(self, task: int) -> Note:
        """Note: nothing but that it is done."""
        step = _learner(self).rounds[self.round]
        parts.write(self._path(task), step(task, self.parts, reader(self)))
        return {"documents": 0, "bytes": 0}

    def _path(self, task: int) -> Path:
        return self.work / str(self.number) / _learner(self).rounds[self.round].name / f"{task:05d}"


def _learner(task: Task) -> Learner:
    found = plan.passes(task.settings)[task.number].observe
    assert found is not None
    return found


def reader(task: Task) -> parts.Reader:
    """What was written so far in a pass."""
    folder = task.work / str(task.number)
    steps = {step.name: _numbered(folder / step.name) for step in _learner(task).rounds}
    today = _numbered(folder / JOINED) or _observed(task)
    return parts.Reader({**steps, OBSERVED: [*today, *folder.glob(RECALLED)], TODAY: today})


def _numbered(folder: Path) -> list[Path]:
    return sorted(folder.glob("[!.]*[0-9]"))


def _observed(task: Task) -> list[Path]:
    """What was observed of each batch, in order."""
    return [path for path in sorted((task.work / str(task.number)).glob("[!.]*.rows")) if path.name != RECALLED]


@dataclass(frozen=True)
class Write(Task):
    """The last pass: apply, then settle."""

    def note(self, place: Place) -> Path:
        """Where its note stands."""
        return self.work / "settled" / f"{place.path.name}.json"

    @_uncollected()
    def do(self, place: Place) -> Note:
        """Note: `settled`, the path of results and ledger rows; `counts` by action, stage and rule."""
        batch = plan.passes(self.settings)[self.number].decide(load(place, self.key), facts(self, place.number))
        results, ledger = settle.settle(batch)
        path = self.work / "settled" / place.path.name
        finish.keep(path, results, ledger)
        if "text" in self.settings.formats:
            writers.write_texts(self.work / "out" / "text", results)
        if self.settings.state:
            spool.write_tables(path.with_name(f"{path.name}.paragraphs"), self._written(batch, path.name))
        found = remnants.remnants(batch, "dedup", self.settings.dedup.min_share)
        return {"settled": str(path), "counts": tally(results, ledger), "remnants": _first(found), **measure(batch)}

    def _written(self, batch: Batch, name: str) -> pa.Table:
        """The paragraphs that stay, for later runs."""
        for number, step in enumerate(plan.passes(self.settings)):
            if isinstance(step.observe, Candidates):
                look = parts.Reader({OBSERVED: [self.work / str(number) / f"{name}.rows"]})
                return known.written(batch, look.all(OBSERVED, ROWS))
        return known.PARAGRAPHS.empty_table()


def _first(found: pa.Table) -> Note:
    """How many documents are remnants, how many of these copies as a whole; the first of them."""
    rows = found.slice(0, LISTED).drop_columns(["doc"]).to_pylist()
    return {"remnants": found.num_rows, "copies": found.num_rows - found["copy_of"].null_count, "rows": rows}


def measure(batch: Batch) -> dict[str, int]:
    """Documents and bytes of text, for the bar that shows how fast a pass is."""
    return {"documents": batch.docs.num_rows, "bytes": int(pc.sum(pc.binary_length(batch.blocks["text"])).as_py() or 0)}


def tally(results: pa.Table, ledger: pa.Table) -> dict[str, int]:
    """Counts of a batch, which add up over batches: "documents written", "drop boilerplate/share-bar words", ..."""
    counts: Counter[str] = Counter()
    for status, number in zip(*_status_counts(results), strict=True):
        counts[f"documents {status}"] += number
    for name in ("blocks", "blocks_kept", "words", "words_kept"):
        counts[name] += pc.sum(results[name]).as_py() or 0
    for keys, rows, words in _ledger_counts(ledger):
        counts[f"{keys} rows"] = rows
        counts[f"{keys} words"] = words
    return dict(sorted(counts.items()))


def _ledger_counts(ledger: pa.Table) -> Iterator[tuple[str, int, int]]:
    """("drop boilerplate/share-bar", ledger rows, words) of each action, stage and rule."""
    by = ["action", "stage", "rule"]
    table = ledger.select(by).append_column("words", pa.array(count.words(*utf8(ledger["before"]))))
    found = table.group_by(by, use_threads=False).aggregate([("words", "count"), ("words", "sum")])
    for action, stage, rule, rows, words in zip(
        *(found[name].to_pylist() for name in (*by, "words_count", "words_sum")), strict=True
    ):
        yield f"{action} {stage}/{rule}", rows, words


def _status_counts(results: pa.Table) -> tuple[list[str], list[int]]:
    found = pc.value_counts(results["status"].combine_chunks())
    return found.field("values").to_pylist(), found.field("counts").to_pylist()


def load(place: Place, key: str) -> Batch:
    """A batch; one that comes straight from the readers gets the ids that are unique in the whole input."""
    batch = replace(spool.read_batch(place.path), number=place.number)
    if place.path.parent.name != "read":
        return batch
    return replace(batch, docs=names.rename(batch.docs, renamed(place.path.parent.parent / "names", key)))


@lru_cache(maxsize=1)
def renamed(path: Path, key: str) -> dict[int, str]:
    """Seq -> id of the documents of job `key` whose own id was taken."""
    table = next(spool.read_tables(path))
    return dict(zip(table["seq"].to_pylist(), table["id"].to_pylist(), strict=True))


def facts(task: Task, batch: int) -> Facts:
    """What is known of a batch before a pass: the conclusions of the learners of the earlier passes."""
    found: dict[str, pa.Table] = {}
    for number, step in enumerate(plan.passes(task.settings)[: task.number]):
        if step.observe:
            found[step.observe.name] = _concluded(task, number, step.observe, batch)
    return found


def said(task: Task) -> pa.Table:
    """The numbers that the learners of the earlier passes have for the report."""
    found: list[pa.Table] = []
    for number, step in enumerate(plan.passes(task.settings)[: task.number]):
        if step.observe:
            found += reader(task.of_pass(number))(step.observe.rounds[-1].name, REPORT, 0)
    return pa.concat_tables(found) if found else pa.table({})


def _concluded(task: Task, number: int, learner: Learner, batch: int) -> pa.Table:
    """The conclusions of a learner for a batch: those for all batches stay in memory."""
    last = learner.rounds[-1]
    of = batch % last.tasks(task.parts)
    path = task.work / str(number) / last.name / f"{of:05d}"
    whole = _whole(path, task.key)
    return whole if whole.num_columns else facts_of(parts.Reader({last.name: [path]}), last.name, batch)


@lru_cache(maxsize=4)
def _whole(path: Path, _key: str) -> pa.Table:
    return next(parts.read(path, FACTS, WHOLE), pa.table({}))
