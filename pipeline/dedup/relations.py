"""Once, from the rows of all batches: classes of exact copies, and pairs of paragraphs to compare.

Paragraphs are taken in order of preference, so that of two the smaller number is the one that would stay. A class of
exact copies has one representative, its most preferred; only representatives are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.dedup import bands
from pipeline.dedup.paragraphs import Addresses
from pipeline.dedup.settings import Settings

# What a relation says of the paragraph (seq, pos)
NAMED, COMPARED, COPY, NEAR, INSIDE, MAYBE_INSIDE = range(6)

SCHEMA = pa.schema(
    [
        ("seq", pa.int64()),
        ("pos", pa.int32()),
        ("kind", pa.int8()),  # NAMED, COMPARED: its document's id, or also its words are needed; else of which twin
        ("rank", pa.int64()),  # NAMED, COMPARED: place in the order of preference
        ("twin_seq", pa.int64()),
        ("twin_pos", pa.int32()),
        ("share", pa.float32()),  # INSIDE: of its shingles that stand in the twin
    ]
)
_LEAST_SIZE = 0.7  # of the threshold: sizes count words, not distinct shingles, so the exact bound would lose pairs
_HOSTS = 8  # partners of a host in which a contained paragraph is sought, should the host not stay


class Classes(NamedTuple):
    """Paragraphs as `order` (rows by preference) and the class of each; `reps` are places in `order`, by preference."""

    order: NDArray[np.int64]
    number: NDArray[np.int64]  # class of each place of `order`
    reps: NDArray[np.int64]
    hosts: NDArray[np.int64]  # for each class whose every copy has a host in its document: the host's class; else -1


class Edges(NamedTuple):
    """Relations between classes; the second would stay."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]


def relations(rows: pa.Table, settings: Settings) -> pa.Table:
    """The relations of all paragraphs, sorted by paragraph; in the metadata, how many rows met only a part of theirs."""
    if not rows.num_rows:
        return SCHEMA.empty_table()
    seqs, places, sizes = (_numbers(rows, name) for name in ("seq", "pos", "size"))
    classes = _classes(rows, settings)
    reps = classes.order[classes.reps]
    near = bands.pairs(_bands(rows, reps), sizes[reps], _LEAST_SIZE * settings.threshold)
    held = np.flatnonzero(classes.hosts >= 0)
    maybe = _second_hosts(near, held, classes.hosts[held], sizes[reps])
    if settings.contained == "corpus":
        maybe = _joined(maybe, _probe_pairs(rows, reps, sizes))
    copies = np.setdiff1d(np.arange(len(classes.order)), classes.reps, assume_unique=True)
    shares = _numbers(rows, "share")[reps[held]]
    parts = [
        _table(COPY, seqs, places, classes.order[copies], reps[classes.number[copies]]),
        _table(NEAR, seqs, places, reps[near.second], reps[near.first]),
        _table(INSIDE, seqs, places, reps[held], reps[classes.hosts[held]], shares),
        _table(MAYBE_INSIDE, seqs, places, reps[maybe.first], reps[maybe.second]),
    ]
    compared = np.unique(np.concatenate((near.first, near.second, maybe.first, maybe.second)))
    named = np.setdiff1d(np.unique(np.concatenate((classes.number[copies], held, classes.hosts[held]))), compared)
    for kind, which in ((NAMED, named), (COMPARED, compared)):
        parts.append(_table(kind, seqs, places, reps[which], ranks=which))
    table = pa.concat_tables(parts).sort_by([("seq", "ascending"), ("pos", "ascending")])
    return table.replace_schema_metadata({"capped": str(near.uncompared)}).combine_chunks()


def _numbers(rows: pa.Table, name: str) -> NDArray[np.int64]:
    return np.asarray(rows.column(name).to_numpy())


def _bands(rows: pa.Table, reps: NDArray[np.int64]) -> Iterator[NDArray[np.uint32]]:
    for name in rows.column_names:
        if name.startswith("band"):
            yield rows.column(name).to_numpy()[reps]


def _classes(rows: pa.Table, settings: Settings) -> Classes:
    order = _preference(rows, settings)
    keys, held = _numbers(rows, "key")[order], _numbers(rows, "host")[order] >= 0
    by_key = np.lexsort((held, keys)) if held.any() else np.argsort(keys, kind="stable")
    new = np.append(True, keys[by_key[1:]] != keys[by_key[:-1]])
    group = np.cumsum(new) - 1
    number = np.empty(len(order), np.int64)
    number[by_key] = group
    reps = by_key[new]
    hosts = _host_classes(rows, order, reps, number)
    rank = _after_hosts(reps, hosts, _numbers(rows, "size")[order[reps]])
    new_number = np.empty(len(reps), np.int64)
    new_number[rank] = np.arange(len(reps))
    hosts = np.where(hosts >= 0, new_number[hosts], -1)[rank]
    return Classes(order, new_number[number], reps[rank], hosts)


