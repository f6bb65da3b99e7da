"""Engines give the same results in the same order, and the same bytes."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from pipeline import Settings, run
from pipeline.engines import NoEngine, engine
from pipeline.engines.local import Local, WorkerLost


@dataclass(frozen=True)
class Square:
    fails_at: int = -1

    def __call__(self, n):
        if n == self.fails_at:
            raise OSError(5, "broken", str(n))
        return n * n, os.getpid()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_results_in_order(workers):
    pool = Local(workers)
    results = list(pool.map(Square(), range(50)))
    pool.close()
    assert [value for value, _ in results] == [n * n for n in range(50)]
    assert (os.getpid() in {pid for _, pid in results}) == (workers == 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_ends_the_job(workers):
    pool = Local(workers)
    with pytest.raises(OSError, match="broken"):
        list(pool.map(Square(fails_at=7), range(20)))
    pool.close()


@dataclass(frozen=True)
class Endless:
    def __call__(self, path):
        path.write_text(str(os.getpid()))
        time.sleep(600)


def test_a_long_shard_does_not_hold_up_the_end(tmp_path, monkeypatch):
    """What a signal leads to: the shards under way have a moment, then their workers are stopped."""
    monkeypatch.setattr("pipeline.engines.local.GRACE", 0.2)
    pool, paths = Local(2), [tmp_path / "a", tmp_path / "b"]
    thread = threading.Thread(target=suppressed, args=(pool, paths))
    thread.start()
    while not all(path.exists() and path.read_text() for path in paths):
        time.sleep(0.01)
    pool.close()
    thread.join()
    assert all(ends(int(path.read_text())) for path in paths)


def ends(pid):
    """Whether a process ends by itself in the next minute."""
    for _ in range(6000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def suppressed(pool, paths):
    with contextlib.suppress(WorkerLost, CancelledError):
        list(pool.map(Endless(), paths))


@dataclass(frozen=True)
class Killed:
    def __call__(self, n):
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_killed():
    pool = Local(2)
    with pytest.raises(WorkerLost, match="memory ran out"):
        list(pool.map(Killed(), range(3)))
    pool.close()


@dataclass(frozen=True)
class Threads:
    def __call__(self, n):
        return np.ones(1).size * threadpool_info()[0]["num_threads"]


def test_workers_compute_in_one_thread_each(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    pool = Local(2)
    assert set(pool.map(Threads(), range(3))) == {1}
    pool.close()


def test_no_shards():
    assert list(Local(4).map(Square(), [])) == []


def test_an_engine_that_is_not_installed(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    monkeypatch.delitem(__import__("sys").modules, "pipeline.engines.ray", raising=False)
    with pytest.raises(NoEngine, match="pip install"):
        engine("ray", 1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_ray_writes_the_same_bytes(seeds, tmp_path):
    pytest.importorskip("ray", reason="ray is not installed here")
    one = run([seeds], tmp_path / "one", Settings(workers=1, batch=3000)).output
    two = run([seeds], tmp_path / "two", Settings(engine="ray", workers=2, batch=3000)).output
    read = [{p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()} for out in (one, two)]
    assert read[0] == read[1]


JOB = """
import time
from pipeline.engines.local import Local
engine = Local(2)
next(engine.map(time.sleep, [0, 0, 60, 60, 60]))
print(*engine._pool._processes, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system shows no processes under /proc")
def test_workers_end_with_a_job_that_was_killed():
    with subprocess.Popen([sys.executable, "-c", JOB], stdout=subprocess.PIPE, text=True) as job:
        workers = [int(pid) for pid in job.stdout.readline().split()]
        job.kill()
    assert len(workers) == 2
    end = time.monotonic() + 30
    while any(is_alive(pid) for pid in workers) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(is_alive(pid) for pid in workers)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False
