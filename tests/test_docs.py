"""The files for schedulers say what the command does."""

import ast
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from pipeline import cli

DOCS = Path(__file__).parent.parent / "docs"
FOLDER = DOCS / "scheduling"


def codes(text):
    return {int(n) for n in re.findall(r"\d+", text)}


def test_the_exit_codes_are_those_of_the_command():
    text = (DOCS / "scheduling.md").read_text()
    said = set().union(*(codes(row) for row in re.findall(r"^\| ([\d, ]+) \|", text, re.MULTILINE)))
    names = ("DONE", "BUG", "USAGE", "REJECTED", "STATE", "FAILED", "LOCKED", "INTERRUPTED", "TERMINATED")
    assert said == {getattr(cli, name) for name in names}


def test_the_crontab_is_shown_as_it_is():
    assert (FOLDER / "crontab").read_text() in (DOCS / "scheduling.md").read_text()


def test_every_flag_exists():
    known = {name for command in cli.main.commands.values() for p in command.params for name in p.opts}
    for path in FOLDER.iterdir():
        assert set(re.findall(r"(?<=[\s\"])--[a-z-]+", path.read_text())) <= known, path.name


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_units(tmp_path):
    for name in ("pipeline.service", "pipeline.timer"):
        shutil.copy(FOLDER / name, tmp_path)
    done = subprocess.run(["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_systemd_exit_codes():
    text = (FOLDER / "pipeline.service").read_text()
    assert f"SuccessExitStatus={cli.REJECTED}\n" in text
    assert f"RestartPreventExitStatus={cli.BUG} {cli.USAGE} {cli.STATE} {cli.LOCKED}\n" in text


def test_kubernetes():
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed here")
    job = yaml.safe_load((FOLDER / "cronjob.yaml").read_text())
    assert (job["apiVersion"], job["kind"], job["spec"]["concurrencyPolicy"]) == ("batch/v1", "CronJob", "Forbid")
    spec = job["spec"]["jobTemplate"]["spec"]
    fails = spec["podFailurePolicy"]["rules"][0]
    assert fails["action"] == "FailJob"
    assert fails["onExitCodes"] == {"operator": "In", "values": [cli.BUG, cli.USAGE, cli.STATE]}
    assert spec["template"]["spec"]["restartPolicy"] == "Never"  # podFailurePolicy asks for it


def test_airflow():
    tree = ast.parse((FOLDER / "airflow_dag.py").read_text())
    values = {
        k.arg: k.value.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Call)
        for k in n.keywords
        if isinstance(k.value, ast.Constant)
    }
    assert values["skip_on_exit_code"] == cli.LOCKED


def commands():
    """The arguments of `pipeline` in each example."""
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed here")
    job = yaml.safe_load((FOLDER / "cronjob.yaml").read_text())
    [container] = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    yield "kubernetes", container["args"]
    lines = {
        "cron": (FOLDER / "crontab").read_text().splitlines()[-1],
        "systemd": re.search(r"^ExecStart=(.+)$", (FOLDER / "pipeline.service").read_text(), re.MULTILINE).group(1),
        "airflow": re.search(r'bash_command="(.+)"', (FOLDER / "airflow_dag.py").read_text()).group(1),
    }
    for name, line in lines.items():
        words = shlex.split(line)
        yield name, words[max(n for n, word in enumerate(words) if Path(word).name == "pipeline") + 1 :]


@pytest.mark.parametrize("example", ["kubernetes", "cron", "systemd", "airflow"])
def test_the_command_of_each_example_is_understood(example):
    name, *arguments = dict(commands())[example]
    context = cli.main.commands[name].make_context(name, arguments)
    assert (context.params["inputs"], context.params["output"]) in [
        (("/srv/crawl",), "/srv/clean"),
        (("/data/crawl",), "/data/clean"),
    ]


def test_the_cron_line_is_one():
    ranges = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    [line] = [line for line in (FOLDER / "crontab").read_text().splitlines() if not line.startswith("#")]
    *times, command = line.split(None, 5)
    for field, (low, high) in zip(times, ranges, strict=True):
        assert field == "*" or low <= int(field) <= high
    assert "%" not in command  # cron takes it for a line break


def test_the_timer_starts_the_service():
    calendar = re.search(r"^OnCalendar=(.+)$", (FOLDER / "pipeline.timer").read_text(), re.MULTILINE).group(1)
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:\d\d", calendar)
    if shutil.which("systemd-analyze"):
        assert subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True).returncode == 0


FORBIDDEN = {
    "import pickle\n\npickle.loads(b'')\n": "S301",
    "eval('1')\n": "S307",
    "exec('1')\n": "S102",
    "import yaml\n\nyaml.load('')\n": "S506",
    "import subprocess\n\nsubprocess.run('x', shell=True)\n": "S602",
    "import os\n\nos.system('x')\n": "S605",
    "import tarfile\n\ntarfile.open('x').extractall()\n": "S202",
}


@pytest.mark.parametrize(("code", "rule"), FORBIDDEN.items(), ids=FORBIDDEN.values())
def test_the_linter_forbids_what_runs_data(code, rule):
    ruff = pytest.importorskip("ruff", reason="ruff is not installed here").find_ruff_bin()
    config = DOCS.parent / "pyproject.toml"
    args = [
        ruff,
        "check",
        "--config",
        config,
        "--stdin-filename",
        DOCS.parent / "pipeline" / "x.py",
        "--output-format",
        "json",
        "-",
    ]
    done = subprocess.run([*map(str, args)], input=code, capture_output=True, text=True)
    assert rule in {row["code"] for row in json.loads(done.stdout)}


def test_the_lock_pins_what_the_project_needs():
    """Every dependency with a hash, so that an audit of the lock is an audit of what is installed."""
    lock = (DOCS.parent / "requirements.lock").read_text()
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[<>=]", need)[0].lower() for need in project["dependencies"]}
    pinned = dict(re.findall(r"^([a-z0-9_.-]+)==\S+(.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+)", lock, re.MULTILINE))
    assert names <= pinned.keys()
    assert "://" not in lock
