"""What a job knows of earlier runs, and what it leaves for later ones: its side of a state folder.

A run is named by `--run`, or by the hash of its inputs' names and contents. It sees the runs before it and never itself:
the same run again sees what it saw the first time, decides the same, and replaces its batch by an equal one.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from pipeline.corpus import Facts, Learner
from pipeline.dedup import Candidates, Twins, known, twins
from pipeline.formats import spool, writers
from pipeline.settings import Settings
from pipeline.store import Output, Run, Source, State, refused

Note = dict[str, Any]


class Memory:
    """An open state, and the place of one run in it."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Opens the state; raises `StateError` and `StateLocked`."""
        self.state, self.settings = State(folder, known.scheme(settings.dedup)), settings
        self.run, self.source = settings.run, Source(0, 0, "")

    def close(self) -> None:
        """Gives the state back, as it is."""
        self.state.close()

    def begin(self, work: Path, inputs: Sequence[Note]) -> str:
        """Names the run; what it sees, as a key: work that was done with another view of earlier runs is removed."""
        self.source = source_of(inputs)
        self.run = self.settings.run or self.source.sha256[:12]
        self.work = work
        seen = {"run": self.run, "sees": self.state.fingerprint(self.run)}
        path = work / "earlier.json"
        if not path.exists() or orjson.loads(path.read_bytes()) != seen:
            for other in work.iterdir():
                if other.is_dir() and other.name != "read":
                    shutil.rmtree(other)
            writers.write_json(path, seen)
        return f"{seen['run']} {seen['sees']}"

    def recall(self, learner: Learner, rows: pa.Table, facts: Facts) -> tuple[pa.Table, Facts]:
        """The rows and facts from which a learner concludes, with those of earlier runs.

        Raises:
            StateError: the state is damaged, or holds rows of another version.
        """
        if learner.name == Candidates.name:
            return rows, {**facts, **self._met(rows)}
        if learner.name == Twins.name:
            return rows, {**facts, known.KNOWN: self._with_texts(facts[Candidates.name])}
        rows = rows.sort_by([(name, "ascending") for name in rows.column_names])  # however the corpus was cut
        spool.write_tables(self.work / "learnt" / learner.name, rows)
        earlier = list(self.state.learnt(self.run, learner.name))
        if any(table.schema != rows.schema for table in earlier):
            raise refused(self.state.folder, f"its rows of {learner.name} were made by another version")
        return (learner.combine(pa.concat_tables([rows, *earlier])) if earlier else rows), facts

    def leave(self, output: Path, report: Mapping[str, Any], manifest: Path, batches: Sequence[Path]) -> None:
        """Writes today's batch, which comes into force with the output.

        Args:
            output: where the output will stand.
            report: the run's.
            manifest: of the finished output.
            batches: files of the paragraphs that were written.
        """
        folder = self.work / "learnt"
        learnt = {path.name: next(spool.read_tables(path)) for path in sorted(folder.glob("[!.]*"))}
        settings = orjson.loads(manifest.read_bytes())["settings"]
        run = Run(self.run, self.source, settings, report["documents"]["written"])
        digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
        self.state.prepare(run, _tables(batches), learnt, Output(output, digest))

    def commit(self) -> None:
        """The output stands: so does its batch."""
        self.state.commit()

    def _met(self, rows: pa.Table) -> dict[str, pa.Table]:
        """Paragraphs of earlier runs that today's may be copies of, and the pairs."""
        hits = self.state.look_up(self.run, rows["key"].to_numpy(), pa.chunked_array(rows["hashes"]).combine_chunks())
        count = hits.known.num_rows
        seqs = pa.array(np.arange(-count, 0))
        spool.write_tables(self.work / "known", hits.known.append_column("seq", seqs))
        values = [rows["seq"].take(pa.array(hits.query)), rows["pos"].take(pa.array(hits.query)), hits.number - count]
        return {known.KNOWN: self._known(), known.PAIRS: pa.table(values, schema=known.PAIR)}

    def _known(self) -> pa.Table:
        found = next(spool.read_tables(self.work / "known"))
        return found.append_column("text", pa.nulls(found.num_rows, pa.string())).select(known.TABLE.names)

    def _with_texts(self, related: pa.Table) -> pa.Table:
        """The known paragraphs, with the texts of those that are compared."""
        found = next(spool.read_tables(self.work / "known"))
        needed = np.isin(found["seq"].to_numpy(), twins.compared_known(related))
        texts = self.state.texts(found.filter(pa.array(needed)))
        place = pa.array(np.where(needed, np.cumsum(needed) - 1, 0), mask=~needed)
        return found.append_column("text", texts.take(place)).select(known.TABLE.names)


def source_of(inputs: Sequence[Note]) -> Source:
    """The inputs of a run, from the rows of its manifest."""
    found = [[row["name"], row["bytes"], row["sha256"]] for row in inputs]
    return Source(len(found), sum(row["bytes"] for row in inputs), hashlib.sha256(orjson.dumps(found)).hexdigest())


def _tables(paths: Sequence[Path]) -> Iterator[pa.Table]:
    return (next(spool.read_tables(path)) for path in paths)
