"""Memory: partitions change no byte, a bound holds back workers, and want of memory is said in a line."""

import os
from dataclasses import dataclass, replace

import pyarrow as pa
import pytest
from click.testing import CliRunner

from pipeline import Settings, budget, run
from pipeline.cli import main
from pipeline.engines import WorkerLost
from pipeline.engines.local import Local

ALL = Settings(workers=1, batch=900)


def bytes_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def two_days(seeds, tmp_path_factory):
    """Output and state of two runs over one state, by bytes of text of a partition."""

    def job(partition, monkeypatch, **changes):
        folder = tmp_path_factory.mktemp("days")
        monkeypatch.setattr(budget, "LARGEST", partition)
        parts = sorted(seeds.iterdir())
        for name, some in (("mon", parts[::2]), ("tue", parts)):
            run(some, folder / name, replace(ALL, run=name, **changes), state=folder / "state")
        return bytes_of(folder)

    return job


@pytest.mark.parametrize(("partition", "joined"), [(20_000, 1000), (1000, 1000), (1000, 1), (20_000, 3)])
def test_partitions_change_no_byte(two_days, partition, joined, monkeypatch):
    whole = two_days(1 << 30, monkeypatch)
    monkeypatch.setattr("pipeline.formats.parts.JOINED", joined)
    assert two_days(partition, monkeypatch) == whole


def test_nor_does_a_bound(two_days, monkeypatch):
    bounded = two_days(1 << 30, monkeypatch, max_memory="400MB", batch=5000)
    assert bounded == two_days(3000, monkeypatch, workers=2)


def test_a_job_that_was_stopped_keeps_its_partitions(seeds, tmp_path, monkeypatch):
    expected = bytes_of(run([seeds], tmp_path / "expected", ALL).output)
    monkeypatch.setattr(budget, "LARGEST", 5000)
    monkeypatch.setattr("pipeline.job.Job.write", lambda *_: (_ for _ in ()).throw(OSError("stopped")))
    with pytest.raises(OSError, match="stopped"):
        run([seeds], tmp_path / "out", ALL)
    monkeypatch.undo()
    assert bytes_of(run([seeds], tmp_path / "out", replace(ALL, max_memory="1GB")).output) == expected


@pytest.mark.parametrize(
    ("memory", "workers", "expected"),
    [(0, 8, 8), (400 << 20, 8, 1), (600_000_000, 8, 1), (10**9, 8, 2), (10**10, 8, 8), (10**9, 1, 1)],
)
def test_so_many_workers_fit(memory, workers, expected):
    found = budget.limits(memory, workers)
    assert found.workers == expected
    assert budget.SMALLEST <= found.partition <= budget.LARGEST


def test_a_bound_below_the_floor_is_refused(seeds, tmp_path):
    done = CliRunner().invoke(main, ["run", "--max-memory", "300MB", str(seeds), str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "at least 400MB" in done.stderr


@pytest.mark.parametrize("error", [MemoryError, pa.ArrowMemoryError, WorkerLost])
def test_want_of_memory_is_one_line_and_can_be_resumed(error, seeds, tmp_path, monkeypatch):
    def fail(*_):
        raise error

    arguments = ["run", "--quiet", "--workers", "1", str(seeds), str(tmp_path / "out")]
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.tasks.parts.write", fail)
        done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 5
    assert "memory" in done.stderr
    assert done.stderr.count("\n") == 1
    assert CliRunner().invoke(main, arguments).exit_code == 0


@dataclass(frozen=True)
class Dies:
    def __call__(self, _shard):
        os._exit(9)


def test_a_killed_worker_is_no_bug():
    pool = Local(2)
    with pytest.raises(WorkerLost, match="killed"):
        list(pool.map(Dies(), range(4)))
    pool.close()
