"""Batches and tables as files between the passes: Arrow streams, written whole or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pyarrow as pa

from pipeline.corpus import Batch
from pipeline.formats import commit

SEAL = b"\nsum "
OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


class Damaged(OSError):  # noqa: N818 - named after what is wrong
    """A file of unfinished work was changed since it was written; the work is thrown away and done again."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"unfinished work was damaged on the disk ({path.name}) and is thrown away")
        self.path = path

    def __reduce__(self) -> tuple[type[Damaged], tuple[Path]]:
        """How it comes from a worker: by its message alone, as other errors do, it could not be made again."""
        return type(self), (self.path,)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A binary file under a temporary name, which is synced and renamed to `path` when the block ends without an error."""
    temporary = path.with_name(f".{path.name}.tmp")
    with created(temporary) as file:
        yield file
        file.flush()
        commit.sync(file.fileno())
    temporary.rename(path)


def created(path: Path) -> BinaryIO:
    """A new file; its folder is asked for only where it is missing: of a thousand texts most are not the first of theirs."""
    try:
        return path.open("wb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb")


def write_tables(path: Path, *tables: pa.Table) -> None:
    """Tables one after the other in one file, and a checksum after them."""
    crc = 0
    with whole_file(path) as file:
        for table in tables:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema, options=OPTIONS) as stream:
                stream.write_table(table.combine_chunks())
            data = sink.getvalue()
            crc = zlib.crc32(data, crc)
            file.write(data)
        file.write(_seal(crc))


def read_tables(path: Path) -> Iterator[pa.Table]:
    """The tables of a file that `write_tables` wrote.

    Raises:
        Damaged: the file is not as it was written.
    """
    source = pa.BufferReader(_unsealed(path))
    while source.tell() < source.size():
        yield pa.ipc.open_stream(source).read_all()


def write_note(path: Path, note: dict[str, Any]) -> None:
    """A JSON object and its checksum."""
    data = orjson.dumps(note)
    with whole_file(path) as file:
        file.write(data + _seal(zlib.crc32(data)))


def read_note(path: Path) -> dict[str, Any]:
    """What `write_note` wrote; raises as `read_tables` does."""
    found: dict[str, Any] = orjson.loads(memoryview(_unsealed(path)))
    return found


def _seal(crc: int) -> bytes:
    return SEAL + crc.to_bytes(4, "little")


def _unsealed(path: Path) -> pa.Buffer:
    """The content of a file without its seal."""
    data = pa.py_buffer(path.read_bytes())
    end = max(len(data) - len(SEAL) - 4, 0)
    if bytes(data[end:]) != _seal(zlib.crc32(memoryview(data[:end]))):
        raise Damaged(path)
    return data.slice(0, end)


def write_batch(path: Path, batch: Batch) -> None:
    """A batch as one file."""
    write_tables(path, batch.docs, batch.blocks, batch.edits)


def read_batch(path: Path) -> Batch:
    """A batch that `write_batch` wrote."""
    return Batch(*read_tables(path))
