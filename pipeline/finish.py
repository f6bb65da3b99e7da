"""The files of an output, from what the last pass settled: parts are cut by their rows alone, and each is a task.

These tasks leave no note: a job that was stopped among them does them again. None holds more than a group of rows, and the
process that was started holds nothing of a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.formats import commit, spool, writers
from pipeline.formats.groups import groups
from pipeline.formats.settle import LEDGER

Note = dict[str, Any]
TABLES = ("ledger", "documents", "clean")  # what was settled of a batch, in one file; the weights of their rows in another
GROUP_BYTES = 8 << 20  # of the rows of a group, as `_weights` has them: what a task holds
PART_GROUPS = 8  # of a part file
ROW, BLOCK = 200, 40  # bytes as which a row counts beside its text, and a block in the row of its document


class Folder(NamedTuple):
    """Part files of one kind."""

    table: str
    suffix: str
    write: Callable[[Path, Iterable[pa.Table]], None]  # a file, and a table a group


FOLDERS = {
    "jsonl": Folder("clean", "jsonl", writers.write_jsonl),
    "parquet": Folder("clean", "parquet", partial(writers.write_parquet, writers.CLEAN)),
    "_documents": Folder("documents", "parquet", partial(writers.write_parquet, writers.DOCUMENTS)),
    "_ledger": Folder("ledger", "parquet", partial(writers.write_parquet, LEDGER)),
}


class Rows(NamedTuple):
    """Neighbouring rows of a table of one batch."""

    settled: Path
    start: int
    end: int


class Part(NamedTuple):
    """A file of the output, and the rows of each of its groups."""

    folder: str
    number: int
    groups: list[list[Rows]]

    @property
    def name(self) -> str:
        """In the output."""
        return f"{self.folder}/part-{self.number:05d}.{FOLDERS[self.folder].suffix}"


def keep(path: Path, results: pa.Table, ledger: pa.Table) -> None:
    """Writes what was settled of a batch as tables of the output.

    Args:
        path: of the file.
        results: rows of RESULTS.
        ledger: rows of LEDGER.
    """
    tables = {"ledger": ledger, "documents": results.select(writers.DOCUMENTS.names), "clean": writers.clean(results)}
    spool.write_tables(path, *(tables[name] for name in TABLES))
    spool.write_tables(_weighed(path), *(pa.table({"bytes": _weights(name, tables[name])}) for name in TABLES))


def read(path: Path, table: str) -> pa.Table:
    """A table of a batch.

    Raises:
        Damaged: the file is not as it was written.
    """
    return next(islice(spool.read_tables(path), TABLES.index(table), None))


def parts(formats: Sequence[str], settled: Sequence[Path]) -> Iterator[Part]:
    """The part files of an output; at least one a folder, so that a reader finds it."""
    for name, folder in FOLDERS.items():
        if name in formats or name.startswith("_"):
            weights = (read(_weighed(path), folder.table)["bytes"].to_numpy() for path in settled)
            every = ([Rows(settled[table], a, b) for table, a, b in group] for group in groups(weights, GROUP_BYTES))
            yield Part(name, 0, list(islice(every, PART_GROUPS)))
            for number, part in groupby(enumerate(every, PART_GROUPS), lambda item: item[0] // PART_GROUPS):
                yield Part(name, number, [rows for _, rows in part])


@dataclass(frozen=True)
class WritePart:
    """Writes a part file of the output in `out`."""

    out: Path
    fsync: bool

    def __call__(self, part: Part) -> Note:
        """Note: `name` and `digest` of the file."""
        commit.durable(on=self.fsync)
        folder = FOLDERS[part.folder]
        folder.write(self.out / part.name, _read_groups(folder.table, part.groups))
        return {"name": part.name, "digest": writers.digest(self.out / part.name), "documents": 0, "bytes": 0}


@dataclass(frozen=True)
class CheckTexts:
    """Compares the texts of a batch with what its task wrote, which may be days ago where a job was stopped meanwhile."""

    out: Path

    def __call__(self, settled: Path) -> list[tuple[str, Note]]:
        """Names and digests of the texts.

        Raises:
            Damaged: a text is missing, or is not as it was written.
        """
        return list(writers.check_texts(self.out, read(settled, "documents")))


def _read_groups(table: str, every: list[list[Rows]]) -> Iterator[pa.Table]:
    """The rows of each group; neighbours that share a batch read it once."""
    path, held = Path(), pa.table({})
    for group in every:
        found = []
        for rows in group:
            if rows.settled != path:
                path, held = rows.settled, read(rows.settled, table)
            found.append(held.slice(rows.start, rows.end - rows.start))
        yield pa.concat_tables(found)


def _weights(name: str, table: pa.Table) -> pa.ChunkedArray:
    """Bytes of each row, about: a function of the row alone."""
    if name == "documents":
        return pc.add(pc.multiply(table["blocks"].cast(pa.int64()), BLOCK), ROW)
    return pc.add(pc.binary_length(table["before" if name == "ledger" else "text"]).cast(pa.int64()), ROW)


def _weighed(path: Path) -> Path:
    return path.with_name(f"{path.name}.weights")
