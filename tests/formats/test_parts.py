"""Pieces in one file: each comes back in its order, and no damage goes unseen."""

import random

import numpy as np
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


ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(-2, 3), st.lists(st.integers(0, 9), max_size=4)))
SIZES = st.sampled_from([0, 20, 10**6])


def assert_holds(path, rows):
    for key in {row[:2] for row in rows} | {("none", 0)}:
        assert values(path, *key) == [value for row in rows if row[:2] == key for value in row[2]]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS, held=SIZES, run=SIZES)
def test_pieces_come_back_in_order(tmp_path, rows, held, run):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "HELD", held)
        patch.setattr(parts, "RUN", run)
        parts.write(tmp_path / "file", pieces(rows))
    assert_holds(tmp_path / "file", rows)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(files=st.lists(ROWS, max_size=4), held=SIZES, run=SIZES)
def test_joined_files_hold_what_each_held(tmp_path, files, held, run):
    paths = [tmp_path / str(number) for number in range(len(files))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "HELD", held)
        patch.setattr(parts, "RUN", run)
        for path, rows in zip(paths, files, strict=True):
            parts.write(path, pieces(rows))
        parts.join(tmp_path / "joined", paths)
    assert_holds(tmp_path / "joined", [row for rows in files for row in rows])


@given(where=st.lists(st.integers(-2, 5), min_size=1, max_size=20))
def test_rows_of_a_piece_go_each_to_its_partition(tmp_path_factory, where):
    path = tmp_path_factory.mktemp("parts") / "file"
    piece = Piece("rows", np.array(where), pa.table({"a": np.arange(len(where))}))
    parts.write(path, [piece])
    expected = {part: [at for at, of in enumerate(where) if of == part] for part in set(where)}
    assert {part: values(path, "rows", part) for part in set(where)} == expected
    assert {part: rows["a"].to_pylist() for part, rows in piece.each()} == expected


@pytest.mark.parametrize("cut", [False, True])
def test_no_damage_is_joined(tmp_path, cut):
    parts.write(tmp_path / "file", pieces(PIECES))
    data = (tmp_path / "file").read_bytes()
    (tmp_path / "file").write_bytes(data[:-1] if cut else data[:9] + b"?" + data[10:])
    with pytest.raises(Damaged):
        parts.join(tmp_path / "joined", [tmp_path / "file"])


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
