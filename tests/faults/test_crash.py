"""A crash at any step, then the same command: the same bytes, no leftover, and never a torn output in between."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline import Settings, run

SETTINGS = Settings(workers=1, stages=("boilerplate",), formats=("text", "jsonl", "parquet"), batch=500)
STEPS = ("rename", "fsync", "unlink", "mkdir", "replace", "rmdir")


class Crash(BaseException):
    """Stands for kill -9: no handler of the program catches it."""


@contextmanager
def crashing(monkeypatch, at):
    """The `at`-th call of any step of the commit does not return; yields the number of calls so far."""
    count = [0]

    def wrap(name):
        real = getattr(os, name)

        def step(*args, **kwargs):
            count[0] += 1
            if count[0] == at:
                raise Crash(f"{name} {args}")
            return real(*args, **kwargs)

        return step

    with monkeypatch.context() as patch:
        for name in STEPS:
            patch.setattr(os, name, wrap(name))
        yield count


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"[ad_1]\n\nThe mill {name} by the old bridge opened its doors again on Friday.\n")
    return folder


def test_every_step(pages, tmp_path, monkeypatch):
    out = tmp_path / "out"
    with crashing(monkeypatch, 0) as count:
        run([pages], tmp_path / "expected", SETTINGS)
    steps, expected = count[0], bytes_of(tmp_path / "expected")
    assert steps > 30
    old = Settings(workers=1, stages=("boilerplate",), formats=("text",))
    for at in range(1, steps + 1):
        run([pages], out, old)
        before = bytes_of(out)
        with crashing(monkeypatch, at), pytest.raises(Crash):
            run([pages], out, SETTINGS)
        assert bytes_of(out) in (before, expected), at
        run([pages], out, SETTINGS)
        assert bytes_of(out) == expected, at
        assert sorted(p.name for p in tmp_path.iterdir()) == ["expected", "out", "pages"], at


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_a_random_moment(seed, tmp_path, seeds):
    code = (
        f"from pipeline import run, Settings; run([{str(seeds)!r}], {str(tmp_path / 'out')!r}, Settings(workers=2, batch=3000))"
    )
    run([seeds], tmp_path / "expected", Settings(workers=1))
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    time.sleep(random.Random(seed).uniform(0.5, 3))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "out").exists() or (tmp_path / "out" / "_SUCCESS").exists()
    run([seeds], tmp_path / "out", Settings(workers=1))
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "expected")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["expected", "out"]


@pytest.mark.parametrize("same_time", [False, True])
def test_a_changed_input_is_seen(same_time, pages, tmp_path, monkeypatch):
    with crashing(monkeypatch, 25), pytest.raises(Crash):
        run([pages], tmp_path / "out", SETTINGS)
    before = (pages / "a.txt").stat()
    (pages / "a.txt").write_text((pages / "a.txt").read_text().replace("opened", "closed"))
    if same_time:
        os.utime(pages / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
        assert (pages / "a.txt").stat().st_size == before.st_size
    run([pages], tmp_path / "out", SETTINGS)
    assert "closed" in (tmp_path / "out" / "text" / "a.txt").read_text()


def test_a_new_input_is_seen(pages, tmp_path, monkeypatch):
    with crashing(monkeypatch, 25), pytest.raises(Crash):
        run([pages], tmp_path / "out", SETTINGS)
    (pages / "d.txt").write_text("A text that came later has its place in the output too.\n")
    run([pages], tmp_path / "out", SETTINGS)
    assert (tmp_path / "out" / "text" / "d.txt").exists()


def test_finished_shards_are_not_done_again(pages, tmp_path, monkeypatch):
    from pipeline import tasks

    with crashing(monkeypatch, 40), pytest.raises(Crash):
        run([pages], tmp_path / "out", SETTINGS)
    notes = len(list((tmp_path / ".out.work").rglob("*.json")))
    made, write = [], tasks.writers.write_json
    monkeypatch.setattr(tasks.writers, "write_json", lambda path, value: (made.append(path), write(path, value)))
    run([pages], tmp_path / "out", SETTINGS)
    assert notes > 0
    assert not {path for path in made if path.parent.name == "read"} or notes < 2
