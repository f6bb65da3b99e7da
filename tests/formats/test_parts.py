"""Pieces in one file: each comes back in its order, and no damage goes unseen."""

import random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.corpus import Piece
from pipeline.formats import parts
from pipeline.formats.spool import Damaged

PIECES = [("rows", 0, [1, 2]), ("rows", 3, [3]), ("pairs", 0, [4]), ("rows", 0, [5]), ("rows", 1, [])]


def pieces(rows):
    return [Piece(stream, part, pa.table({"a": pa.array(values, pa.int64())})) for stream, part, values in rows]


def values(path, stream, part):
    return [value for table in parts.read(path, stream, part) for value in table["a"].to_pylist()]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from("ab"), st.integers(-2, 3), st.lists(st.integers(0, 9), max_size=4))),
    held=st.sampled_from([0, 20, 10**6]),
)
def test_pieces_come_back_in_order(tmp_path, rows, held):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "HELD", held)
        parts.write(tmp_path / "file", pieces(rows))
    for key in {row[:2] for row in rows}:
        assert values(tmp_path / "file", *key) == [value for row in rows if row[:2] == key for value in row[2]]


def test_files_are_read_one_after_the_other(tmp_path):
    for name, rows in (("one", PIECES), ("two", PIECES[:1])):
        parts.write(tmp_path / name, pieces(rows))
    read = parts.Reader({"step": [tmp_path / "one", tmp_path / "two"]})
    assert [t["a"].to_pylist() for t in read("step", "rows", 0)] == [[1, 2, 5], [1, 2]]
    assert [t["a"].to_pylist() for t in read.all("step", "rows")] == [[1, 2, 5], [3], [1, 2]]
    assert list(read("step", "none", 0)) == list(read("no step", "rows", 0)) == []


@pytest.mark.parametrize("cut", [False, True])
def test_no_damage_goes_unseen(tmp_path, cut):
    parts.write(tmp_path / "file", pieces(PIECES))
    data, rng = (tmp_path / "file").read_bytes(), random.Random(7)
    for number in range(150):
        at, path = rng.randrange(len(data)), tmp_path / str(number)
        path.write_bytes(data[:at] if cut else data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :])
        with pytest.raises(Damaged):
            [values(path, *row[:2]) for row in PIECES]
