"""Inputs -> batches in the work folder: small files together, a large file of JSON lines in ranges, all others as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pipeline.formats import assemble, names, ranges, records, spool
from pipeline.formats.inputs import Source
from pipeline.formats.ranges import Range
from pipeline.formats.records import Record, Reject
from pipeline.tasks import Note, Task, measure

SHARD = 8 << 20  # bytes of small inputs that one task reads together, and of the ranges of a large one


class Large(NamedTuple):
    """An input that may be read in ranges, and its number."""

    number: int
    source: Source


@dataclass(frozen=True)
class Shard:
    """What one task reads: neighbouring inputs, `first` being the number of the first among all, or a range of one."""

    number: int
    first: int
    sources: tuple[Source, ...]
    part: Range | None = None


@dataclass(frozen=True)
class Cut(Task):
    """A large file of JSON lines -> its ranges, and what its row in the manifest says."""

    def note(self, large: Large) -> Path:
        """Where its note stands."""
        return self.work / "read" / f"{large.number:05d}.ranges"

    def do(self, large: Large) -> Note:
        """Note: `number` and `name` of the input, `ranges`, `size` and `sha256`."""
        found = ranges.cut(large.source, SHARD)
        about = {"number": large.number, "name": large.source.name, "size": found.size, "sha256": found.sha256}
        return {**about, "ranges": [tuple(part) for part in found.ranges], "documents": 0, "bytes": found.size}


@dataclass(frozen=True)
class Read(Task):
    """Inputs -> batches, rejects, checksums of the inputs."""

    def note(self, shard: Shard) -> Path:
        """Where its note stands."""
        return self.work / "read" / f"{shard.number:05d}.json"

    def do(self, shard: Shard) -> Note:
        """Note: `batches`, `inputs`, `rejects`."""
        inputs: list[Note] = []
        rejects: list[Note] = []
        paths, text = [], 0

        def refuse(seq: int, record: Record, reason: str) -> None:
            name = shard.sources[(seq >> 40) - shard.first].name
            path = record.source if record.source.startswith(f"{name}/") else name  # in an archive
            rejects.append(Reject(path, record.line, None, reason)._asdict())

        found = _records(shard, inputs, rejects)
        for number, batch in enumerate(assemble.batches(found, self.settings.batch, refuse)):
            path = self.work / "read" / f"{shard.number:05d}-{number:05d}"
            spool.write_batch(path, batch)
            spool.write_tables(path.with_suffix(".keys"), names.keys(batch.docs))
            paths.append(str(path))
            text += measure(batch)["bytes"]
        size, documents = sum(row["bytes"] for row in inputs), sum(row["records"] for row in inputs)
        read = {"documents": documents, "bytes": size}
        return {"batches": paths, "inputs": inputs, "rejects": rejects, "text": text, **read}


def large(found: Sequence[Source]) -> list[Large]:
    """The inputs that are worth a look for ranges."""
    return [Large(n, s) for n, s in enumerate(found) if s.kind == "jsonl" and not s.packing and s.size > SHARD]


def shards(found: Sequence[Source], cuts: Iterable[Note]) -> Iterator[Shard]:
    """Neighbouring inputs together until they are large enough for a task, and the ranges of those that were cut."""
    parts = {note["number"]: [Range(*part) for part in note["ranges"]] for note in cuts}
    number, held, size = 0, list[Source](), 0
    for at, source in enumerate(found):
        if not parts.get(at):
            held, size = [*held, source], size + source.size
        if held and (size >= SHARD or parts.get(at) or at + 1 == len(found)):
            yield Shard(number, at - len(held) + (not parts.get(at)), tuple(held))
            number, held, size = number + 1, [], 0
        for part in parts.get(at, ()):
            yield Shard(number, at, (source,), part)
            number += 1


def inputs(notes: Iterable[Note], cuts: Iterable[Note]) -> list[Note]:
    """The manifest's row of each input, from those of its ranges."""
    whole = {note["name"]: {"bytes": note["size"], "sha256": note["sha256"]} for note in cuts if note["ranges"]}
    rows = groupby((row for note in notes for row in note["inputs"]), key=lambda row: str(row["name"]))
    return [_joined(list(some)) | whole.get(name, {}) for name, some in rows]


def _joined(rows: list[Note]) -> Note:
    return rows[0] | {name: sum(row[name] for row in rows) for name in ("records", "rejected")}


def _records(shard: Shard, inputs: list[Note], rejects: list[Note]) -> Iterator[tuple[int, Record]]:
    """The records of a shard with their places; notes the inputs and the rejects on the way."""
    for number, source in enumerate(shard.sources, shard.first):
        reader = ranges.Reader(source, shard.part) if shard.part else records.read(source)
        first = shard.part.line - 1 if shard.part else 0  # no range has more documents than lines
        documents = unread = 0
        before = len(rejects)
        for found in reader:
            if isinstance(found, Reject):
                rejects.append(found._asdict())
                unread += 1
            else:
                yield (number << 40) | (first + documents) << 8, found
                documents += 1
        rejected = len(rejects) - before  # those too that whoever took the records has refused meanwhile
        inputs.append(
            {
                "name": source.name,
                "bytes": reader.size,
                "sha256": reader.sha256,
                "records": documents + unread - rejected,
                "rejected": rejected,
            }
        )
