"""Law: a compact text has the words, capitals and numbers of the whole one, for all that a comparison looks at."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.dedup import Settings
from pipeline.dedup.paragraphs import read_texts
from pipeline.dedup.twins import mark
from pipeline.text.compact import compact

ODD = [
    "3",
    "5",
    ".",
    ",",
    "/",
    "-",
    ":",
    " ",
    "\t",
    "A",
    "b",
    "_",
    "'",
    "(",
    "é",
    "e\u0301",
    "\u0338",
    "<",
    "３",
    "。",
    "東",
    "\u00ad",
]
texts = st.lists(
    st.lists(st.sampled_from([*ODD, "ß", "\u200d", "’", "ก", "\n"]), max_size=14).map("".join), min_size=1, max_size=4
)


def compacted(column):
    data = "".join(column).encode()
    edges = np.cumsum([0, *(len(text.encode()) for text in column)])
    out, offsets = compact(np.frombuffer(data, np.uint8), edges)
    return [bytes(out[a:b]).decode() for a, b in pairwise(offsets)]


def seen(column):
    marks = mark(read_texts(pa.chunked_array([column], pa.string())), Settings())
    return marks.sizes.tolist(), [values.to_pylist() for values in marks.columns]


@settings(max_examples=300)
@given(texts)
@example(["\u00ad3'3.3"])  # a soft hyphen in one run with a number cleared the number's point
def test_nothing_that_is_compared_is_lost(column):
    assert seen(compacted(column)) == seen(column)


@given(texts)
def test_twice_is_once(column):
    assert compacted(compacted(column)) == compacted(column)


CASES = [
    ('"Up 3.5%," he said (twice).', "Up 3.5 he said twice "),
    ("1,250 - 3-1, 4/5: 6:30.", "1,250 3-1 4/5 6:30 "),
    ("A.M. at 5.", "A M at 5 "),
    ("snake_case it's", "snake_case it s"),
    ("„Nein“, sagt er – so.", "„Nein“, sagt er – so "),
    ("", ""),
    (" . ", ""),
]


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_cases(text, wanted):
    assert compacted([text]) == [wanted]
    assert compacted(["x", text, "."]) == ["x", wanted, ""]


def test_a_text_is_measured_whatever_stands_before_it():
    assert seen(["東", "3東"])[0] == [*seen(["東"])[0], *seen(["3東"])[0]]
