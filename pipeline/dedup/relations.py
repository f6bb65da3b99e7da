"""Once, from the rows of all batches: classes of exact copies, and pairs of paragraphs to compare.

Paragraphs are taken in order of preference, so that of two the smaller number is the one that would stay. A class of
exact copies has one representative, its most preferred; only representatives are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.dedup import bands
from pipeline.dedup.paragraphs import Addresses
from pipeline.dedup.settings import Settings
from pipeline.text.runs import distinct, heads, places

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
_HOSTS = 8  # paragraphs at most in which a contained one is sought beside its host
_PROBES = 2  # probes of a paragraph by which such are sought: the rarest


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


def relations(today: pa.Table, known: pa.Table, met: pa.Table, settings: Settings) -> pa.Table:
    """The relations of all paragraphs, sorted by paragraph; in the metadata, how many rows met only a part of theirs.

    Args:
        today: rows of the first look, sorted by paragraph.
        known: paragraphs of earlier runs; they are preferred to all of today's.
        met: pairs of one of today's and a known one.
        settings: of the stage.
    """
    if not today.num_rows:
        return SCHEMA.empty_table()
    rows = _with_known(today, known)
    seqs, pos, sizes = (_numbers(rows, name) for name in ("seq", "pos", "size"))
    classes = _classes(rows, settings)
    reps = classes.order[classes.reps]
    least = _LEAST_SIZE * settings.threshold
    near = _near(today, known.num_rows, classes, sizes[reps].astype(np.int32), least)
    near = _without_subheads(_with_met(near, met, rows, classes, least), rows, reps)
    held = np.flatnonzero(classes.hosts >= 0)
    maybe = _second_hosts(near, held, classes.hosts[held], sizes[reps])
    if settings.contained == "corpus":
        maybe = _joined(maybe, _probe_pairs(rows, reps, sizes))
    copies = np.flatnonzero(classes.reps[classes.number] != np.arange(len(classes.order)))
    shares = _numbers(rows, "share")[reps[held]]
    parts = [
        _table(COPY, seqs, pos, classes.order[copies], reps[classes.number[copies]]),
        _table(NEAR, seqs, pos, reps[near.second], reps[near.first]),
        _table(INSIDE, seqs, pos, reps[held], reps[classes.hosts[held]], shares),
        _table(MAYBE_INSIDE, seqs, pos, reps[maybe.first], reps[maybe.second]),
    ]
    compared = distinct(np.concatenate((near.first, near.second, maybe.first, maybe.second)))
    named = distinct(np.concatenate((classes.number[copies], held, classes.hosts[held])))
    named = named[~np.isin(named, compared, assume_unique=True)]
    for kind, which in ((NAMED, named), (COMPARED, compared)):
        parts.append(_table(kind, seqs, pos, reps[which], ranks=which))
    table = pa.concat_tables(parts).sort_by([("seq", "ascending"), ("pos", "ascending")])
    return table.replace_schema_metadata({"capped": str(near.uncompared)}).combine_chunks()


def _numbers(rows: pa.Table, name: str) -> NDArray[Any]:
    return np.asarray(rows.column(name).to_numpy())


def _without_subheads(near: bands.Pairs, rows: pa.Table, reps: NDArray[np.int64]) -> bands.Pairs:
    """Without pairs of a sub-head and the sentence of its own document that says the same again."""
    head, seqs, pos = (_numbers(rows, name)[reps] for name in ("head", "seq", "pos"))
    one, two = near.first, near.second
    early = np.where(pos[one] < pos[two], one, two)
    keep = ~(head[early] & (seqs[one] == seqs[two]))
    return bands.Pairs(one[keep], two[keep], near.uncompared)


def _with_known(today: pa.Table, known: pa.Table) -> pa.Table:
    """The columns that all rows have, of the known ones first."""
    names = [name for name in today.column_names if not name.startswith("band") and name != "hashes"]
    if not known.num_rows:
        return today.select(names)
    count = known.num_rows
    fixed: dict[str, list[Any]] = {"host": [-1], "share": [0], "head": [False], "priority": [0], "probes": [[]]}
    schema = today.select(names).schema
    values = [
        known.column(name) if name in known.column_names else pa.array(fixed[name] * count, schema.field(name).type)
        for name in names
    ]
    older = pa.table(values, schema=schema).sort_by([("seq", "ascending")])
    return pa.concat_tables([older, today.select(names)])


def _near(today: pa.Table, known: int, classes: Classes, sizes: NDArray[np.int32], least: float) -> bands.Pairs:
    """Pairs of classes that share a band; a class is found by the bands of its first paragraph of today."""
    first = np.full(len(classes.reps), -1, np.int64)
    late = np.flatnonzero(classes.order >= known)[::-1]
    first[classes.number[late]] = classes.order[late] - known
    here = np.flatnonzero(first >= 0)
    near = bands.pairs(_bands(today, first[here]), sizes[here], least)
    return bands.Pairs(here[near.first], here[near.second], near.uncompared)


def _bands(rows: pa.Table, which: NDArray[np.int64]) -> Iterator[NDArray[np.uint32]]:
    for name in rows.column_names:
        if name.startswith("band"):
            yield rows.column(name).to_numpy()[which]


def _with_met(near: bands.Pairs, met: pa.Table, rows: pa.Table, classes: Classes, least: float) -> bands.Pairs:
    """With the pairs of a known paragraph, which is preferred, and one of today's, whose sizes allow them to be similar."""
    if not met.num_rows:
        return near
    of_row = np.empty(len(classes.order), np.int64)
    of_row[classes.order] = classes.number
    addresses = Addresses(_numbers(rows, "seq"), _numbers(rows, "pos"))
    second = of_row[addresses.find(_numbers(met, "seq"), _numbers(met, "pos"))]
    older = _numbers(met, "known")
    first = of_row[np.searchsorted(_numbers(rows, "seq"), older)]
    one, two = (_numbers(rows, "size")[classes.order[classes.reps]][side] for side in (first, second))
    other = (first != second) & (np.minimum(one, two) >= least * np.maximum(one, two))  # equal words are no pair
    packed = [one << 32 | two for one, two in ((near.first, near.second), (first[other], second[other]))]
    found = _unpacked(distinct(np.concatenate(packed).astype(np.uint64)))
    return bands.Pairs(found.first, found.second, near.uncompared)