def _preference(rows: pa.Table, settings: Settings) -> NDArray[np.int64]:
    """Row numbers, the most preferred first."""
    by = [_numbers(rows, "pos"), _numbers(rows, "seq")]
    if settings.keep != "first":
        by.append(-_numbers(rows, "size"))
    if settings.priority:
        by.append(-rows.column("priority").to_numpy())
    return np.lexsort(by)


def _host_classes(
    rows: pa.Table, order: NDArray[np.int64], reps: NDArray[np.int64], number: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The class of each representative's host. A representative has a host only if all its copies have one."""
    at = order[reps]
    places = _numbers(rows, "host")[at]
    held = np.flatnonzero(places >= 0)
    hosts = np.full(len(reps), -1, np.int64)
    if len(held):
        of_row = np.empty(len(order), np.int64)
        of_row[order] = number
        addresses = Addresses(_numbers(rows, "seq"), _numbers(rows, "pos").astype(np.int32))
        hosts[held] = of_row[addresses.find(_numbers(rows, "seq")[at[held]], places[held].astype(np.int32))]
    return hosts


def _after_hosts(reps: NDArray[np.int64], hosts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Classes by preference of their representatives, but a contained one never before its host."""
    rank = reps.copy()
    held = np.flatnonzero(hosts >= 0)
    for one in held[np.argsort(-sizes[held], kind="stable")].tolist():
        rank[one] = max(rank[one], rank[hosts[one]])
    return np.lexsort((reps, -sizes, rank))


def _second_hosts(
    near: bands.Pairs, held: NDArray[np.int64], hosts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> Edges:
    """Should a host go for a twin of its own, that twin may hold the contained paragraph as well."""
    order = np.argsort(near.second, kind="stable")
    start, stop = (np.searchsorted(near.second[order], hosts, side=side) for side in ("left", "right"))
    found = [Edges(held[:0], hosts[:0])]
    for step in range(_HOSTS):
        more = np.flatnonzero(start + step < stop)
        found.append(Edges(held[more], near.first[order[start[more] + step]]))
    one, two = (np.concatenate(side) for side in zip(*found, strict=True))
    longer = (sizes[two] > sizes[one]) & (two < one)
    return Edges(one[longer], two[longer])


def _probe_pairs(rows: pa.Table, reps: NDArray[np.int64], sizes: NDArray[np.int64]) -> Edges:
    """Longer paragraphs anywhere that share the rarest probes of a paragraph."""
    probes = rows.column("probes").combine_chunks().take(pa.array(reps))
    counts = np.diff(probes.offsets.to_numpy())
    owners = np.repeat(np.arange(len(reps), dtype=np.uint64), counts)
    values = np.asarray(probes.flatten().to_numpy()).astype(np.uint64)
    packed = np.unique(values << np.uint64(32) | owners)
    probe, owner = packed >> np.uint64(32), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    heads = np.flatnonzero(np.append(True, probe[1:] != probe[:-1]))[: len(probe)]
    counts = np.diff(np.append(heads, len(probe)))
    spread, start = np.repeat(counts, counts), np.repeat(heads, counts)
    use = np.flatnonzero(spread > 1)
    use = use[np.lexsort((spread[use], owner[use]))]
    use = use[np.arange(len(use)) - np.searchsorted(owner[use], owner[use]) < 2]
    found = [np.zeros((2, 0), np.int64)]
    for step in range(_HOSTS):
        at = use[step < spread[use]]
        found.append(np.stack((owner[at], owner[np.repeat(heads, counts)[at] + step])))
    del start
    one, two = np.unique(np.concatenate(found, axis=1), axis=1)
    longer = (sizes[reps[two]] > sizes[reps[one]]) & (two < one)
    return Edges(one[longer], two[longer])


def _joined(one: Edges, two: Edges) -> Edges:
    both = np.unique(np.concatenate((np.stack(one), np.stack(two)), axis=1), axis=1)
    return Edges(both[0], both[1])


def _table(
    kind: int,
    seqs: NDArray[np.int64],
    places: NDArray[np.int64],
    rows: NDArray[np.int64],
    twins: NDArray[np.int64] | None = None,
    shares: NDArray[np.float32] | None = None,
    ranks: NDArray[np.int64] | None = None,
) -> pa.Table:
    """Relations of one kind."""
    none = np.zeros(len(rows), np.int64)
    values = {
        "seq": seqs[rows],
        "pos": places[rows],
        "kind": np.full(len(rows), kind, np.int8),
        "rank": none if ranks is None else ranks,
        "twin_seq": none if twins is None else seqs[twins],
        "twin_pos": none.astype(np.int32) if twins is None else places[twins],
        "share": none.astype(np.float32) if shares is None else shares.astype(np.float32),
    }
    return pa.table(values, schema=SCHEMA)
