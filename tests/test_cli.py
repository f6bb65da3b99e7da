"""The contract of the command: exit codes, streams, what is said and what is written."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pipeline.cli import main

TEXT = "The mill by the old bridge opened its doors again on Friday, after two years of repairs.\n"
COMMAND = [sys.executable, "-c", "from pipeline.cli import main; main()"]


def call(*args, **kwargs):
    return CliRunner().invoke(main, [str(a) for a in args], **kwargs)


@pytest.fixture
def pages(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text(TEXT)
    return tmp_path / "pages"


BAD = [
    ("empty.txt", b"", "empty"),
    ("white.txt", b" \n\n", "white space"),
    ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG"),
    ("cut.txt.gz", None, "too early"),
    ("broken.jsonl", b'{"id": 1, "text": "A good row."}\n{"id": 2, "te\n', "not JSON"),
    ("without.jsonl", b'{"id": 1}\n', 'no "text"'),
    ("number.jsonl", b'{"id": 1, "text": 7}\n', "not a string"),
    ("bytes.jsonl", b'{"id": 1, "text": "caf\xe9"}\n', "invalid UTF-8"),
]


@pytest.mark.parametrize(("name", "data", "reason"), BAD, ids=[row[0] for row in BAD])
def test_bad_input_is_rejected_and_its_neighbours_live(name, data, reason, pages, tmp_path):
    import gzip

    (pages / name).write_bytes(gzip.compress(TEXT.encode() * 50)[:-20] if data is None else data)
    result = call("run", pages, tmp_path / "out", "--workers", 1)
    assert result.exit_code == 3, result.output
    rows = [json.loads(line) for line in (tmp_path / "out" / "_rejects.jsonl").read_bytes().splitlines()]
    assert [row["path"] for row in rows] == [name]
    assert reason in rows[0]["reason"]
    assert f"{name}" in result.stderr
    assert "Traceback" not in result.stderr
    assert (tmp_path / "out" / "text" / "a.txt").read_text() == TEXT
    assert call("run", pages, tmp_path / "out", "--workers", 1, "--allow-rejects").exit_code == 0


def test_every_input_is_accounted_for(pages, tmp_path):
    """Documents in are written, emptied or rejected; each of these is counted where it stands."""
    for name, data, _ in BAD:
        (pages / name).write_bytes(data or b"")
    (pages / "copy.txt").write_text(TEXT)
    (pages / "furniture.txt").write_text("[ad_1]\n\n[ad_2]\n")
    (pages / "rows.csv").write_text("id,text\nx,The bank by the river closes its doors on Friday after a hundred years.\ny\n")
    result = call("run", pages, tmp_path / "out", "--workers", 1, "--formats", "text,jsonl,parquet")
    assert result.exit_code == 3
    documents = json.loads((tmp_path / "out" / "_manifest.json").read_bytes())["documents"]
    rejected = (tmp_path / "out" / "_rejects.jsonl").read_bytes().splitlines()
    lines = (tmp_path / "out" / "jsonl" / "part-00000.jsonl").read_bytes().splitlines()
    texts = list((tmp_path / "out" / "text").rglob("*.txt"))
    rows = pq.read_table(tmp_path / "out" / "_documents")["status"].to_pylist()
    assert documents["in"] == documents["written"] + documents["emptied"] + documents["rejected"]
    assert documents["written"] == len(lines) == len(texts) == rows.count("written") > 2
    assert documents["emptied"] == rows.count("emptied") == 2
    assert documents["rejected"] == len(rejected) == len(BAD) + 1
    assert call("undo", tmp_path / "out", tmp_path / "back").exit_code == 0
    assert len(list((tmp_path / "back").rglob("*.txt"))) == documents["written"] + documents["emptied"]


def test_pipes_and_links_that_leave_the_input_are_not_opened(pages, tmp_path):
    os.mkfifo(pages / "fifo.txt")
    (tmp_path / "secret.txt").write_text("A secret.")
    (pages / "link.txt").symlink_to(tmp_path / "secret.txt")
    result = call("run", pages, tmp_path / "out", "--workers", 1)
    assert result.exit_code == 3
    rows = [json.loads(line) for line in (tmp_path / "out" / "_rejects.jsonl").read_bytes().splitlines()]
    assert {row["path"]: row["reason"] for row in rows} == {
        "fifo.txt": "not a regular file but a pipe",
        "link.txt": "a link that leaves INPUT",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(pages, tmp_path):
    (pages / "locked.txt").write_text(TEXT)
    (pages / "locked.txt").chmod(0)
    assert call("run", pages, tmp_path / "out").exit_code == 3


USAGE = [
    (["missing", "out"], "no such file"),
    (["pages", "pages/out"], "OUTPUT lies inside INPUT"),
    (["pages/a.txt", "pages"], "INPUT lies inside OUTPUT"),
    (["pages", "pages"], "OUTPUT lies inside INPUT"),
    (["pages", "out", "--formats", "xml"], "'xml' is none of"),
    (["pages", "out", "--stages", "boilerplate,magic"], "'magic' is none of"),
    (["pages", "out", "--set", "dedup.treshold=1"], "unknown setting dedup.treshold"),
    (["pages", "out", "--set", "dedup.threshold"], "NAME=VALUE"),
    (["pages", "out", "--set", "dedup.threshold=high"], "dedup.threshold"),
    (["pages", "out", "--config", "missing.toml"], "missing.toml"),
    (["pages", "out", "--wrong"], "No such option"),
    (["pages", "taken"], "no run of this command made"),
    (["pages", "file"], "OUTPUT is a file"),
]


@pytest.mark.parametrize(("args", "message"), USAGE, ids=[" ".join(row[0]) for row in USAGE])
def test_usage_errors(args, message, pages, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "precious.txt").write_text("Mine.")
    (tmp_path / "file").write_text("Mine too.")
    result = call("run", *args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert (tmp_path / "taken" / "precious.txt").read_text() == "Mine."
    assert "Traceback" not in result.stderr


def test_strict_writes_nothing(pages, tmp_path):
    (pages / "empty.txt").write_bytes(b"")
    result = call("run", pages, tmp_path / "out", "--strict", "--workers", 1)
    assert result.exit_code == 3
    assert not (tmp_path / "out").exists()


def test_an_output_is_replaced_only_by_a_finished_run(pages, tmp_path):
    assert call("run", pages, tmp_path / "out", "--workers", 1).exit_code == 0
    before = (tmp_path / "out" / "_manifest.json").read_bytes()
    (pages / "empty.txt").write_bytes(b"")
    assert call("run", pages, tmp_path / "out", "--strict", "--workers", 1).exit_code == 3
    assert (tmp_path / "out" / "_manifest.json").read_bytes() == before
    assert call("run", pages, tmp_path / "out", "--workers", 1).exit_code == 3
    assert (tmp_path / "out" / "_manifest.json").read_bytes() != before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "pages"]


def test_another_run_holds_the_lock(pages, tmp_path):
    import fcntl

    with (tmp_path / ".out.lock").open("w") as file:
        file.write("4711")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        result = call("run", pages, tmp_path / "out")
    assert result.exit_code == 6
    assert "process 4711" in result.stderr


def test_an_output_that_is_a_link(pages, tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk", target_is_directory=True)
    for _ in range(2):
        assert call("run", pages, tmp_path / "out", "--workers", 1).exit_code == 0
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "disk" / "_SUCCESS").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["disk", "out", "pages"]


def test_nothing_to_read(tmp_path):
    (tmp_path / "pages").mkdir()
    result = call("run", tmp_path / "pages", tmp_path / "out", "--formats", "text,jsonl,parquet", "--workers", 1)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "_SUCCESS").exists()
    assert (tmp_path / "out" / "jsonl" / "part-00000.jsonl").read_bytes() == b""


def test_standard_streams(tmp_path):
    rows = [{"id": "a", "text": "[ad_1]\n\n" + TEXT}, {"text": "Another page with a sentence of its own, and no id."}]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    done = subprocess.run([*COMMAND, "run", "-", "-", "--quiet"], input=data, capture_output=True, check=True)
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in out] == ["a", "stdin.jsonl:2"]
    assert out[0]["text"] == TEXT
    assert done.stderr == b""


def test_a_closed_pipe_ends_quietly(pages, tmp_path):
    call("run", pages, tmp_path / "out", "--workers", 1)
    script = f"{sys.executable} -c 'from pipeline.cli import main; main()' explain {tmp_path / 'out'} a | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {script}"], capture_output=True)
    assert done.stderr == b""


def test_a_pipe_closed_in_mid_stream_ends_quietly(tmp_path):
    rows = "".join(json.dumps({"id": str(n), "text": f"{TEXT} Page {n}. " * 20}) + "\n" for n in range(200))
    (tmp_path / "in.jsonl").write_text(rows)
    script = (
        f"{' '.join(map(shlex.quote, COMMAND))} run - - --stages boilerplate --quiet < {tmp_path / 'in.jsonl'} | head -c 100"
    )
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {script}"], capture_output=True)
    assert (done.returncode, done.stderr, len(done.stdout)) == (0, b"", 100)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_the_run_and_the_next_one_goes_on(number, code, seeds, tmp_path):
    pages = tmp_path / "pages.jsonl"
    pages.write_text("".join(json.dumps({"id": str(i), "text": f"{TEXT} Page {i}."}) + "\n" for i in range(3000)))
    args = [*COMMAND, "run", str(pages), str(tmp_path / "out"), "--workers", "1", "--set", "batch=20000"]
    # a shell starts what goes to the background with SIGINT ignored, and children inherit that
    heeds = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(args, stderr=subprocess.PIPE, preexec_fn=heeds)
    work = tmp_path / ".out.work"
    while not list(work.glob("*/read/*.json")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == code, errors
    assert b"Traceback" not in errors
    assert not (tmp_path / "out").exists()
    assert subprocess.run([*args, "--quiet"], capture_output=True).returncode == 0
    assert not work.exists()


def test_log_json(pages, tmp_path):
    (pages / "empty.txt").write_bytes(b"")
    result = call("run", pages, tmp_path / "out", "--log", "json", "--workers", 1)
    events = [json.loads(line) for line in result.stderr.splitlines()]
    assert {"level", "event", "message"} <= set(events[0])
    assert any(row["event"] == "reject" and row["path"] == "empty.txt" for row in events)


def test_explain(pages, tmp_path):
    (pages / "b.txt").write_text("[ad_1]\n\nThe offensiveespecially was long and hard and it went on for years.\n\x1b[31mred\n")
    call("run", pages, tmp_path / "out", "--workers", 1)
    result = call("explain", tmp_path / "out", "b", "--no-colour")
    assert result.exit_code == 0
    assert "- [ad_1]\n    ^ boilerplate/shortcode" in result.stdout
    assert "\x1b" not in result.stdout
    assert call("explain", tmp_path / "out", "nobody").exit_code == 2
    assert call("explain", tmp_path, "b").exit_code == 2


def test_report(pages, tmp_path):
    call("run", pages, tmp_path / "out", "--workers", 1)
    result = call("report", tmp_path / "out", "--html", tmp_path / "page.html")
    assert "1 documents: 1 written" in result.stdout
    page = (tmp_path / "page.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "http" not in page


def test_undo(pages, tmp_path):
    call("run", pages, tmp_path / "out", "--workers", 1)
    assert call("undo", tmp_path / "out", tmp_path / "back").exit_code == 0
    assert (tmp_path / "back" / "a.txt").read_text() == TEXT
    assert call("undo", tmp_path / "out", tmp_path / "back").exit_code == 2
    (tmp_path / "out" / "jsonl" / "part-00000.jsonl").write_text(json.dumps({"id": "a", "text": "Forged."}) + "\n")
    result = call("undo", tmp_path / "out", tmp_path / "forged")
    assert result.exit_code == 5
    assert not (tmp_path / "forged").exists()


def test_every_command_has_help():
    for name, command in main.commands.items():
        assert command.help, name
        assert all(p.help for p in command.params if p.param_type_name == "option"), name


def test_help_names_the_defaults():
    from pipeline import Settings

    text = call("run", "--help").stdout
    assert f"[default: {','.join(Settings().formats)}]" in " ".join(text.split())
    assert f"[default: {Settings().engine}]" in " ".join(text.split())


def test_help_imports_nothing_heavy():
    heavy = ("numpy", "pyarrow", "ftfy", "bs4", "wordfreq", "datasketch", "rich")
    code = (
        "import sys; from pipeline.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_work_of_another_job_is_not_taken_up(pages, tmp_path):
    stale = tmp_path / ".out.work" / "0123456789abcdef"
    stale.mkdir(parents=True)
    (stale / "names").write_bytes(b"not Arrow")
    assert call("run", pages, tmp_path / "out", "--workers", 1).exit_code == 0
    assert not stale.exists()


def test_output_beside_a_relative_path(pages, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("run", "pages", "out", "--workers", 1).exit_code == 0
    assert Path("out/_SUCCESS").exists()


def test_dry_run(pages, tmp_path):
    result = call("run", pages, tmp_path / "out", "--dry-run", "--workers", 1)
    assert json.loads(result.stdout)["documents"]["written"] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pages"]


def test_metrics(pages, tmp_path):
    (pages / "empty.txt").write_bytes(b"")
    call("run", pages, tmp_path / "out", "--metrics", tmp_path / "m.prom", "--workers", 1)
    lines = (tmp_path / "m.prom").read_text().splitlines()
    assert 'pipeline_documents{status="written"} 1' in lines
    assert 'pipeline_rejects{reason="empty file"} 1' in lines
    assert all(line.startswith("#") or len(line.rsplit(" ", 1)) == 2 for line in lines)


DAMAGE = {
    "a byte": lambda out: (out / "text" / "a.txt").write_text("The mill by the old bridge was changed."),
    "a file less": lambda out: (out / "text" / "a.txt").unlink(),
    "a file more": lambda out: (out / "text" / "b.txt").write_text("b"),
    "the ledger": lambda out: (out / "_ledger" / "part-00000.parquet").write_bytes(b"PAR1"),
    "the manifest": lambda out: (out / "_manifest.json").write_text("{}"),
    "the marker": lambda out: (out / "_SUCCESS").write_bytes(b""),
    "the documents": lambda out: (out / "_documents" / "part-00000.parquet").write_bytes(b""),
}


def test_a_damaged_output_is_told_from_a_bug(pages, tmp_path):
    """A flipped bit or a cut in any file of an output: `check` finds it, and no command fails with anything but a line."""
    import random

    (pages / "b.txt").write_text("[ad_1]\n\nThe offensiveespecially was long and hard and it went on for years.\n")
    call("run", pages, tmp_path / "out", "--workers", 1, "--formats", "jsonl")
    rng, html = random.Random(3), tmp_path / "page.html"
    for path in sorted(p for p in (tmp_path / "out").rglob("*") if p.is_file()) * 4:
        data = path.read_bytes()
        at = rng.randrange(len(data)) if data else 0
        path.write_bytes(
            rng.choice([data[:at], data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]]) if data else b"x"
        )
        assert call("check", tmp_path / "out").exit_code == 4, path
        back = tmp_path / "back"
        for args in (
            ["explain", tmp_path / "out", "b"],
            ["report", tmp_path / "out", "--html", html],
            ["undo", tmp_path / "out", back],
        ):
            result = call(*args)
            assert result.exit_code in (0, 2, 5), (path, result.exception)
        shutil.rmtree(back, ignore_errors=True)
        path.write_bytes(data)
    assert call("check", tmp_path / "out").exit_code == 0


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_check(damage, pages, tmp_path):
    call("run", pages, tmp_path / "out", "--workers", 1)
    assert call("check", tmp_path / "out").exit_code == 0
    damage(tmp_path / "out")
    result = call("check", tmp_path / "out")
    assert result.exit_code == 4
    assert "Traceback" not in result.stderr
    assert call("check", tmp_path).exit_code == 2
