"""Runs over one state: what yesterday wrote is known today, whatever happens in between."""

import json
import os
import shutil
from contextlib import closing, contextmanager
from dataclasses import replace

import orjson
import pytest
from click.testing import CliRunner

from pipeline import run
from pipeline.cli import main
from pipeline.dedup import Settings as Dedup
from pipeline.formats.writers import write_success
from pipeline.run import preview
from pipeline.store import State, StateError
from tests.store.conftest import NEWS, OTHER, SETTINGS, bytes_of, ledger, write

FIRES = [
    ("the same", NEWS, "exact-duplicate", "same words of run mon"),
    ("in capitals", NEWS.upper(), "exact-duplicate", "same words of run mon"),
    ("a word less", NEWS.replace("old ", ""), "near-duplicate", "Jaccard 0.91 of run mon"),
    ("longer: what was written stays", NEWS + " Boats may pass.", "near-duplicate", "Jaccard 0.92 of run mon"),
]


@pytest.mark.parametrize(("text", "rule", "evidence"), [row[1:] for row in FIRES], ids=[row[0] for row in FIRES])
def test_copies_of_yesterday(text, rule, evidence, go):
    go("mon", a=NEWS)
    assert ledger(go("tue", b=text)) == [("b", rule, evidence, "a")]


HOLDS = [
    ("another day", NEWS.replace("Monday", "Friday")),
    ("another sum", NEWS.replace("four", "nine")),
    ("another text", OTHER),
    ("a short line", "Doors open at eight."),
]


@pytest.mark.parametrize("text", [row[1] for row in HOLDS], ids=[row[0] for row in HOLDS])
def test_what_is_no_copy_stays(text, go):
    go("mon", a=NEWS + "\n\nDoors open at eight.")
    assert ledger(go("tue", b=text)) == []


def test_near_copies_of_today_follow_their_exact_copy(go):
    go("mon", a=NEWS)
    rows = ledger(go("tue", b=NEWS, c=NEWS.replace("old ", "")))
    assert [(row[0], row[3]) for row in rows] == [("b", "a"), ("c", "a")]


def test_what_was_dropped_is_not_kept(go):
    go("mon", a=NEWS)
    go("tue", b=NEWS)
    assert ledger(go("wed", c=NEWS)) == [("c", "exact-duplicate", "same words of run mon", "a")]


@pytest.mark.parametrize(
    "changes", [{"keep": "first"}, {"keep": "priority:rank"}, {"contained": "corpus"}, {"guard": False}], ids=str
)
def test_what_was_written_stays_whatever_is_preferred(changes, go):
    settings = replace(SETTINGS, dedup=Dedup(**changes))
    go("mon", settings, a=NEWS)
    rows = ledger(go("tue", settings, b=NEWS + " Boats may pass.", c=NEWS))
    assert [(row[0], row[3]) for row in rows] == [("b", "a"), ("c", "a")]


def test_rows_of_another_version_are_refused(go, monkeypatch):
    from pipeline import plan

    settings = replace(SETTINGS, stages=("boilerplate",))
    go("mon", settings, a=NEWS)
    learner = type(plan.passes(settings)[0].observe)
    old = learner.combine
    monkeypatch.setattr(
        learner, "combine", lambda self, rows: old(self, rows).append_column("new", [[1] * len(old(self, rows))])
    )
    with pytest.raises(StateError, match=r"made by another version.*--rebuild OUTPUT"):
        go("tue", settings, a=NEWS)


def test_a_run_never_meets_itself(go, tmp_path):
    for name, text in (("mon", NEWS), ("tue", NEWS + "\n\n" + OTHER), ("wed", OTHER)):
        go(name, a=text, b=text)
    before = {name: bytes_of(tmp_path / name) for name in ("mon", "tue", "wed", "state")}
    for name, text in (("tue", NEWS + "\n\n" + OTHER), ("mon", NEWS), ("wed", OTHER)):
        go(name, a=text, b=text)
    assert {name: bytes_of(tmp_path / name) for name in before} == before


def test_a_run_without_a_name_is_named_by_its_inputs(tmp_path):
    pages = write(tmp_path / "in", a=NEWS)
    for _ in range(2):
        assert ledger(run([pages], tmp_path / "out", SETTINGS, state=tmp_path / "state").output) == []
        os.utime(pages / "a.txt", (1, 1))
    (pages / "a.txt").write_text(NEWS + "\n\n" + OTHER + "\n")
    assert [row[1] for row in ledger(run([pages], tmp_path / "out", SETTINGS, state=tmp_path / "state").output)] == [
        "exact-duplicate"
    ]


@pytest.mark.parametrize("changes", [{"workers": 2}, {"batch": 1}, {"batch": 10**9}], ids=str)
def test_same_bytes_however_cut(changes, seeds, tmp_path):
    settings = replace(SETTINGS, stages=("boilerplate", "repair", "dedup"))
    parts, found = sorted(seeds.iterdir()), []
    for folder, one in (("one", settings), ("two", replace(settings, **changes))):
        for name, some in (("mon", parts[::2]), ("tue", parts[1::2])):
            run(some, tmp_path / folder / name, replace(one, run=name), state=tmp_path / folder / "state")
        found.append(bytes_of(tmp_path / folder))
    assert found[0] == found[1]
    assert json.loads(found[0]["tue/_manifest.json"])["run"] == "tue"


