"""The index answers as a dictionary would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store import index

HASHES = st.integers(0, 2**32 - 1) | st.sampled_from([0, 1, 2**31, 2**32 - 1])


class Stored:
    """Columns in memory."""

    def __init__(self, entries, directory):
        self.columns = {"entries": entries, "directory": directory}

    def all(self, name):
        return self.columns[name]

    def ranges(self, name, starts, stops):
        return self.columns[name]


def built(rows):
    pairs = [(h, number) for number, some in enumerate(rows) for h in some]
    builder = index.Builder(len(rows))
    parts = [(np.array([h for h, _ in pairs], np.uint32), np.array([n for _, n in pairs], np.int64))]
    entries = np.concatenate([np.zeros(0, np.uint32), *builder.entries(parts)])
    return Stored(entries, next(builder.directory())), pairs


@given(st.lists(st.lists(HASHES, max_size=6), min_size=1, max_size=40), st.lists(HASHES, max_size=10))
def test_find(rows, more):
    stored, pairs = built(rows)
    queries = sorted([*more, *(h for h, _ in pairs[:20])])
    found = index.find(stored, len(rows), np.array(queries, np.uint32))
    expected = [(q, n) for q, h in enumerate(queries) for n in sorted(n for x, n in pairs if x == h)[: index.HITS]]
    assert list(zip(found.query.tolist(), found.row.tolist(), strict=True)) == expected


@given(st.lists(st.lists(HASHES, max_size=6), min_size=1, max_size=40), HASHES, HASHES)
def test_decode(rows, one, two):
    stored, pairs = built(rows)
    least, most = sorted((one, two))
    hashes, numbers = index.decode(stored, len(rows), least, most)
    assert sorted(zip(hashes.tolist(), numbers.tolist(), strict=True)) == sorted(p for p in pairs if least <= p[0] < most)
