"""Batches and tables as files between the passes: Arrow streams, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from pipeline.corpus import Batch
from pipeline.formats import commit

OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@contextmanager
def whole_file(path: Path, *, sync: bool = True) -> Iterator[BinaryIO]:
    """A binary file under a temporary name, which is synced and renamed to `path` when the block ends without an error.

    Args:
        path: where it belongs.
        sync: False for one of many small files, which the caller makes durable together by `commit.sync_all`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        yield file
        file.flush()
        if sync:
            commit.sync(file.fileno())
    temporary.rename(path)


def write_tables(path: Path, *tables: pa.Table) -> None:
    """Tables one after the other in one file."""
    with whole_file(path) as file:
        for table in tables:
            with pa.ipc.new_stream(file, table.schema, options=OPTIONS) as stream:
                stream.write_table(table.combine_chunks())


def read_tables(path: Path) -> Iterator[pa.Table]:
    """The tables of a file that `write_tables` wrote."""
    with pa.OSFile(str(path)) as file:
        while file.tell() < file.size():
            yield pa.ipc.open_stream(file).read_all()


def write_batch(path: Path, batch: Batch) -> None:
    """A batch as one file."""
    write_tables(path, batch.docs, batch.blocks, batch.edits)


def read_batch(path: Path) -> Batch:
    """A batch that `write_batch` wrote."""
    return Batch(*read_tables(path))
