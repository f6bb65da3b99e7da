"""Texts come out of a chunk as they went in."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store import wordlist


def through(texts, rows):
    return wordlist.unpack(wordlist.pack(pa.chunked_array([texts], pa.string())), np.array(rows, np.int64)).to_pylist()


@given(st.lists(st.text("ab é", max_size=8), min_size=1, max_size=6), st.data())
def test_texts_come_back(texts, data):
    rows = sorted(data.draw(st.sets(st.integers(0, len(texts) - 1))))
    assert through(texts, rows) == [texts[row] for row in rows]


@pytest.mark.parametrize("count", [1 << 16, (1 << 16) + 1, 200_000])
def test_more_words_than_two_bytes_number(count):
    text = " ".join(map(str, range(count)))
    assert through(["first", text, "5 5 5 last"], [0, 1, 2]) == ["first", text, "5 5 5 last"]


def test_texts_without_words():
    assert through(["", "a", ""], [0, 1, 2]) == ["", "a", ""]
    assert through([""], [0]) == [""]
    assert through(["a b"], []) == []
