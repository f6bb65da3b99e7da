"""Disk full, failing fsync, folders that cannot be written, inputs that vanish: one line, exit 5, and nothing torn."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pipeline.cli import main

TEXT = "The mill by the old bridge opened its doors again on Friday, after two years.\n"


def call(*args):
    return CliRunner().invoke(main, [str(a) for a in args] + ["--workers", "1"])


@pytest.fixture
def pages(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text(TEXT)
    return tmp_path / "pages"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("at", [1, 4, 9])
def test_failing_fsync(code, at, pages, tmp_path, monkeypatch):
    real, count = os.fsync, [0]

    def fsync(descriptor):
        count[0] += 1
        if count[0] >= at:
            raise OSError(code, os.strerror(code))
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        result = call("run", pages, tmp_path / "out")
    assert result.exit_code == 5
    assert os.strerror(code) in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
    assert call("run", pages, tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "text" / "a.txt").read_text() == TEXT


def test_full_disk(pages, tmp_path):
    import resource

    (pages / "long.txt").write_text(TEXT * 3000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)); "
        f"from pipeline.cli import main; main(['run', {str(pages)!r}, {str(tmp_path / 'out')!r}, '--workers', '1'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 5, done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == before
    assert call("run", pages, tmp_path / "out").exit_code == 0


NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def may_mount():
    try:
        return subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not may_mount(), reason="no disk of our own can be mounted here")
def test_a_disk_that_is_full(tmp_path):
    """Output, unfinished work and state on a small tmpfs, which grows before the same command is given again."""
    args = [*NAMESPACE, sys.executable, "-m", "tests.faults.full_disk", str(tmp_path), "20", "100"]
    done = subprocess.run(args, capture_output=True, cwd=Path(__file__).parents[2])
    found = json.loads(done.stdout)
    assert [row["code"] for row in found["output"]] == [5, 5]
    for row in found["output"] + found["state"]:
        assert row["code"] in (0, 5), row
        assert row["code"] == 0 or (len(row["lines"]) == 1 and "No space left on device" in row["lines"][0]), row
        assert (row["half"], row["again"], row["same"], row["left"]) == (False, 0, True, ["out"]), row


def test_a_read_only_output(tmp_path):
    """Mounted read-only, for root may write everywhere else."""
    if not may_mount():
        pytest.skip("no disk of our own can be mounted here")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text(TEXT)
    (tmp_path / "disk").mkdir()
    run = "from pipeline.cli import main; main()"
    script = f"mount -t tmpfs -o ro tmpfs {tmp_path}/disk && exec {sys.executable} -c '{run}' run {tmp_path}/pages {tmp_path}/disk/out"
    done = subprocess.run([*NAMESPACE, "bash", "-c", script], capture_output=True, text=True)
    assert (done.returncode, len(done.stderr.splitlines())) == (5, 1), done.stderr
    assert "Read-only file system" in done.stderr


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE])
def test_an_input_that_cannot_be_read_to_its_end(code, pages, tmp_path, monkeypatch):
    from pipeline.formats import records

    (pages / "b.jsonl").write_text(json.dumps({"id": "good", "text": TEXT.replace("mill", "bank")}) + "\n" + "x" * 100_000)
    real = records._Counted.readinto

    def readinto(self, buffer):
        if self.size:
            raise OSError(code, os.strerror(code))
        return real(self, buffer)

    monkeypatch.setattr(records._Counted, "readinto", readinto)
    result = call("run", pages, tmp_path / "out")
    assert result.exit_code == 3, result.output
    assert f"b.jsonl: cannot be read: {os.strerror(code)}" in result.stderr


@pytest.mark.parametrize("error", [MemoryError, pa.ArrowMemoryError])
@pytest.mark.parametrize("where", ["pipeline.formats.assemble.split_columns", "pyarrow.parquet.ParquetFile.iter_batches"])
def test_want_of_memory_is_no_bad_page(error, where, pages, tmp_path, monkeypatch):
    pq.write_table(pa.table({"text": [TEXT.replace("mill", "bank")]}), pages / "b.parquet")
    with monkeypatch.context() as patch:
        patch.setattr(where, Mock(side_effect=error("malloc failed")))
        result = call("run", pages, tmp_path / "out")
    assert (result.exit_code, len(result.stderr.splitlines())) == (5, 1), result.output
    assert "out of memory" in result.stderr
    assert call("run", pages, tmp_path / "out").exit_code == 0


@pytest.mark.parametrize("options", [[], ["--state"]])
def test_a_file_system_without_locks(options, pages, tmp_path, monkeypatch):
    """As some NFS mounts: it is not "another run"."""
    import fcntl

    calls, real = [], fcntl.flock

    def flock(descriptor, how):
        calls.append(how)
        if len(calls) > len(options):  # with a state, the first is the output's
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))
        real(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    result = call("run", pages, tmp_path / "out", *(x for option in options for x in (option, tmp_path / "state")))
    assert result.exit_code == 5
    assert "No locks available" in result.stderr


def test_clocks_are_not_trusted(pages, tmp_path, monkeypatch):
    """Inputs from the future and from before 1970, and a clock that jumps back in the middle of a run."""
    import time

    now = iter(range(10**9, 0, -1000))
    for name in ("time", "monotonic"):
        monkeypatch.setattr(time, name, lambda: float(next(now)))
    os.utime(pages / "a.txt", (2**33, 2**33))
    (pages / "b.txt").write_text(TEXT.replace("mill", "bank"))
    os.utime(pages / "b.txt", (-(10**6), -(10**6)))
    result = call("run", pages, tmp_path / "out", "--metrics", tmp_path / "m.prom")
    assert result.exit_code == 0, result.output
    again = call("run", pages, tmp_path / "again")
    assert again.exit_code == 0
    assert (tmp_path / "out" / "_manifest.json").read_bytes() == (tmp_path / "again" / "_manifest.json").read_bytes()


def test_output_under_a_file(pages, tmp_path):
    (tmp_path / "file").write_text("x")
    result = call("run", pages, tmp_path / "file" / "out")
    assert result.exit_code in (2, 5)
    assert "Traceback" not in result.stderr


def test_an_input_that_vanishes(pages, tmp_path, monkeypatch):
    from pipeline.formats import inputs

    (pages / "b.txt").write_text(TEXT.replace("mill", "bank"))
    find = inputs.find

    def find_and_remove(paths):
        found = find(paths)
        (pages / "b.txt").unlink()
        return found

    monkeypatch.setattr(inputs, "find", find_and_remove)
    result = call("run", pages, tmp_path / "out")
    assert result.exit_code == 3
    assert "b.txt: cannot be read: No such file or directory" in result.stderr
    assert (tmp_path / "out" / "text" / "a.txt").exists()


def test_two_runs_at_once_leave_one_valid_output(pages, tmp_path):
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", pages, tmp_path / "out", "--quiet"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate()[1] for process in both]
    assert {process.returncode for process in both} <= {0, 6}
    assert 0 in {process.returncode for process in both}
    assert b"Traceback" not in b"".join(errors)
    assert CliRunner().invoke(main, ["check", str(tmp_path / "out")]).exit_code == 0
