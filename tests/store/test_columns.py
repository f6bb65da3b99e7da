"""A file of columns: what is read is what was written, or an error."""

import random

import numpy as np
import pytest

from pipeline.store.columns import BLOCK, Columns, Damaged, write


@pytest.fixture
def file(tmp_path):
    numbers = np.arange(2 * BLOCK // 4 + 7, dtype=np.uint32)
    name = write(
        tmp_path,
        [("numbers", "<u4", [numbers[:9], numbers[9:]]), ("bytes", "|u1", [np.arange(40, dtype=np.uint8)])],
        lambda: {"a": 1},
    )
    return tmp_path / name


def content(path):
    columns = Columns(path)
    return columns.facts, columns.all("numbers").tolist(), columns.all("bytes").tolist()


def verified(path, expected):
    assert content(path) == expected
    Columns(path).verify()


def test_round_trip(file):
    assert content(file) == ({"a": 1}, list(range(2 * BLOCK // 4 + 7)), list(range(40)))
    Columns(file).verify()


def test_equal_content_has_one_name(file, tmp_path):
    (tmp_path / "again").mkdir()
    numbers = np.arange(2 * BLOCK // 4 + 7, dtype=np.uint32)
    name = write(tmp_path / "again", [("numbers", "<u4", [numbers]), ("bytes", "|u1", [np.arange(40)])], lambda: {"a": 1})
    assert name == file.name


def test_no_flipped_bit_goes_unseen(file):
    whole, expected, chance = file.read_bytes(), content(file), random.Random(5)
    places = [chance.randrange(len(whole)) for _ in range(150)] + list(range(20)) + list(range(len(whole) - 60, len(whole)))
    for place in places:
        broken = bytearray(whole)
        broken[place] ^= 1 << chance.randrange(8)
        file.write_bytes(broken)
        with pytest.raises(Damaged):
            verified(file, expected)


def test_no_cut_goes_unseen(file):
    whole, chance = file.read_bytes(), random.Random(6)
    for size in [0, 1, 8, 20, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(50))]:
        file.write_bytes(whole[:size])
        with pytest.raises(Damaged):
            Columns(file)


def test_a_look_up_reads_no_block_that_it_does_not_need(file):
    whole = bytearray(file.read_bytes())
    whole[8 + BLOCK + 5] ^= 1
    file.write_bytes(whole)
    columns = Columns(file)
    assert columns.ranges("numbers", np.array([3]), np.array([5]))[3:5].tolist() == [3, 4]
    with pytest.raises(Damaged):
        columns.ranges("numbers", np.array([BLOCK // 4]), np.array([BLOCK // 4 + 9]))
