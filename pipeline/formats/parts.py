"""Pieces of tables in one file, each found by its stream and partition, read alone and checked alone.

The pieces stand one after the other as Arrow streams; then an index (JSON), its CRC-32 and length, and a magic word.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pyarrow as pa

from pipeline.corpus import Piece
from pipeline.formats.spool import OPTIONS, Damaged, whole_file

HELD = 1 << 23  # bytes of pieces that are held, so that many small ones of one partition become one
MAGIC = b"pieces\n"
_SUM, _LENGTH = 4, 8
_TAIL = _SUM + _LENGTH + len(MAGIC)

Index = dict[tuple[str, int], list[tuple[int, int, int]]]  # (stream, partition) -> place, bytes and checksum of each piece


def write(path: Path, pieces: Iterable[Piece]) -> None:
    """Pieces as one file; those of one stream and partition stay in their order."""
    with whole_file(path) as file:
        index: list[list[Any]] = []
        held: dict[tuple[str, int], list[pa.Table]] = defaultdict(list)
        size = 0
        for piece in pieces:
            if piece.rows.num_rows:
                held[piece.stream, piece.part].append(piece.rows)
                size += piece.rows.nbytes
            if size > HELD:
                index += _written(file, held)
                size = 0
        index += _written(file, held)
        data = orjson.dumps(index)
        file.write(data + zlib.crc32(data).to_bytes(_SUM, "little") + len(data).to_bytes(_LENGTH, "little") + MAGIC)


def _written(file: BinaryIO, held: dict[tuple[str, int], list[pa.Table]]) -> Iterator[list[Any]]:
    """Writes what is held, and forgets it; the rows of the index."""
    for (stream, part), tables in held.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, tables[0].schema, options=OPTIONS) as writer:
            writer.write_table(pa.concat_tables(tables).combine_chunks())
        data = sink.getvalue()
        yield [stream, part, file.tell(), data.size, zlib.crc32(data)]
        file.write(data)
    held.clear()


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
            for part in sorted(part for name, part in _index(path) if name == stream):
                yield from read(path, stream, part)


def read(path: Path, stream: str, part: int) -> Iterator[pa.Table]:
    """The rows of a stream for a partition in one file; raises as `Reader` does."""
    found = _index(path).get((stream, part), [])
    if found:
        with path.open("rb") as file:
            for place, size, checksum in found:
                file.seek(place)
                data = file.read(size)
                if zlib.crc32(data) != checksum:
                    raise Damaged(path)
                yield pa.ipc.open_stream(pa.py_buffer(data)).read_all()


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
    found: Index = defaultdict(list)
    for stream, part, *place in orjson.loads(data):
        found[stream, part].append(tuple(place))
    return dict(found)
