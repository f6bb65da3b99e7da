"""Runs on a real disk that fills up, a tmpfs of our own; started by `test_disk.py` in a mount namespace of its own.

unshare --user --map-root-user --mount python -m tests.faults.full_disk FOLDER [KIB ...]
"""

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from tests.faults.test_crash import bytes_of

TEXT = "The mill {n} by the old bridge opened its doors again on day {n}, after {n} years of repairs and of waiting.\n\n"


def call(*args):
    """The command, in this process."""
    return CliRunner().invoke(main, [str(a) for a in args])


def mounted(folder, size):
    """A folder on a disk of so many KiB."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], check=True)
    return folder


def rounds(folder, where, sizes):
    """For each size: what a run says, what stands afterwards, and whether it ends well once there is room."""
    pages, options = folder / "pages", ["--workers", "1", "--stages", "boilerplate,dedup", "--set", "batch=4000"]
    for size in sizes:
        disk = mounted(folder / "disk", size)
        elsewhere = folder / f"elsewhere-{where}-{size}"
        elsewhere.mkdir()
        out = (disk if where == "output" else elsewhere) / "out"
        state = (disk if where == "state" else elsewhere) / "state"
        arguments = ["run", pages, out, *options, "--state", state]
        full = call(*arguments)
        half = out.exists() and not (out / "_SUCCESS").exists()
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        again = call(*arguments)
        found = bytes_of(out), bytes_of(state), sorted(p.name for p in out.parent.iterdir())
        subprocess.run(["umount", disk], check=True)
        yield {
            "size": size,
            "code": full.exit_code,
            "lines": full.stderr.strip().splitlines(),
            "half": half,
            "again": again.exit_code,
            "same": found[0] == bytes_of(folder / "expected" / "out") and found[1] == bytes_of(folder / "expected" / "state"),
            "left": found[2],
        }


def campaign(folder, sizes):
    """All rounds, for a full disk under the output and its work, and under the state."""
    (folder / "pages").mkdir()
    for name in range(12):
        (folder / "pages" / f"{name}.txt").write_text("".join(TEXT.format(n=100 * name + n) for n in range(20)))
    expected = folder / "expected"
    expected.mkdir()
    options = ["--workers", "1", "--stages", "boilerplate,dedup", "--set", "batch=4000"]
    assert call("run", folder / "pages", expected / "out", *options, "--state", expected / "state").exit_code == 0
    return {where: list(rounds(folder, where, sizes)) for where in ("output", "state")}


if __name__ == "__main__":
    json.dump(campaign(Path(sys.argv[1]), list(map(int, sys.argv[2:]))), sys.stdout)
