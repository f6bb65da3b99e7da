"""A state folder: what earlier runs wrote, looked up by today's run, and today's batch added to it.

    manifest.json    names the runs and the files; what it does not name is not there
    pending.json     the next manifest, and the output with which it comes into force
    files/           segments and learners' rows, named by their content
    lock             held by the run that uses the state

Nothing is changed in place. A run writes its files, then `pending.json`, and puts its output into place: that rename is
the one moment at which output and state change together. Should the run die before `pending.json` becomes the manifest,
whoever opens the state next looks whether that output stands, and finishes the change or forgets it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.store import columns, lock, segment, tiers
from pipeline.store.columns import Columns, Damaged
from pipeline.store.errors import refused
from pipeline.store.hits import Hits, look_up
from pipeline.store.manifest import File, Foreign, Json, Learnt, Manifest, Output, Run, parse, parse_pending, pending_bytes
from pipeline.store.repack import OPTIONS
from pipeline.store.segment import Part, Segment

__all__ = ["Hits", "State"]
LEARNT = 1 << 16  # rows of a learner that are written at a time


class State:
    """An open state, locked until it is closed."""

    def __init__(self, folder: Path, scheme: Json | None) -> None:
        """Open a state, or begin one in a folder that is empty or not there.

        Args:
            folder: the state.
            scheme: how paragraphs are turned into hashes; a state made otherwise would answer wrongly. None: as it is.

        Raises:
            StateError: damaged, or made with another scheme.
            StateLocked: another run uses it.
        """
        self.folder, self._files = folder, folder / "files"
        if _foreign(folder):
            raise refused(folder, "the folder holds files and no manifest")
        self._files.mkdir(parents=True, exist_ok=True)
        self._lock = lock.acquire(folder / "lock")
        try:
            self.manifest = self._opened(scheme)
            self._segments = {file.name: self._segment(file) for file in self.manifest.segments}
        except BaseException:
            lock.release(self._lock)
            raise

    def close(self) -> None:
        """Give the lock back."""
        lock.release(self._lock)

    def fingerprint(self, run: str) -> str:
        """Of all that the run of that name can see."""
        seen = [(one.name, one.digest, sorted((k, v.file) for k, v in one.learnt.items())) for one in self.manifest.before(run)]
        return blake2b(orjson.dumps([self.manifest.scheme, seen]), digest_size=16).hexdigest()

    def learnt(self, run: str, learner: str) -> Iterator[pa.Table]:
        """The rows of a learner in each run that the run of that name can see, some at a time.

        Raises:
            StateError: a file is damaged.
        """
        for one in self.manifest.before(run):
            if learner in one.learnt:
                try:
                    data = Columns(self._files / one.learnt[learner].file).all("table")
                except Damaged as error:
                    raise refused(self.folder, str(error)) from error
                source = pa.BufferReader(pa.py_buffer(data))
                while source.tell() < source.size():
                    yield pa.ipc.open_stream(source).read_all()

    def look_up(self, run: str, keys: NDArray[np.uint64], hashes: pa.ListArray) -> Hits:
        """Paragraphs of earlier runs that equal today's, or may be like them.

        Args:
            run: name of today's run, which never meets its own.
            keys: of today's paragraphs.
            hashes: of each, as in `PARAGRAPHS`: first that of the key.

        Raises:
            StateError: a file is damaged.
        """
        order = {one.name: number for number, one in enumerate(self.manifest.before(run))}
        try:
            return look_up([self._segments[file.name] for file in self.manifest.segments], order, keys, hashes)
        except Damaged as error:
            raise refused(self.folder, str(error)) from error

    def texts(self, hits: pa.Table) -> pa.ChunkedArray:
        """The texts of rows of `Hits.known`."""
        names, rows = np.asarray(hits["segment"].to_pylist(), str), hits["row"].to_numpy()
        texts, at = [pa.chunked_array([[]], pa.string())], [np.zeros(0, np.int64)]
        for name in np.unique(names).tolist():
            here = np.flatnonzero(names == name)
            wanted, back = np.unique(rows[here], return_inverse=True)
            try:
                texts.append(self._segments[name].texts(wanted).take(pa.array(back)))
            except Damaged as error:
                raise refused(self.folder, str(error)) from error
            at.append(here)
        every = pa.chunked_array([chunk for part in texts for chunk in part.chunks], pa.string())
        return every.take(pa.array(np.argsort(np.concatenate(at), kind="stable")))

    def prepare(
        self, run: Run, paragraphs: Iterable[pa.Table], learnt: Mapping[str, Iterable[pa.Table]], output: Output
    ) -> None:
        """Write a run's batch beside what is there; it replaces the batch of the same name.

        Args:
            run: all that is known of it beside its rows.
            paragraphs: what it wrote, in order, as `PARAGRAPHS`.
            learnt: rows of its learners, in an order that no cut of the corpus changes.
            output: which output it belongs to.
        """
        fresh = [self._file(name) for name in self._write(run.name, paragraphs)]
        kept = {name: self._learnt(tables) for name, tables in sorted(learnt.items())}
        digest = blake2b("".join(file.name for file in fresh).encode(), digest_size=16).hexdigest()
        run = replace(run, rows=sum(file.rows for file in fresh), digest=digest, learnt=kept)
        known = {one.name: one for one in self.manifest.runs}
        if known.get(run.name) != run:
            runs = tuple((known | {run.name: run}).values())
            old = self._without(run.name)
            manifest = replace(self.manifest, runs=runs, segments=self._tiered(runs, [*old, *fresh]))
            _write(self.folder / "pending.json", pending_bytes(manifest, output))

    def commit(self) -> None:
        """Bring a prepared batch into force: its output stands."""
        self.manifest = self._settled()
        self._sweep()

    def forget(self, name: str) -> None:
        """Drop a run; outputs that were written stay as they are.

        Raises:
            KeyError: no run of that name.
        """
        runs = tuple(run for run in self.manifest.runs if run.name != name)
        if len(runs) == len(self.manifest.runs):
            raise KeyError(name)
        self._replace(replace(self.manifest, runs=runs, segments=tuple(self._without(name))))

    def compact(self) -> None:
        """Merge all segments into one."""
        parts = [Part(one, number) for one in self._segments.values() for number in range(len(one.pieces))]
        segments = [self._merged(self.manifest.runs, parts)] if len(self._segments) > 1 else self.manifest.segments
        self._replace(replace(self.manifest, segments=tuple(segments)))

    def problems(self) -> Iterator[str]:
        """One line for each file that is not as it was written; every byte is read."""
        for name in sorted(self.manifest.files()):
            try:
                Columns(self._files / name).verify()
            except Damaged as error:
                yield f"files/{error}"
        rows = sum(piece.rows for one in self._segments.values() for piece in one.pieces)
        if rows != sum(run.rows for run in self.manifest.runs):
            yield "manifest.json: the rows of its runs do not add up"

    def _opened(self, scheme: Json | None) -> Manifest:
        if not (self.folder / "manifest.json").exists():
            _write(self.folder / "manifest.json", Manifest(scheme or {}).bytes())
        try:
            manifest = self._settled()
        except Foreign as error:
            raise refused(self.folder, str(error)) from error
        scheme = scheme or manifest.scheme
        if not manifest.runs and manifest.scheme != scheme:  # nothing was made with it yet
            manifest = Manifest(scheme)
            _write(self.folder / "manifest.json", manifest.bytes())
        wrong = sorted(k for k in manifest.scheme.keys() | scheme.keys() if manifest.scheme.get(k) != scheme.get(k))
        if wrong:
            said = ", ".join(f"{k} {manifest.scheme.get(k)!r}, not {scheme.get(k)!r}" for k in wrong)
            raise refused(self.folder, f"it was made with {said}")
        self.manifest = manifest
        self._sweep()
        return manifest

    def _settled(self) -> Manifest:
        """The manifest in force; a pending one comes into force if its output stands, and is forgotten if not."""
        path, pending = self.folder / "manifest.json", self.folder / "pending.json"
        if pending.exists():
            following, output = parse_pending(pending.read_bytes())
            said = output.folder / "_manifest.json"
            if said.is_file() and hashlib.sha256(said.read_bytes()).hexdigest() == output.sha256:
                _write(path, following.bytes())
            pending.unlink()
        return parse(path.read_bytes())

    def _sweep(self) -> None:
        """Remove what the manifest does not name."""
        known = self.manifest.files()
        for path in sorted(self._files.iterdir()):
            if path.name not in known:
                path.unlink()
        for path in sorted(self.folder.glob(".*.tmp")):
            path.unlink()
        self._segments = {file.name: self._segment(file) for file in self.manifest.segments}

    def _replace(self, manifest: Manifest) -> None:
        _write(self.folder / "manifest.json", manifest.bytes())
        self.manifest = manifest
        self._sweep()

    def _segment(self, file: File) -> Segment:
        try:
            return Segment(self._files / file.name)
        except Damaged as error:
            raise refused(self.folder, str(error)) from error

    def _file(self, name: str) -> File:
        opened = Segment(self._files / name)
        return File(name, opened.rows, opened.bytes)

    def _write(self, run: str, paragraphs: Iterable[pa.Table]) -> Iterator[str]:
        start = 0
        for table in _grouped(paragraphs, segment.ROWS):
            yield segment.write(self._files, run, start, table)
            start += table.num_rows

    def _learnt(self, tables: Iterable[pa.Table]) -> Learnt:
        """Rows of a learner as a file: one Arrow stream after the other."""
        rows = size = 0

        def streams() -> Iterator[NDArray[np.uint8]]:
            nonlocal rows, size
            for table in _grouped(tables, LEARNT):
                sink = pa.BufferOutputStream()
                with pa.ipc.new_stream(sink, table.schema, options=OPTIONS) as stream:
                    stream.write_table(table.combine_chunks())
                rows, size = rows + table.num_rows, size + sink.tell()
                yield np.frombuffer(sink.getvalue(), np.uint8)

        return Learnt(columns.write(self._files, [("table", "|u1", streams())], dict), rows, size)

    def _without(self, name: str) -> list[File]:
        """The segments without the pieces of a run."""
        found = []
        for file in self.manifest.segments:
            one = Segment(self._files / file.name)
            stay = [Part(one, number) for number, piece in enumerate(one.pieces) if piece.run != name]
            if len(stay) == len(one.pieces):
                found.append(file)
            elif stay:
                found.append(self._merged(self.manifest.runs, stay))
        return found

    def _tiered(self, runs: tuple[Run, ...], files: list[File]) -> tuple[File, ...]:
        """The segments, those of about one size merged."""
        out = []
        for group in tiers.groups([file.rows for file in files]):
            opened = [Segment(self._files / files[at].name) for at in group]
            parts = [Part(one, number) for one in opened for number in range(len(one.pieces))]
            out.append(files[group[0]] if len(group) == 1 else self._merged(runs, parts))
        return tuple(out)

    def _merged(self, runs: tuple[Run, ...], parts: list[Part]) -> File:
        """Pieces as one segment, in the order of the runs, so that the first rows of a hash are the oldest."""
        order = {run.name: number for number, run in enumerate(runs)}
        parts = sorted(parts, key=lambda part: (order[part.piece.run], part.piece.start))
        return self._file(segment.merge(self._files, parts))


def _grouped(tables: Iterable[pa.Table], most: int) -> Iterator[pa.Table]:
    """The rows in tables of `most`, the last one smaller."""
    held: pa.Table | None = None
    for table in tables:
        held = table if held is None else pa.concat_tables([held, table])
        while held.num_rows >= most:
            yield held.slice(0, most)
            held = held.slice(most)
    if held is not None and held.num_rows:
        yield held


def _foreign(folder: Path) -> bool:
    """Whether a folder without a manifest holds anything with which no state begins."""
    if not folder.exists() or (folder / "manifest.json").exists():
        return False
    begun = {"lock", ".manifest.json.tmp"}
    files = folder / "files"
    return any(p.name not in begun and p != files for p in folder.iterdir()) or (files.exists() and any(files.iterdir()))


def _write(path: Path, data: bytes) -> None:
    """A whole file, synced, then renamed, and the rename synced."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