def _classes(rows: pa.Table, settings: Settings) -> Classes:
    order = _preference(rows, settings)
    keys, held = _numbers(rows, "key")[order], _numbers(rows, "host")[order] >= 0
    by_key = np.lexsort((held, keys)) if held.any() else np.argsort(keys, kind="stable")
    starts = heads(keys[by_key])
    number = np.empty(len(order), np.int64)
    number[by_key] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    reps = by_key[starts]
    hosts = _host_classes(rows, order, reps, number)
    rank = _after_hosts(reps, hosts, _numbers(rows, "size")[order[reps]])
    new_number = np.empty(len(reps), np.int64)
    new_number[rank] = np.arange(len(reps))
    hosts = np.where(hosts >= 0, new_number[hosts], -1)[rank]
    return Classes(order, new_number[number], reps[rank], hosts)


def _preference(rows: pa.Table, settings: Settings) -> NDArray[np.int64]:
    """Row numbers, the most preferred first."""
    seqs = _numbers(rows, "seq")
    by = [_numbers(rows, "pos"), seqs]
    if settings.keep != "first":
        by.append(-_numbers(rows, "size"))
    if settings.priority:
        by.append(-rows.column("priority").to_numpy())
    return np.lexsort([*by, seqs >= 0])  # what an earlier run wrote stays


def _host_classes(
    rows: pa.Table, order: NDArray[np.int64], reps: NDArray[np.int64], number: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The class of each representative's host. A representative has a host only if all its copies have one."""
    at = order[reps]
    host = _numbers(rows, "host")[at]
    held = np.flatnonzero(host >= 0)
    hosts = np.full(len(reps), -1, np.int64)
    if len(held):
        of_row = np.empty(len(order), np.int64)
        of_row[order] = number
        addresses = Addresses(_numbers(rows, "seq"), _numbers(rows, "pos").astype(np.int32))
        hosts[held] = of_row[addresses.find(_numbers(rows, "seq")[at[held]], host[held].astype(np.int32))]
    return hosts


def _after_hosts(reps: NDArray[np.int64], hosts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Classes by preference of their representatives, but a contained one never before its host."""
    rank = reps.copy()
    held = np.flatnonzero(hosts >= 0)
    for one in held[np.argsort(-sizes[held], kind="stable")].tolist():
        rank[one] = max(rank[one], rank[hosts[one]])
    return np.lexsort((reps, -sizes, rank))


def _second_hosts(near: bands.Pairs, held: NDArray[np.int64], hosts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Edges:
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
    packed = distinct(values << np.uint64(32) | owners)
    probe, owner = packed >> np.uint64(32), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    starts = heads(probe)
    counts = np.diff(np.append(starts, len(probe)))
    spread, start = np.repeat(counts, counts), np.repeat(starts, counts)
    use = np.flatnonzero(spread > 1)
    use = use[np.lexsort((spread[use], owner[use]))]
    use = use[places(heads(owner[use]), len(use)) < _PROBES]
    found = [np.zeros(0, np.uint64)]
    for step in range(_HOSTS):
        at = use[step < spread[use]]
        one, two = owner[at], owner[start[at] + step]
        longer = (sizes[reps[two]] > sizes[reps[one]]) & (two < one)
        found.append((one[longer] << 32 | two[longer]).astype(np.uint64))
    return _unpacked(distinct(np.concatenate(found)))


def _joined(one: Edges, two: Edges) -> Edges:
    return _unpacked(distinct(np.concatenate([(a << 32 | b).astype(np.uint64) for a, b in (one, two)])))


def _unpacked(packed: NDArray[np.uint64]) -> Edges:
    return Edges((packed >> np.uint64(32)).astype(np.int64), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64))


def _table(
    kind: int,
    seqs: NDArray[np.int64],
    pos: NDArray[np.int64],
    rows: NDArray[np.int64],
    twins: NDArray[np.int64] | None = None,
    shares: NDArray[np.float32] | None = None,
    ranks: NDArray[np.int64] | None = None,
) -> pa.Table:
    """Relations of one kind."""
    none = np.zeros(len(rows), np.int64)
    values = {
        "seq": seqs[rows],
        "pos": pos[rows],
        "kind": np.full(len(rows), kind, np.int8),
        "rank": none if ranks is None else ranks,
        "twin_seq": none if twins is None else seqs[twins],
        "twin_pos": none.astype(np.int32) if twins is None else pos[twins],
        "share": none.astype(np.float32) if shares is None else shares.astype(np.float32),
    }
    return pa.table(values, schema=SCHEMA)
