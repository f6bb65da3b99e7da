"""Disk full, failing fsync, folders that cannot be written, inputs that vanish: one line, exit 5, and nothing torn."""

import errno
import os

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
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 5, done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == before
    assert call("run", pages, tmp_path / "out").exit_code == 0


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
    import subprocess
    import sys

    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", pages, tmp_path / "out", "--quiet"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate()[1] for process in both]
    assert {process.returncode for process in both} <= {0, 6}
    assert 0 in {process.returncode for process in both}
    assert b"Traceback" not in b"".join(errors)
    assert CliRunner().invoke(main, ["check", str(tmp_path / "out")]).exit_code == 0
