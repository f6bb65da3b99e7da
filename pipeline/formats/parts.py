"""Pieces of tables in one file, each found by its stream and partition, and checked where it is read.

Runs of rows stand one after the other as Arrow streams, each with the rows of one stream for one partition or, where they
are few, for several; then an index (JSON), its CRC-32 and length, and a magic word.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.corpus import Piece
from pipeline.formats.spool import Damaged, whole_file
from pipeline.text.runs import heads

HELD = 1 << 24  # bytes of pieces that are held, so that many small ones of one partition become one
RUN = 1 << 17  # bytes: smaller pieces share a run, since each costs 0.1 ms to write and as much to read, however small
JOINED = 100  # files that `join` makes one of
MAGIC = b"pieces\n"
_SUM, _LENGTH = 4, 8
_TAIL = _SUM + _LENGTH + len(MAGIC)


class Run(NamedTuple):
    """Where some rows of a stream stand in the file."""

    stream: str
    place: int
    size: int
    checksum: int
    rows: list[tuple[int, int]]  # partition and number of rows, one after the other


class Index(NamedTuple):
    """What a file holds."""

    runs: list[Run]
    found: dict[tuple[str, int], list[tuple[Run, int, int]]]  # (stream, partition) -> run, first row and number of rows


def write(path: Path, pieces: Iterable[Piece]) -> None:
    """Pieces as one file; those of one stream and partition stay in their order, and all of a stream have one schema."""
    with whole_file(path) as file:
        runs: list[Run] = []
        held: dict[str, list[Piece]] = defaultdict(list)
        size = 0
        for piece in pieces:
            if piece.rows.num_rows:
                held[piece.stream].append(piece)
                size += piece.rows.nbytes
            if size > HELD:
                runs += _written(file, held)
                size = 0
        runs += _written(file, held)
        data = orjson.dumps([tuple(run) for run in runs])
        file.write(data + zlib.crc32(data).to_bytes(_SUM, "little") + len(data).to_bytes(_LENGTH, "little") + MAGIC)


def _written(file: BinaryIO, held: dict[str, list[Piece]]) -> Iterator[Run]:
    """Writes what is held, and forgets it."""
    for stream, pieces in held.items():
        rows, where = _by_part(pieces)
        first = 0
        for run in _cut(where, rows.nbytes):
            size = sum(count for _, count in run)
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, rows.schema) as writer:
                writer.write_table(rows.slice(first, size))
            data = sink.getvalue()
            yield Run(stream, file.tell(), data.size, zlib.crc32(data), run)
            file.write(data)
            first += size
    held.clear()


def _by_part(pieces: list[Piece]) -> tuple[pa.Table, NDArray[np.int64]]:
    """All rows, and the partition of each, in order of the partitions; those of one stay in theirs."""
    rows = pa.concat_tables([piece.rows for piece in pieces])
    where = np.concatenate([np.broadcast_to(np.int64(piece.part), piece.rows.num_rows) for piece in pieces])
    if (where[1:] >= where[:-1]).all():
        return rows.combine_chunks(), where
    order = np.argsort(where, kind="stable")
    return rows.take(pa.array(order)).combine_chunks(), where[order]


def _cut(where: NDArray[np.int64], size: int) -> Iterator[list[tuple[int, int]]]:
    """The partitions of each run and how many rows they have, of rows that take so many bytes together."""
    starts = np.append(heads(where), len(where))
    parts, counts = where[starts[:-1]].tolist(), np.diff(starts).tolist()
    run: list[tuple[int, int]] = []
    rows, least = 0, RUN * len(where) // max(size, 1)
    for part, count in zip(parts, counts, strict=True):
        run.append((part, count))
        rows += count
        if rows >= least:
            yield run
            run, rows = [], 0
    if run:
        yield run


def join(path: Path, paths: Iterable[Path]) -> None:
    """The pieces of several files as one file, in which those of one partition stand together."""
    write(path, (piece for each in paths for piece in _pieces(each)))


def _pieces(path: Path) -> Iterator[Piece]:
    with path.open("rb") as file:
        for run in _index(path).runs:
            where, counts = np.array(run.rows, np.int64).T
            yield Piece(run.stream, np.repeat(where, counts), _rows(path, file, run))


class Reader:
    """Reads the pieces of some files, by step."""

    def __init__(self, files: Mapping[str, Sequence[Path]]) -> None:
        """Takes the files of each step, in order."""
        self._files = files

    def __call__(self, step: str, stream: str, part: int) -> Iterator[pa.Table]:
        """The rows of a stream for a partition.

        Raises:
            Damaged: a file is not as it was written.
        """
        for path in self._files.get(step, ()):
            yield from read(path, stream, part)

    def all(self, step: str, stream: str) -> Iterator[pa.Table]:
        """The rows of a stream, file by file."""
        for path in self._files.get(step, ()):
            for part in sorted(part for name, part in _index(path).found if name == stream):
                yield from read(path, stream, part)


def read(path: Path, stream: str, part: int) -> Iterator[pa.Table]:
    """The rows of a stream for a partition in one file; raises as `Reader` does."""
    found = _index(path).found.get((stream, part), [])
    if found:
        with path.open("rb") as file:
            for run, first, rows in found:
                yield _rows(path, file, run).slice(first, rows)


def _rows(path: Path, file: BinaryIO, run: Run) -> pa.Table:
    file.seek(run.place)
    data = file.read(run.size)
    if zlib.crc32(data) != run.checksum:
        raise Damaged(path)
    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def _index(path: Path) -> Index:
    about = path.stat()
    return _read_index(path, about.st_mtime_ns, about.st_ino, about.st_size)


@lru_cache(maxsize=256)
def _read_index(path: Path, _changed: int, _node: int, size: int) -> Index:
    with path.open("rb") as file:
        file.seek(max(size - _TAIL, 0))
        tail = file.read()
        length = int.from_bytes(tail[_SUM : _SUM + _LENGTH], "little")
        if not tail.endswith(MAGIC) or length > size - _TAIL:
            raise Damaged(path)
        file.seek(size - _TAIL - length)
        data = file.read(length)
    if zlib.crc32(data).to_bytes(_SUM, "little") != tail[:_SUM]:
        raise Damaged(path)
    runs = [Run(*run) for run in orjson.loads(data)]
    found: dict[tuple[str, int], list[tuple[Run, int, int]]] = defaultdict(list)
    for run in runs:
        first = 0
        for part, rows in run.rows:
            found[run.stream, part].append((run, first, rows))
            first += rows
    return Index(runs, dict(found))
