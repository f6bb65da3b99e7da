"""Shingles and keys over columns are those of plain Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.runs import distinct, heads, places
from pipeline.text.shingles import sequence_keys, shingles

lists = st.lists(st.lists(st.integers(0, 5), max_size=7), max_size=6)


def flat(values):
    offsets = np.cumsum([0] + [len(v) for v in values])
    return np.array([x for v in values for x in v], np.uint64), offsets.astype(np.int64)


@given(lists, st.integers(1, 4))
def test_equal_runs_have_equal_hashes(values, size):
    hashes, offsets = shingles(*flat(values), size)
    runs = [tuple(v[i : i + size]) for v in values for i in range(len(v) - size + 1)]
    assert len(hashes) == len(runs) == offsets[-1]
    assert len(set(zip(runs, hashes.tolist(), strict=True))) == len(set(runs)) == len(set(hashes.tolist()))


@given(lists)
def test_keys_are_equal_for_equal_sequences_only(values):
    keys = sequence_keys(*flat(values)).tolist()
    assert len(set(keys)) == len({tuple(v) for v in values})


@given(st.lists(st.integers(0, 9)))
def test_runs(values):
    ordered = np.sort(np.array(values, np.int64))
    assert distinct(np.array(values, np.int64)).tolist() == sorted(set(values))
    seen = [ordered[:i].tolist().count(v) for i, v in enumerate(ordered.tolist())]
    assert places(heads(ordered), len(ordered)).tolist() == seen