def test_lines_of_a_site_are_learnt_over_runs(tmp_path):
    frame = "Harbour Gazette puzzle of the week"
    settings = replace(SETTINGS, stages=("boilerplate",))
    for name in ("mon", "tue", "wed"):
        row = {"id": name, "url": f"https://gazette.example/{name}", "text": f"{frame}\n\n{NEWS} {name}\n\n{OTHER} {name}"}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n")
        run([tmp_path / f"{name}.jsonl"], tmp_path / name, replace(settings, run=name), state=tmp_path / "state")
    alone = run([tmp_path / "wed.jsonl"], tmp_path / "alone", settings).output
    assert "site-line" not in {row[1] for row in ledger(alone)}
    assert "site-line" in {row[1] for row in ledger(tmp_path / "wed")}


def test_a_dry_run_changes_nothing(go, tmp_path):
    go("mon", a=NEWS)
    before = bytes_of(tmp_path / "state")
    settings = replace(SETTINGS, state=str(tmp_path / "state"), run="tue")
    report = preview([write(tmp_path / "in", b=NEWS)], settings).report
    assert [row["count"] for row in report["dropped"]] == [1]
    assert bytes_of(tmp_path / "state") == before


def test_other_settings_are_refused(go):
    go("mon", a=NEWS)
    with pytest.raises(StateError, match="shingle 2, not 3"):
        go("tue", replace(SETTINGS, dedup=Dedup(shingle=3)), b=NEWS)


class Crash(BaseException):
    """Stands for kill -9: no handler of the program catches it."""


@contextmanager
def crashing(monkeypatch, at):
    """The `at`-th call of any step of the commit does not return; yields the paths of the calls so far."""
    calls = []

    def wrap(name):
        real = getattr(os, name)

        def step(*args, **kwargs):
            calls.append(str(args[0]))
            if len(calls) == at:
                raise Crash(name)
            return real(*args, **kwargs)

        return step

    with monkeypatch.context() as patch:
        for name in ("rename", "fsync", "unlink", "mkdir", "replace", "rmdir"):
            patch.setattr(os, name, wrap(name))
        yield calls


@pytest.mark.parametrize(("old", "then"), [(False, "same"), (True, "other")], ids=["new, then the same", "old, then another"])
def test_a_crash_at_any_step(old, then, tmp_path, monkeypatch):
    """Output and state change together: after the crash each other run sees both as they were, or both new."""
    settings = replace(SETTINGS, formats=("text",), fsync=False)
    pages = {
        name: write(tmp_path / f"in-{name}", **{name: text}) for name, text in (("mon", NEWS), ("tue", NEWS + "\n\n" + OTHER))
    }
    probe = write(tmp_path / "in-probe", probe=OTHER)

    def job(folder, name):
        run([pages[name]], folder / "out", replace(settings, run=name), state=folder / "state")

    start, expected = tmp_path / "start", tmp_path / "expected"
    for folder in (start, expected):
        run([pages["mon"]], folder / "mon", replace(settings, run="mon"), state=folder / "state")
        if old:
            run([write(tmp_path / "in-old", c="Nothing of note.")], folder / "out", settings)
    with crashing(monkeypatch, 0) as calls:
        job(expected, "tue")
    first = next(at for at, path in enumerate(calls, 1) if "/state/files/" in path)
    for at in range(first, len(calls) + 1):
        folder = tmp_path / "now"
        shutil.copytree(start, folder)
        with crashing(monkeypatch, at), pytest.raises(Crash):
            job(folder, "tue")
        if then == "same":
            job(folder, "tue")
            assert bytes_of(folder) == bytes_of(expected), at
        else:
            stands = (folder / "out" / "text" / "tue.txt").exists()
            done = run([probe], folder / "probe", replace(settings, run="probe"), state=folder / "state").output
            assert bool(ledger(done)) == stands, at
        shutil.rmtree(folder)


def call(*args):
    return CliRunner().invoke(main, [str(a) for a in args])


def test_the_command_shows_forgets_compacts_and_checks(go, tmp_path):
    go("mon", a=NEWS)
    go("tue", b=OTHER)
    state = tmp_path / "state"
    shown = call("state", state)
    assert shown.exit_code == 0
    assert "mon: 1 paragraphs of 1 documents" in shown.stdout
    assert "2 runs, 2 paragraphs in 1 segments" in shown.stdout
    assert call("check", state).exit_code == 0
    assert call("state", state, "--forget", "mon").exit_code == 0
    assert "mon" not in call("state", state, "--compact").stdout
    assert call("state", state, "--forget", "mon").exit_code == 2
    assert call("state", tmp_path / "nothing").exit_code == 2


