"""`explain` judges a page again from OUTPUT alone: the same page, the same probabilities, and what weighed most."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pipeline import Settings, boilerplate, run, why
from pipeline.boilerplate.reasons import reasons
from pipeline.boilerplate.view import View
from pipeline.cli import main
from pipeline.formats import assemble, settle
from pipeline.formats import output as outputs
from pipeline.formats.output import Document
from pipeline.formats.records import Record
from pipeline.plan import LAYERS
from pipeline.single import decide

PROSE = [
    "The harbour board met on Monday evening and heard that the new pier will cost a third more than was planned.",
    "Its chairman said that the price of timber had doubled, and that a pier of steel was out of the ques-\ntion for them.",
    "A decision is expected in May, once the engineers have looked at the piles on which the old pier standsthe.",
    "Donâ€™t ask the badgeman, said the bumbuttador, before the embbuttassy of the clbuttic kind had been heard.",
]
MENU = ["Home", "Browse all topics", "My account", "Sign in to your account", "Popular this week", "Newsletter sign-up"]
TEXT = "\n\n".join(
    ["\n".join(MENU), "Pier will cost more | Coast News", *PROSE, "\n".join(MENU[::-1]), "Browse all topics here"]
)
MARKUP = (
    "<html><body><div class=top><ul>"
    + "".join(f"<li><a href=/x>{x}</a>" for x in MENU)
    + "</ul></div><main><h1>Pier will cost more</h1>"
    + "".join(f"<p>{p}</p>" for p in PROSE)
    + "<pre>  a = 1\n\n    b = 2</pre></main><div class=row><p>Follow the harbour on the radio<p>Sign up for our tide tables"
    + "<p>Ann Grey is a reporter</div></body></html>"
)
DOUBTFUL = "<main><p>" + "<div><a href=/x>Read: how the pier was built</a></div><p>".join(PROSE) + "</main>"
EVEN = Settings(workers=1, boilerplate=boilerplate.Settings(balance="even"))


def written(tmp_path, settings=EVEN):
    rows = [{"id": "text", "text": TEXT}, {"id": "html", "html": MARKUP}, {"id": "doubtful", "html": DOUBTFUL}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run([tmp_path / "in.jsonl"], tmp_path / "out", settings)
    return tmp_path / "out"


@pytest.mark.parametrize("name", ["text", "html"])
def test_verdicts_of_the_tagger_name_their_features(name, tmp_path):
    out = written(tmp_path)
    found, structure = outputs.document(out, name), outputs.structure(out, name)
    said = why.weights(found, structure, outputs.manifest(out))
    judged = {row["pos"] for row in found.ledger if row["action"] == "drop" and row["evidence"].startswith("content ")}
    assert judged
    assert set(said.dropped) == judged
    assert all(weights for weights in said.dropped.values())
    shown = CliRunner().invoke(main, ["explain", str(out), name, "--no-colour"]).stdout
    assert all(f"; {weights}" in shown for weights in said.dropped.values())


def test_blocks_kept_in_doubt_are_named(tmp_path):
    out = written(tmp_path, Settings(workers=1, stages=("boilerplate",)))
    found, structure = outputs.document(out, "doubtful"), outputs.structure(out, "doubtful")
    said = why.weights(found, structure, outputs.manifest(out))
    assert said.kept
    assert {text for text, _ in said.kept} <= {line.strip() for line in found.clean.split("\n")}
    shown = CliRunner().invoke(main, ["explain", str(out), "doubtful", "--no-colour"]).stdout
    assert f"kept in doubt:\n? {said.kept[0][0]}" in shown


def test_nothing_is_said_where_the_stage_did_not_run_or_another_model_judged(tmp_path):
    out = written(tmp_path)
    found, structure, manifest = outputs.document(out, "text"), outputs.structure(out, "text"), outputs.manifest(out)
    without = manifest | {"settings": manifest["settings"] | {"stages": ["repair"]}}
    assert why.weights(found, structure, without) == ({}, [])
    other = [row | {"evidence": "content 0.77"} if row["evidence"].startswith("content ") else row for row in found.ledger]
    assert why.weights(found._replace(ledger=other), structure, manifest) == ({}, [])


def documents(batch, done):
    results, ledger = settle.settle(done)
    rows = ledger.to_pylist()
    for row in results.to_pylist():
        clean = "" if row["status"] == "emptied" else row["text"]
        yield Document(row, clean, [r for r in rows if r["id"] == row["id"]])


def assert_made_again(record):
    (batch,) = assemble.batches([(0, record)], 10**9)
    (done,) = decide([batch], replace(EVEN, state=None))
    first = batch.first_blocks()
    for doc, document in enumerate(documents(batch, done)):
        again = why.as_judged(document, document.row, LAYERS)
        for name in ("lead", "indent", "text", "path", "link", "pos"):
            assert again.blocks[name].to_pylist() == batch.blocks[name].to_pylist()[first[doc] : first[doc + 1]]


@pytest.mark.parametrize("record", [Record("a", TEXT, None, "", "a"), Record("a", "", MARKUP, "", "a")], ids=["text", "html"])
def test_the_page_is_made_again_as_it_was_judged(record):
    assert_made_again(record)


WORDS = st.sampled_from(
    ["Home", "[ad_1]", "the mill.The", "donâ€™t", "ques-\ntion", "  ", "\n", "\n\n", "| News", "embbuttassy", "\u00a0"]
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_any_text_is_made_again(text):
    if text.strip():
        assert_made_again(Record("a", text, None, "", "a"))


def test_weights_point_the_right_way():
    (batch,) = assemble.batches([(0, Record("a", "", MARKUP, "", "a")), (256, Record("b", TEXT, None, "", "b"))], 10**9)
    view = View(batch, "even")
    texts = batch.texts()
    rows = [texts.index("Browse all topics"), texts.index("Browse all topics here"), texts.index(PROSE[0])]
    found = reasons(view, rows)
    assert sum(weight for _, weight in found[rows[0]]) < 0
    assert sum(weight for _, weight in found[rows[1]]) < 0
    for weighed in found.values():
        sizes = [abs(weight) for _, weight in weighed]
        assert sizes == sorted(sizes, reverse=True)
        assert len(weighed) <= 5
