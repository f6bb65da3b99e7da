"""A page of very many lines of one character costs more than its size allows: it is rejected, and its neighbours live."""

import json
import zipfile

import pytest

from pipeline import Settings, clean_text, run
from pipeline.formats import assemble

LETTERS, REASON = "a\n" * 30, "more than 20 lines of one character: no text"
HOLDS = {
    "pairs": "ab\n" * 30,
    "few": "a\n" * 20,
    "one line of letters": "a " * 200,
    "blank lines": "a" + "\n" * 200 + "b",
    "a long line among them": "a\n" * 30 + "b" * 40,
}


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(assemble, "MANY", 20)


def test_fires(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text(LETTERS)
    (pages / "b.html").write_text("x<br>" * 30)
    (pages / "c.jsonl").write_text(
        "".join(json.dumps({"id": str(n), "text": t}) + "\n" for n, t in enumerate(["A.", LETTERS, "B."]))
    )
    with zipfile.ZipFile(pages / "d.zip", "w") as archive:
        archive.writestr("in/letters.txt", LETTERS)
        archive.writestr("in/sound.txt", "A ferry leaves at seven.")
    result = run([pages], tmp_path / "out", Settings(workers=1, stages=(), formats=("jsonl",)))
    found = [(row["path"], row["line"], row["reason"]) for row in result.rejects]
    assert found == [(p, n, REASON) for p, n in (("a.txt", 1), ("b.html", 1), ("c.jsonl", 2), ("d.zip/in/letters.txt", 1))]
    rows = [json.loads(line)["text"] for line in (tmp_path / "out/jsonl/part-00000.jsonl").read_text().splitlines()]
    assert rows == ["A.", "B.", "A ferry leaves at seven."]
    assert result.report["documents"] == {"in": 7, "written": 3, "emptied": 0, "rejected": 4}
    inputs = json.loads((tmp_path / "out/_manifest.json").read_text())["inputs"]
    assert [(row["records"], row["rejected"]) for row in inputs] == [(0, 1), (0, 1), (2, 1), (1, 1)]


@pytest.mark.parametrize("text", HOLDS.values(), ids=HOLDS)
def test_holds(tmp_path, text):
    (tmp_path / "a.txt").write_text(text)
    assert not run([tmp_path / "a.txt"], tmp_path / "out", Settings(workers=1, stages=(), formats=("jsonl",))).rejects


def test_a_text_that_was_asked_for_is_never_refused():
    assert clean_text(LETTERS, Settings(stages=())).text == LETTERS