def test_a_damaged_state_is_refused_and_made_again_from_its_outputs(go, tmp_path):
    outputs = [
        go("mon", a=NEWS + "\n\nDoors open at eight.\n\n" + OTHER),
        go("tue", b=OTHER + "\n\n" + OTHER.replace("ten", "two")),
    ]
    state, before = tmp_path / "state", bytes_of(tmp_path / "state")
    [file] = (state / "files").iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    refused = call("run", tmp_path / "in-mon", tmp_path / "out", "--state", state, "--stages", "dedup")
    assert refused.exit_code == 4
    assert f"pipeline state {state} --rebuild OUTPUT" in refused.stderr
    assert call("check", state).exit_code == 4
    again = [part for output in outputs for part in ("--rebuild", output)]
    assert call("state", state, *again).exit_code == 0
    assert bytes_of(state) == before


SITE = [f"Our story of the day, number {n}, is told below." for n in ("one", "two", "three", "four", "five", "six")]


def pages(first, last):
    """Pages of a site, each with a line of its own between two that all of them carry."""
    return {
        f"p{n}": f"Follow the mill on paper and by post\n\n{SITE[n]}\n\nPlease send us what you sae" for n in range(first, last)
    }


def test_what_was_learnt_is_in_the_outputs_too(go, tmp_path):
    settings = replace(SETTINGS, stages=("boilerplate", "repair", "dedup"))
    outputs = [go("mon", settings, **pages(0, 3)), go("tue", settings, **pages(3, 6))]
    state, before = tmp_path / "state", bytes_of(tmp_path / "state")
    assert (outputs[0] / "_learnt" / "site-lines").is_dir()
    made = call("state", state, "--rebuild", outputs[0], "--rebuild", outputs[1])
    assert (made.exit_code, made.stderr) == (0, "")
    assert bytes_of(state) == before
    with closing(State(state, None)) as found:
        assert found.manifest.runs[1].learnt["site-lines"].rows > 0


def without_learnt(output, *, said):
    """An output that has lost what its run learnt; of older code its manifest does not say that there was any."""
    shutil.rmtree(output / "_learnt")
    path = output / "_manifest.json"
    manifest = orjson.loads(path.read_bytes())
    if not said:
        del manifest["_learnt"]
    path.write_bytes(orjson.dumps(manifest))
    write_success(output)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("state", "made without a state"),
        ("version", "made by version 0.0.1"),
        ("older", "made by older code, which did not keep what its run learnt"),
        ("lost", "its folder _learnt has lost what its run learnt (site-lines"),
    ],
)
def test_what_an_output_lacks_is_said(change, said, go, tmp_path, monkeypatch):
    settings = replace(SETTINGS, stages=("boilerplate", "dedup"))
    if change == "state":
        output = run([write(tmp_path / "in", **pages(0, 3))], tmp_path / "out", settings).output
    else:
        if change == "version":
            monkeypatch.setattr("pipeline.job.__version__", "0.0.1")
        output = go("mon", settings, **pages(0, 3))
        if change in ("older", "lost"):
            without_learnt(output, said=change == "lost")
    made = call("state", tmp_path / "new", "--rebuild", output)
    assert made.exit_code == 0
    assert said in made.stderr
    assert "a line may stay, and a word damaged, until as many pages show it again" in made.stderr
    with closing(State(tmp_path / "new", None)) as found:
        assert not found.manifest.runs[0].learnt
    assert ledger(run([write(tmp_path / "more", x=NEWS)], tmp_path / "next", settings, state=tmp_path / "new").output) == []


def test_nothing_is_said_where_nothing_is_learnt(tmp_path):
    output = run([write(tmp_path / "in", a=NEWS)], tmp_path / "out", SETTINGS).output
    assert call("state", tmp_path / "new", "--rebuild", output).stderr == ""


def test_rebuild_leaves_other_folders_alone(go, tmp_path):
    output = go("mon", a=NEWS)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("Mine.")
    assert call("state", tmp_path / "letters", "--rebuild", output).exit_code == 4
    assert (tmp_path / "letters" / "one.txt").read_text() == "Mine."


@pytest.mark.parametrize(("state", "output"), [("out/state", "out"), ("s", "s/out"), ("out", "out")])
def test_state_and_output_lie_apart(state, output, tmp_path):
    pages = write(tmp_path / "in", a=NEWS)
    refused = call("run", pages, tmp_path / output, "--state", tmp_path / state, "--stages", "dedup", "--workers", 1)
    assert refused.exit_code == 2
    assert "inside one another" in refused.stderr


def test_a_second_run_waits_for_none(go, tmp_path):
    from pipeline.store import State

    held = State(tmp_path / "state", None)
    refused = call("run", write(tmp_path / "in", a=NEWS), tmp_path / "out", "--state", tmp_path / "state", "--stages", "dedup")
    held.close()
    assert refused.exit_code == 6
    assert f"process {os.getpid()}" in refused.stderr
