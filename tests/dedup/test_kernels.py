"""MinHash is datasketch's, bands find what they promise, the proof is exact."""

import math
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedup import bands, minhash
from pipeline.dedup.align import replaced_runs
from pipeline.dedup.inside import inside
from pipeline.dedup.overlap import Lists, overlap

sets = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=20), min_size=1, max_size=6)
small = st.lists(st.lists(st.integers(0, 12), max_size=12), min_size=2, max_size=6)


def flat(values):
    offsets = np.cumsum([0] + [len(v) for v in values]).astype(np.int64)
    return np.array([x for v in values for x in v], np.uint32), offsets


@settings(max_examples=30)
@given(sets, st.sampled_from([1, 16, 128]))
def test_signatures_are_those_of_datasketch(values, count):
    ours = minhash.signatures(*flat(values), count)
    for column, hashes in enumerate(values):
        theirs = MinHash(num_perm=count, hashfunc=int)
        theirs.update_batch(hashes)
        assert ours[:, column].tolist() == theirs.hashvalues.tolist()


def test_many_texts_are_cut_between_texts(monkeypatch):
    rng = np.random.default_rng(5)
    values = [rng.integers(0, 2**32, n).tolist() for n in rng.integers(0, 40, 50)]
    whole = minhash.signatures(*flat(values), 8)
    monkeypatch.setattr(minhash, "_STEP", 7)
    assert np.array_equal(whole, minhash.signatures(*flat(values), 8))


def test_signatures_open_as_lean_minhash_and_feed_an_index():
    one = list(range(1000, 1100))
    ours = minhash.signatures(*flat([one, one[:95], [*range(100)]]), 128)
    lean = [LeanMinHash(seed=1, hashvalues=ours[:, i], scheme=minhash.SCHEME) for i in range(3)]
    index = MinHashLSH(threshold=0.6, num_perm=128)
    index.insert("one", lean[0])
    assert index.query(lean[1]) == ["one"]
    assert index.query(lean[2]) == []
    assert lean[0].jaccard(lean[1]) == pytest.approx(0.95, abs=0.1)


def test_another_scheme_is_refused(monkeypatch):
    class Other:
        @staticmethod
        def MinHash(num_perm):  # noqa: N802 - datasketch's name
            return SimpleNamespace(scheme="affine64")

    monkeypatch.setattr(minhash, "_datasketch", lambda: Other)
    with pytest.raises(RuntimeError, match="affine64"):
        minhash.permutations(3)


def test_datasketch_is_taken_without_its_indexes_and_whole_by_others():
    code = (
        "import sys; from pipeline.dedup import minhash; ours = minhash.permutations(5); "
        "assert 'scipy' not in sys.modules and 'datasketch' not in sys.modules; "
        "import datasketch; assert (datasketch.MinHash(5).permutations == ours).all(); datasketch.MinHashLSH"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.6, 0.8, 0.9, 1.0])
def test_bands_leave_the_error_they_promise(threshold):
    rows = bands.shape(threshold, 128)
    assert sum(rows) <= 128
    assert math.prod(1 - threshold**each for each in rows) <= bands.MISSED


def test_bands_of_few_permutations_are_the_best_there_are():
    assert bands.shape(0.1, 4) == (1, 1, 1, 1)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=9).map(sorted))
def test_bands_agree_where_all_their_rows_do(rows):
    signatures = np.random.default_rng(3).integers(0, 2, (36, 50), dtype=np.uint32)
    found, first = bands.keys(signatures, rows), 0
    for band, length in enumerate(rows):
        same = (signatures[first : first + length, :, None] == signatures[first : first + length, None, :]).all(axis=0)
        assert (same == (found[band][:, None] == found[band][None, :])).all()
        first += length


@given(small)
def test_overlap_is_that_of_sets(values):
    count = len(values)
    first, second = np.repeat(np.arange(count), count), np.tile(np.arange(count), count)
    found = overlap(Lists(*flat(values)), first, Lists(*flat(values)), second)
    as_sets = [set(v) for v in values]
    assert found.shared.tolist() == [len(as_sets[i] & as_sets[j]) for i, j in zip(first, second, strict=True)]
    assert found.first.tolist() == [len(as_sets[i]) for i in first]
    assert found.second.tolist() == [len(as_sets[j]) for j in second]


@given(small)
def test_hosts_hold_the_text(values):
    values = [v for v in values if v] or [[1]]
    keys = np.array([hash(tuple(v)) & 0xFFFF for v in values], np.uint64)
    found = inside(Lists(*flat(values)), np.zeros(len(values), np.int64), keys)
    for row, host, share in zip(found.rows, found.hosts, found.shares, strict=True):
        part, whole = set(values[row]), set(values[host])
        assert len(whole) > len(part)
        assert share == len(part & whole) / len(part) >= 0.95


def test_a_host_is_found_in_its_own_document_only():
    values = [list(range(20)), list(range(100)), list(range(200, 220))]
    keys = np.arange(3, dtype=np.uint64)
    assert inside(Lists(*flat(values)), np.zeros(3, np.int64), keys).hosts.tolist() == [1]
    assert inside(Lists(*flat(values)), np.arange(3), keys).hosts.tolist() == []


@given(st.lists(st.integers(0, 8), max_size=14), st.lists(st.integers(0, 8), max_size=14))
def test_replaced_runs_hold_nothing_in_place(one, two):
    for i, j, k, m in replaced_runs(one, two, range(len(one)), range(len(two))):
        assert i < j
        assert k < m
        assert not set(zip(one[i:j], two[k:m], strict=False)) & {(w, w) for w in one}
