"""Laws of how an output is cut: by its rows alone."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats import writers
from pipeline.formats.groups import groups

WEIGHTS = st.lists(st.integers(1, 9), max_size=40)


@given(WEIGHTS, st.lists(st.integers(0, 40), max_size=5), st.integers(1, 30))
def test_the_cut_of_the_tables_never_shows(weights, cuts, limit):
    tables = np.split(np.array(weights, np.int64), sorted(min(at, len(weights)) for at in cuts))
    found = [
        [w for span in group for w in tables[span.table][span.start : span.end].tolist()] for group in groups(tables, limit)
    ]
    whole = [weights[span.start : span.end] for [span] in groups([np.array(weights, np.int64)], limit)]
    assert found == whole
    assert [weight for group in whole for weight in group] == weights
    assert all(sum(group) >= limit > sum(group[:-1]) for group in whole[:-1])


@given(st.dictionaries(st.text(max_size=8), st.fixed_dictionaries({"bytes": st.integers(0, 9), "sha256": st.text(max_size=3)})))
def test_a_manifest_is_one_json_value(tmp_path_factory, files):
    path = tmp_path_factory.getbasetemp() / "_manifest.json"
    about = {"settings": {"outputs": {}, "a": '\n  "outputs": {}'}, "inputs": []}
    writers.write_manifest(path, about, iter(files.items()))
    assert json.loads(path.read_bytes()) == about | {"outputs": files}
    writers.write_manifest(path, about, sorted(files.items()))
    other = path.with_name("other.json")
    writers.write_json(other, about | {"outputs": files})
    if files:
        assert path.read_bytes() == other.read_bytes()
