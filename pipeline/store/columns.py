"""One immutable file of named columns, of which every block that is read is checked first.

    magic | the columns, one after the other | index (JSON) | blake2b of the index | length of the index | magic

The index holds a checksum (CRC-32) of every `BLOCK` bytes, so that a look-up in a large file verifies what it touches
and nothing else. The name of a file is the hash of its bytes: equal content has one name, and is never written twice.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

MAGIC = b"PLSTATE1"
BLOCK = 1 << 16
_DIGEST, _LENGTH = 16, 8
_TAIL = _DIGEST + _LENGTH + len(MAGIC)


class Damaged(ValueError):  # noqa: N818 - named after what is wrong
    """A file that is not as it was written."""


def write(folder: Path, columns: Iterable[tuple[str, str, Iterable[NDArray[Any]]]], facts: Callable[[], dict[str, Any]]) -> str:
    """Write a file; its name.

    Args:
        folder: where; the file appears when it is complete and synced.
        columns: name, numpy type, and the values in pieces, so that a file may be larger than memory.
        facts: whatever else the reader should know, as JSON; asked for when the columns are written.
    """
    temporary = folder / ".new"
    with temporary.open("wb") as file:
        whole, sums, listed = blake2b(MAGIC, digest_size=_DIGEST), _Sums(), []
        file.write(MAGIC)
        size = 0
        for name, kind, pieces in columns:
            start = size
            for piece in pieces:
                data = np.ascontiguousarray(piece, kind).view(np.uint8).data
                file.write(data)
                whole.update(data)
                sums.update(data)
                size += len(data)
            listed.append({"name": name, "type": kind, "start": start, "bytes": size - start})
        index = orjson.dumps({"columns": listed, "facts": facts(), "sums": sums.finish()}, option=orjson.OPT_SORT_KEYS)
        end = index + blake2b(index, digest_size=_DIGEST).digest() + len(index).to_bytes(_LENGTH, "little") + MAGIC
        file.write(end)
        whole.update(end)
        file.flush()
        os.fsync(file.fileno())
    name = whole.hexdigest()
    temporary.rename(folder / name)
    return name


class _Sums:
    """Checksums of the blocks of a stream of bytes."""

    def __init__(self) -> None:
        self._done: list[int] = []
        self._sum = self._size = 0

    def update(self, data: memoryview) -> None:
        while len(data):
            part = data[: BLOCK - self._size]
            self._sum = zlib.crc32(part, self._sum)
            self._size += len(part)
            data = data[len(part) :]
            if self._size == BLOCK:
                self._done.append(self._sum)
                self._sum = self._size = 0

    def finish(self) -> list[int]:
        return [*self._done, self._sum] if self._size else self._done


class Columns:
    """An open file. Every access verifies the blocks it reads, once."""

    def __init__(self, path: Path) -> None:
        """Maps the file and checks its index.

        Raises:
            Damaged: cut short, changed, or no such file at all.
        """
        self.path = path
        try:
            self._bytes = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.zeros(0, np.uint8)
        except FileNotFoundError as error:
            raise Damaged(f"{path.name} is missing") from error
        index = self._read_index()
        self.facts: dict[str, Any] = index["facts"]
        self._columns = {row["name"]: (row["type"], row["start"], row["bytes"]) for row in index["columns"]}
        self._sums = index["sums"]
        self._size = sum(row["bytes"] for row in index["columns"])
        self._right = np.zeros(len(self._sums), bool)

    def all(self, name: str) -> NDArray[Any]:
        """A whole column."""
        _, start, size = self._columns[name]
        self._verify(np.array([start]), np.array([start + size]))
        return self._view(name)

    def ranges(self, name: str, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[Any]:
        """A whole column, of which only the values of these ranges are verified and may be looked at."""
        kind, start, _ = self._columns[name]
        width = np.dtype(kind).itemsize
        self._verify(start + starts * width, start + stops * width)
        return self._view(name)

    def length(self, name: str) -> int:
        """Values of a column."""
        kind, _, size = self._columns[name]
        return int(size // np.dtype(kind).itemsize)

    def verify(self) -> None:
        """Check every block.

        Raises:
            Damaged: a block is not as it was written.
        """
        self._verify(np.array([0]), np.array([self._size]))

    def _view(self, name: str) -> NDArray[Any]:
        kind, start, size = self._columns[name]
        return np.asarray(self._bytes[len(MAGIC) + start : len(MAGIC) + start + size].view(kind))

    def _verify(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> None:
        some = stops > starts
        change = np.zeros(len(self._sums) + 1, np.int64)
        np.add.at(change, starts[some] // BLOCK, 1)
        np.add.at(change, (stops[some] - 1) // BLOCK + 1, -1)
        for block in np.flatnonzero((np.cumsum(change[:-1]) > 0) & ~self._right).tolist():
            start = len(MAGIC) + block * BLOCK
            stop = min(start + BLOCK, len(MAGIC) + self._size)
            if zlib.crc32(self._bytes[start:stop].data) != self._sums[block]:
                raise Damaged(f"{self.path.name} is not as it was written (bytes {start} to {stop})")
            self._right[block] = True

    def _read_index(self) -> dict[str, Any]:
        data = self._bytes
        wrong = Damaged(f"{self.path.name} is cut short or no file of a state")
        if len(data) < len(MAGIC) + _TAIL or not data[: len(MAGIC)].tobytes() == data[-len(MAGIC) :].tobytes() == MAGIC:
            raise wrong
        tail = data[-_TAIL:].tobytes()
        length = int.from_bytes(tail[_DIGEST : _DIGEST + _LENGTH], "little")
        if length > len(data) - len(MAGIC) - _TAIL:
            raise wrong
        index = data[len(data) - _TAIL - length : len(data) - _TAIL].tobytes()
        if blake2b(index, digest_size=_DIGEST).digest() != tail[:_DIGEST]:
            raise wrong
        found: dict[str, Any] = orjson.loads(index)
        if sum(row["bytes"] for row in found["columns"]) != len(data) - len(MAGIC) - _TAIL - length:
            raise wrong
        return found
