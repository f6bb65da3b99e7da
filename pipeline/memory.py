"""What a job knows of earlier runs, and what it leaves for later ones: its side of a state folder.

A run is named by `--run`, or by the hash of its inputs' names and contents. It sees the runs before it and never itself:
the same run again sees what it saw the first time, decides the same, and replaces its batch by an equal one.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import earlier
from pipeline.corpus import Learner
from pipeline.corpus.partition import Keyed
from pipeline.dedup import known
from pipeline.formats import parts, spool, writers
from pipeline.settings import Settings
from pipeline.store import Output, Run, Source, State
from pipeline.tasks import RECALLED, Task

Note = dict[str, Any]
LEARNT = "_learnt"  # the folder of an output with the rows of its learners
LEARNT_ROWS = 1 << 16  # of a row group there


class Memory:
    """An open state, and the place of one run in it."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Opens the state; raises `StateError` and `StateLocked`."""
        self.state, self.settings = State(folder, known.scheme(settings.dedup)), settings
        self.run, self.source = settings.run, Source(0, 0, "")
        self.learners: dict[str, tuple[Keyed, Task]] = {}

    def close(self) -> None:
        """Gives the state back, as it is."""
        self.state.close()

    def begin(self, work: Path, inputs: Sequence[Note]) -> str:
        """Names the run; what it sees, as a key: work that was done with another view of earlier runs is removed."""
        self.source = source_of(inputs)
        self.run = self.settings.run or self.source.sha256[:12]
        seen = {"run": self.run, "sees": self.state.fingerprint(self.run)}
        path = work / "earlier.json"
        if not path.exists() or spool.read_note(path) != seen:
            for other in work.iterdir():
                if other.is_dir() and other.name != "read":
                    shutil.rmtree(other)
            spool.write_note(path, seen)
        return f"{seen['run']} {seen['sees']}"

    def recall(self, task: Task, learner: Learner) -> None:
        """Writes what earlier runs have for the rounds of a learner.

        Raises:
            StateError: the state is damaged, or holds rows of another version.
        """
        path = task.work / str(task.number) / RECALLED
        if isinstance(learner, Keyed):
            self.learners[learner.name] = learner, task
        if not path.exists():
            parts.write(path, earlier.pieces(self.state, self.run, task, learner))

    def keep(self, out: Path) -> list[tuple[str, Note]]:
        """Writes what today's learners observed into an output, from which a lost state can be made again.

        Returns:
            Name and digest of each file.
        """
        files = []
        for name, found in self.learners.items():
            tables = _even(earlier.by_key(*found))
            first = next(tables, None)
            if first is not None:
                file = f"{LEARNT}/{name}/part-00000.parquet"
                writers.write_parquet(first.schema, out / file, chain([first], tables))
                files.append((file, writers.digest(out / file)))
        return files

    def about(self, out: Path) -> Note:
        """For the manifest of an output: the run's name, and whose rows `keep` wrote."""
        return {"run": self.run, LEARNT: sorted(folder.name for folder in (out / LEARNT).glob("*"))}

    def leave(self, output: Path, report: Mapping[str, Any], manifest: Path, batches: Sequence[Path]) -> None:
        """Writes today's batch, which comes into force with the output.

        Args:
            output: where the output will stand.
            report: the run's.
            manifest: of the finished output.
            batches: files of the paragraphs that were written.
        """
        run = Run(self.run, self.source, self.settings.seen(), report["documents"]["written"])
        self.state.prepare(run, _tables(batches), learnt(manifest.parent), Output(output, writers.digest(manifest)["sha256"]))

    def commit(self) -> None:
        """The output stands: so does its batch."""
        self.state.commit()


def source_of(inputs: Sequence[Note]) -> Source:
    """The inputs of a run, from the rows of its manifest."""
    found = [[row["name"], row["bytes"], row["sha256"]] for row in inputs]
    return Source(len(found), sum(row["bytes"] for row in inputs), hashlib.sha256(orjson.dumps(found)).hexdigest())


def learnt(output: Path) -> dict[str, Iterator[pa.Table]]:
    """The rows of each learner that `Memory.keep` wrote; none of an output that was made without a state."""
    return {folder.name: _rows(folder) for folder in sorted((output / LEARNT).glob("*"))}


def _rows(folder: Path) -> Iterator[pa.Table]:
    for path in sorted(folder.glob("*.parquet")):
        yield from (pa.Table.from_batches([batch]) for batch in pq.ParquetFile(path).iter_batches())


def _even(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The rows in groups of one size: no number of partitions shows in a file."""
    held: list[pa.Table] = []
    for table in tables:
        held = [pa.concat_tables([*held, table])]
        while held[0].num_rows >= LEARNT_ROWS:
            yield held[0].slice(0, LEARNT_ROWS)
            held = [held[0].slice(LEARNT_ROWS)]
    yield from (table for table in held if table.num_rows)


def _tables(paths: Sequence[Path]) -> Iterator[pa.Table]:
    return (next(spool.read_tables(path)) for path in paths)
