"""The files for schedulers say what the command does."""

import ast
import re
import shutil
import subprocess
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
