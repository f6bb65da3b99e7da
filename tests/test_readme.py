"""What the README claims is what the program does."""

import doctest
import re
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_examples():
    assert doctest.testfile(str(ROOT / "README.md"), module_relative=False).attempted > 0
    assert doctest.testfile(str(ROOT / "README.md"), module_relative=False).failed == 0


def test_every_command_and_option_is_named():
    for name in main.commands:
        assert f"`pipeline {name}" in README
    for option in main.commands["run"].params:
        if option.param_type_name == "option":
            assert option.opts[0] in README, option.opts


def test_exit_codes_are_those_of_the_command():
    from pipeline import cli

    said = {int(n) for row in re.findall(r"^\| ([\d, ]+) \|", README, re.MULTILINE) for n in row.split(",")}
    real = {cli.DONE, cli.BUG, cli.USAGE, cli.REJECTED, cli.STATE, cli.FAILED, cli.LOCKED, cli.INTERRUPTED, cli.TERMINATED}
    assert said == real


def test_the_shown_explanation_is_the_real_one(update_golden):
    shown = CliRunner().invoke(main, ["explain", str(ROOT / "cleaned"), "valley/ferry-timetable", "--no-colour"]).stdout
    block = (
        "<!-- explain -->\n\n" + "".join(f"    {line}".rstrip() + "\n" for line in shown.splitlines()) + "\n<!-- /explain -->"
    )
    if update_golden:
        text = re.sub(r"<!-- explain -->.*?<!-- /explain -->", lambda _: block, README, flags=re.DOTALL)
        (ROOT / "README.md").write_text(text, "utf-8")
    else:
        assert block in README
