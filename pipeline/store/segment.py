"""A segment: paragraphs that runs wrote, with an index of their hashes. Written once; only merged into larger ones.

A segment is a row of pieces, each a stretch of the paragraphs of one run. Their columns are kept in chunks, Arrow streams
with compressed buffers, which a merge copies as they are; only the index is made again, and small chunks of texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.store import columns, index, wordlist
from pipeline.store.columns import Columns
from pipeline.store.repack import CHUNK, Stored, packed, repacked

PARAGRAPHS = pa.schema(
    [
        ("id", pa.string()),  # of the document
        ("pos", pa.int32()),  # block of the document
        ("size", pa.int32()),  # words
        ("key", pa.uint64()),  # equal for equal words
        ("text", pa.string()),  # words with a space between them
        ("hashes", pa.list_(pa.uint32())),  # by which it is found
    ]
)
WHO = ["id", "pos", "size"]
KINDS = {"keys": "<u4", "who": "|u1", "texts": "|u1"}  # columns of the rows, and their types
ROWS = 1 << 17  # of the largest segment that is made of one batch
_WHO_ROWS = 1 << 12  # of a chunk
_HASHES = 1 << 32


@dataclass(frozen=True)
class Piece:
    """Paragraphs `start` to `start + rows` of a run."""

    run: str
    start: int
    rows: int
    who: list[list[int]]  # rows and bytes of each chunk
    texts: list[list[int]]  # of those that begin in it: one may hold texts of several pieces


class Part(NamedTuple):
    """A piece, where it lies."""

    segment: Segment
    number: int

    @property
    def piece(self) -> Piece:
        """The piece itself."""
        return self.segment.pieces[self.number]


class Segment:
    """An open segment."""

    def __init__(self, path: Path) -> None:
        """Opens a file; raises `Damaged`."""
        self.name, self.columns = path.name, Columns(path)
        self.bytes = path.stat().st_size
        self.rows: int = self.columns.facts["rows"]
        self.pieces = [Piece(**row) for row in self.columns.facts["pieces"]]
        self.firsts = np.cumsum([0, *(piece.rows for piece in self.pieces)])

    def find(self, hashes: NDArray[np.uint32]) -> index.Found:
        """Pairs of a query, which are sorted, and a row."""
        return index.find(self.columns, self.rows, hashes)

    def keys(self, rows: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The lower halves of the keys of some rows; the upper ones are in the index."""
        return np.asarray(self.columns.ranges("keys", rows, rows + 1)[rows])

    def who(self, rows: NDArray[np.int64]) -> pa.Table:
        """Document, place and size of some rows, ascending."""
        return pa.concat_tables([chunk.take(pa.array(some)) for chunk, some in self._chunks_of("who", rows)])

    def texts(self, rows: NDArray[np.int64]) -> pa.ChunkedArray:
        """The texts of some rows, ascending."""
        return pa.chunked_array([wordlist.unpack(*found) for found in self._chunks_of("texts", rows)], pa.string())

    def chunks(self, kind: str, number: int) -> NDArray[Any]:
        """A piece's part of a column: its keys, or the bytes of its chunks."""
        if kind == "keys":
            return self._range(kind, *self.firsts[number : number + 2].tolist())
        sizes = [sum(size for _, size in getattr(piece, kind)) for piece in self.pieces]
        return self._range(kind, sum(sizes[:number]), sum(sizes[: number + 1]))

    def stored_texts(self, first: int, last: int) -> Iterator[Stored]:
        """The chunks that hold the texts of some rows."""
        firsts, places = self._places("texts")
        chunk = np.searchsorted(firsts, (first, last - 1), side="right") - 1
        for number in range(chunk[0], chunk[1] + 1):
            start, stop = firsts[number : number + 2].tolist()
            data = self._range("texts", *places[number : number + 2].tolist())
            yield Stored(data, stop - start, max(first, start) - start, min(last, stop) - start)

    def _range(self, kind: str, start: int, stop: int) -> NDArray[Any]:
        return np.asarray(self.columns.ranges(kind, np.array([start]), np.array([stop]))[start:stop])

    def _places(self, kind: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First row and first byte of each chunk, and their ends."""
        lists = np.array([chunk for piece in self.pieces for chunk in getattr(piece, kind)], np.int64).reshape(-1, 2)
        rows, sizes = (np.concatenate((np.zeros(1, np.int64), np.cumsum(column))) for column in lists.T)
        return rows, sizes

    def _chunks_of(self, kind: str, rows: NDArray[np.int64]) -> Iterator[tuple[pa.Table, NDArray[np.int64]]]:
        """The chunks that hold some rows, ascending, and which of each these are."""
        firsts, places = self._places(kind)
        chunk = np.searchsorted(firsts, rows, side="right") - 1
        used = np.unique(chunk)
        data = self.columns.ranges(kind, places[used], places[used + 1])
        for number in used.tolist():
            table = pa.ipc.open_stream(pa.py_buffer(data[places[number] : places[number + 1]])).read_all()
            yield table, rows[chunk == number] - firsts[number]


def write(folder: Path, run: str, start: int, table: pa.Table) -> str:
    """Write paragraphs of a run, in order, as a segment of one piece; its name.

    Args:
        folder: of the segments.
        run: name of the run.
        start: place of the first among the paragraphs of the run.
        table: PARAGRAPHS rows, at most `ROWS`.
    """
    sizes = np.asarray(pc.binary_length(table["text"]).to_numpy(), np.int64)
    parts = (table.select(WHO).slice(at, _WHO_ROWS) for at in range(0, table.num_rows, _WHO_ROWS))
    who = [(part.num_rows, packed(part)) for part in parts]
    inner = np.searchsorted(np.cumsum(sizes), np.arange(CHUNK, sizes.sum(), CHUNK))
    edges = np.unique(np.concatenate(([0], inner, [table.num_rows])))
    texts = [(b - a, packed(wordlist.pack(table["text"].slice(a, b - a)))) for a, b in pairwise(edges.tolist())]
    piece = Piece(run, start, table.num_rows, [[n, len(d)] for n, d in who], [[n, len(d)] for n, d in texts])
    lists = table["hashes"].combine_chunks()
    hashes = np.asarray(lists.flatten().to_numpy(), np.uint32)
    owners = np.repeat(np.arange(table.num_rows), np.asarray(pc.list_value_length(lists).to_numpy(), np.int64))
    chunks = {"keys": [table["key"].to_numpy().astype(np.uint32)], "who": [d for _, d in who], "texts": [d for _, d in texts]}
    return _write(folder, [piece], iter([(hashes, owners)]), chunks)


def merge(folder: Path, parts: Sequence[Part]) -> str:
    """Write some pieces of other segments, in the order given, as one segment; its name."""
    firsts = np.cumsum([0, *(part.piece.rows for part in parts)])
    pieces = [replace(part.piece, texts=[]) for part in parts]
    chunks = {kind: _chunks(parts, kind) for kind in ("keys", "who")} | {"texts": _texts(parts, pieces, firsts)}
    return _write(folder, pieces, _entries(parts, firsts[:-1]), chunks)


def _texts(parts: Sequence[Part], pieces: list[Piece], firsts: NDArray[np.int64]) -> Iterator[NDArray[Any]]:
    """The chunks of texts, each noted with the piece in which it begins."""
    row = 0
    chunks = (chunk for part, first, last in _stretches(parts) for chunk in part.segment.stored_texts(first, last))
    for rows, data in repacked(chunks):
        pieces[int(np.searchsorted(firsts, row, side="right")) - 1].texts.append([rows, len(data)])
        row += rows
        yield data


def _stretches(parts: Sequence[Part]) -> Iterator[tuple[Part, int, int]]:
    """First and last row of the pieces that are neighbours in their segment as they are here."""
    starts = [at for at in range(len(parts)) if not at or not _next(parts[at - 1], parts[at])]
    for start, stop in pairwise([*starts, len(parts)]):
        rows = parts[start].segment.firsts
        yield parts[start], int(rows[parts[start].number]), int(rows[parts[stop - 1].number + 1])


def _next(one: Part, two: Part) -> bool:
    return one.segment is two.segment and one.number + 1 == two.number


def _chunks(parts: Sequence[Part], kind: str) -> Iterator[NDArray[Any]]:
    return (part.segment.chunks(kind, part.number) for part in parts)


def _entries(parts: Sequence[Part], firsts: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
    """The index of all parts, a range of hashes at a time: memory is bounded."""
    segments = {part.segment.name: part.segment for part in parts}
    moved = {name: np.full(len(segment.pieces), -1, np.int64) for name, segment in segments.items()}
    for part, first in zip(parts, firsts.tolist(), strict=True):
        moved[part.segment.name][part.number] = first
    total = sum(segment.columns.length("entries") for segment in segments.values())
    step = _HASHES // max(1, -(-total // index.PART))
    for least in range(0, _HASHES, step):
        found = []
        for name, segment in segments.items():
            hashes, rows = index.decode(segment.columns, segment.rows, least, min(least + step, _HASHES))
            piece = _pieces(segment, rows)
            shift = moved[name] - segment.firsts[:-1]
            stays = moved[name][piece] >= 0
            found.append((hashes, rows + shift[piece]) if stays.all() else (hashes[stays], (rows + shift[piece])[stays]))
        one, two = (np.concatenate(column) for column in zip(*found, strict=True))
        yield one, two


def _pieces(segment: Segment, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The piece of each row."""
    if len(segment.pieces) == 1:
        return np.zeros(len(rows), np.int64)
    return np.asarray(np.searchsorted(segment.firsts, rows, side="right") - 1)


def _write(folder: Path, pieces: list[Piece], entries: Any, chunks: dict[str, Any]) -> str:
    rows = sum(piece.rows for piece in pieces)
    built = index.Builder(rows)
    listed = [
        ("entries", "<u4", built.entries(entries)),
        ("directory", "<u4", built.directory()),
        *((kind, KINDS[kind], data) for kind, data in chunks.items()),
    ]
    return columns.write(folder, listed, lambda: {"rows": rows, "pieces": [asdict(piece) for piece in pieces]})
