"""Flipped bits and cut ends in every file of unfinished work: seen, thrown away, and done again; never a wrong output."""

import random
from dataclasses import replace
from unittest.mock import Mock

import pytest

from pipeline import Settings, run
from pipeline.formats.spool import Damaged
from tests.faults.test_crash import Crash, bytes_of, crashing

SETTINGS = Settings(workers=1, formats=("jsonl", "parquet"), batch=2000)


def flip(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def cut(data: bytes, rng: random.Random) -> bytes:
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
        patch.setattr(writers, "write_manifest", Mock(side_effect=Crash))  # all tasks are done
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


def test_a_merge_of_damaged_segments_is_refused(seeds, tmp_path):
    """Found by a campaign: a file that is read only when the new batch is merged with it."""
    from pipeline.store import StateError

    pages = sorted((seeds / "valley").iterdir())
    settings = replace(SETTINGS, stages=("dedup",))
    state = tmp_path / "state"
    run(pages[:2], tmp_path / "old", replace(settings, run="old"), state=state)
    files = sorted((state / "files").iterdir())
    whole = {path: path.read_bytes() for path in files}
    for path in files:
        path.write_bytes(whole[path][:40] + bytes(64) + whole[path][104:])
        with pytest.raises(StateError, match="--rebuild"):
            run(pages, tmp_path / "out", replace(settings, run="new"), state=state)
        path.write_bytes(whole[path])


def test_the_note_of_earlier_runs_is_sealed(seeds, tmp_path, monkeypatch):
    """Found by a campaign: it was JSON without a checksum, and a flipped bit a traceback."""
    pages, settings = sorted((seeds / "valley").iterdir()), replace(SETTINGS, stages=("dedup",))
    run(pages, tmp_path / "expected", settings, state=tmp_path / "other")
    for place in (0, 20, -1):
        with monkeypatch.context() as patch:
            patch.setattr("pipeline.formats.writers.write_manifest", Mock(side_effect=Crash))
            with pytest.raises(Crash):
                run(pages, tmp_path / "out", settings, state=tmp_path / "state")
        [path] = (tmp_path / ".out.work").rglob("earlier.json")
        data = bytearray(path.read_bytes())
        data[place] ^= 4
        path.write_bytes(data)
        with pytest.raises(Damaged):
            run(pages, tmp_path / "out", settings, state=tmp_path / "state")
    run(pages, tmp_path / "out", settings, state=tmp_path / "state")
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "expected")


def test_damage_that_a_worker_finds(seeds, tmp_path, monkeypatch):
    """The error came from the pool as a lost worker, and the damaged work was met again by every later run."""
    run([seeds / "valley"], tmp_path / "expected", SETTINGS)
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.formats.writers.write_manifest", Mock(side_effect=Crash))
        with pytest.raises(Crash):
            run([seeds / "valley"], tmp_path / "out", SETTINGS)
    path = max((tmp_path / ".out.work").rglob("settled/*"), key=lambda p: p.stat().st_size)
    path.write_bytes(flip(path.read_bytes(), random.Random(1)))
    with pytest.raises(Damaged):
        run([seeds / "valley"], tmp_path / "out", replace(SETTINGS, workers=2))
    run([seeds / "valley"], tmp_path / "out", replace(SETTINGS, workers=2))
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "expected")
