"""Flipped bits and cut ends in every file of unfinished work: seen, thrown away, and done again; never a wrong output."""

import random
from dataclasses import replace
from unittest.mock import Mock

import pytest

from pipeline import Settings, run
from pipeline.formats.spool import Damaged
from tests.faults.test_crash import Crash, bytes_of, crashing

SETTINGS = Settings(workers=1, formats=("jsonl", "parquet"), batch=2000)


def flip(data, rng):
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def cut(data, rng):
    return data[: rng.randrange(len(data))]


@pytest.mark.parametrize("damage", [flip, cut])
@pytest.mark.parametrize("seed", range(6))
def test_damaged_work(damage, seed, seeds, tmp_path, monkeypatch):
    rng = random.Random(seed)
    settings = replace(SETTINGS, stages=("boilerplate",))
    inputs = sorted((seeds / "valley").iterdir())
    run(inputs, tmp_path / "expected", settings)
    with crashing(monkeypatch, rng.choice([40, 60, 80])), pytest.raises(Crash):
        run(inputs, tmp_path / "out", settings)
    files = [
        p
        for p in sorted((tmp_path / ".out.work").rglob("*"))
        if p.is_file() and "out" not in p.parts[-3:-1] and p.suffix != ".tmp"
    ]
    path = rng.choice(files)
    path.write_bytes(damage(path.read_bytes(), rng))
    try:
        run(inputs, tmp_path / "out", settings)
    except Damaged:
        run(inputs, tmp_path / "out", settings)
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "expected"), path
    assert sorted(p.name for p in tmp_path.iterdir()) == ["expected", "out"]


@pytest.mark.parametrize("damage", [flip, cut, None])
def test_a_text_that_changes_while_the_job_is_stopped(damage, seeds, tmp_path, monkeypatch):
    from pipeline.formats import writers

    settings = replace(SETTINGS, stages=("boilerplate",), formats=("text",))
    run([seeds / "valley"], tmp_path / "expected", settings)
    with monkeypatch.context() as patch:
        patch.setattr(writers, "write_ledger", Mock(side_effect=Crash))  # all tasks are done
        with pytest.raises(Crash):
            run([seeds / "valley"], tmp_path / "out", settings)
    path = sorted((tmp_path / ".out.work").rglob("out/text/**/*.txt"))[1]
    if damage:
        path.write_bytes(damage(path.read_bytes(), random.Random(1)))
    else:
        path.unlink()
    with pytest.raises(Damaged):
        run([seeds / "valley"], tmp_path / "out", settings)
    assert not (tmp_path / "out").exists()
    run([seeds / "valley"], tmp_path / "out", settings)
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "expected")
