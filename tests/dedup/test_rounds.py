"""The rounds between the looks: what each gives depends neither on the partitions nor on the order of the rows."""

from collections import defaultdict
from dataclasses import replace
from functools import reduce

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.corpus.partition import ROWS, fold, part_of
from pipeline.dedup import Settings, bands, buckets, observe, partners, sketch
from pipeline.dedup.buckets import Buckets
from pipeline.dedup.classes import best
from pipeline.dedup.numbers import column
from pipeline.dedup.partners import CAPPED, Partners
from pipeline.dedup.relations import CROWDED, NEAR, RELATIONS

BAND = len(bands.shape(0.6, 128))


def pairs(keys, sizes, parts=1, changed=10):
    """Pairs of paragraphs that share the key of a band, the longer or else the earlier first; how many are in crowds or capped."""
    kept = defaultdict(list)
    count = len(sizes)
    where = part_of(np.arange(count).astype(np.uint64) << np.uint64(60), parts)
    for part in range(parts):
        here = np.flatnonzero(where == part)
        rows = {"number": here, "seq": here, "size": np.array(sizes, np.int32)[here], "head": np.zeros(len(here), bool)}
        rows["sketch"] = pa.array([drawn(number, changed) for number in here.tolist()], pa.binary(sketch.width(128)))
        kept["classes", ROWS, 0].append(pa.table(rows))
        for band in range(BAND):
            own = keys[band][here] if band < len(keys) else (here * BAND + band).astype(np.uint32)
            kept["classes", f"band {band}", 0].append(pa.table({"key": own.astype(np.uint32)}))

    def read(*what):
        return iter(kept[what])

    for step in (Buckets(Settings()), Partners(Settings())):
        for task in range(step.tasks(parts)):
            for piece in step(task, parts, read):
                for part, rows in piece.each():
                    kept[step.name, piece.stream, part].append(rows)
    related = pa.concat_tables([t for part in range(parts) for t in kept["partners", RELATIONS, part]] or [NONE])
    near = related.filter(pa.array(column(related, "kind") == NEAR))
    crowd = set(column(related, "number")[column(related, "kind") == CROWDED].tolist())
    cut = {number for part in range(parts) for t in kept["partners", CAPPED, part] for number in t["number"].to_pylist()}
    return sorted(zip(near["twin"].to_pylist(), near["number"].to_pylist(), strict=True)), len(crowd), len(cut - crowd)


def drawn(number, changed):
    """A sketch that differs in some values from all but that of its neighbour."""
    rng = np.random.default_rng(number // 2)
    values = np.zeros(sketch.width(128), np.uint8)
    values[rng.integers(0, len(values), changed)] = rng.integers(0, 256 if changed > 10 else 4, changed)
    return values.tobytes()


NONE = pa.table({"number": pa.array([], pa.int64()), "twin": pa.array([], pa.int64()), "kind": pa.array([], pa.int8())})


@pytest.mark.parametrize("parts", [1, 2, 40, 100])
@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=5, max_size=5), min_size=1, max_size=4))
def test_a_small_bucket_gives_all_its_pairs(parts, keys):
    keys = [np.array(k, np.uint32) * (2**32 // 7) for k in keys]
    wanted = {(i, j) for k in keys for j in range(5) for i in range(j) if k[i] == k[j]}
    assert pairs(keys, [20] * 5, parts) == (sorted(wanted), 0, 0)


@pytest.mark.parametrize("parts", [1, 5, 40])
@pytest.mark.parametrize("members", [10, buckets.MEMBERS])
def test_a_popular_band_gives_few_pairs_and_says_so(monkeypatch, members, parts):
    monkeypatch.setattr(buckets, "MEMBERS", members)
    size = 5000
    keys = [np.zeros(size, np.uint32), np.arange(size, dtype=np.uint32) // 50, np.arange(size, dtype=np.uint32) // 2]
    found, crowded, capped = pairs(keys, [20] * size, parts)
    assert len(found) <= partners.PARTNERS * size
    assert crowded > 0.9 * size
    assert capped == 0  # until it is settled how many of the crowd stay
    assert {(2 * i, 2 * i + 1) for i in range(size // 2)} <= set(found)  # those whose sketches are the same
    assert (found, crowded, capped) == pairs(keys, [20] * size)


@pytest.mark.parametrize("parts", [2, 5, 40])
def test_those_capped_are_counted_once(parts):
    """The first of a pair was counted as capped, and again with its crowd, if the second was in another partition."""
    found, crowded, capped = pairs([np.zeros(199, np.uint32)], [20] * 199, changed=400)
    assert len(found) == 99
    assert crowded > 180
    assert capped == 1  # the last one is like none that it met
    assert pairs([np.zeros(199, np.uint32)], [20] * 199, parts, changed=400) == (found, crowded, capped)


def test_sizes_too_far_apart_are_no_candidates():
    assert pairs([np.zeros(3, np.uint32)], [100, 60, 20]) == ([(0, 1)], 0, 0)


texts = st.sampled_from(["amber bridge canal dune ember field grove harbour inlet jetty kiln lantern mill north orchard"] * 2)
docs = st.lists(st.lists(st.tuples(texts, st.integers(0, 4)).map(lambda t: f"{t[0]} {t[1]} " * (1 + t[1] % 2)), max_size=3))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(docs=docs, draw=st.randoms(use_true_random=False))
def test_best_is_associative_and_commutative(batch, docs, draw):
    batches = [replace(batch([doc], first=number), number=number) for number, doc in enumerate(docs)]
    rows = [observe.observe(one, Settings()) for one in batches]
    tables = [rows[0].schema.empty_table(), *rows] if rows else [observe.schema(Settings()).empty_table()]
    whole = best(pa.concat_tables(tables), Settings())
    draw.shuffle(tables)
    assert reduce(lambda one, two: best(pa.concat_tables([one, two]), Settings()), tables).equals(whole)


def test_fold_holds_little(monkeypatch):
    monkeypatch.setattr("pipeline.corpus.partition.LEAST", 100)
    seen = []

    def combine(rows):
        seen.append(rows.num_rows)
        return pa.table({"a": np.unique(rows["a"].to_numpy())})

    tables = (pa.table({"a": np.arange(60) % 50}) for _ in range(1000))
    assert fold(combine, tables).num_rows == 50
    assert max(seen) <= 200
