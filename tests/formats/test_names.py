"""Ids become distinct, safe file names, and never paths outside the output."""

import json
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import Settings, run
from pipeline.formats.names import file_name

HOSTILE = ["../x", "/etc/passwd", "a/../../b", ".", "..", "", "/", "a\nb", "x" * 400, "ü" * 300, "a//b", "~", "con.txt", "a\0b"]
HOSTILE += ["a/" * 3000, "x" * 150 + "/é" * 900, "page.txt/x", "PAGE.TXT/y", "page.txt"]


@pytest.mark.parametrize("name", HOSTILE)
def test_inside(name):
    path = PurePosixPath(file_name(name))
    assert not path.is_absolute()
    assert not {"..", "."} & set(path.parts)
    assert all(len(part.encode()) < 240 for part in path.parts)
    assert len(str(path).encode()) < 1024


@given(st.text(max_size=30), st.text(max_size=30))
def test_distinct(one, two):
    assert (file_name(one) == file_name(two)) == (one == two)


def test_every_document_gets_a_file_of_its_own(tmp_path):
    ids = [*HOSTILE, "page", "page", "Page", "page~2", "PAGE", 7, "7"]
    rows = [{"id": name, "text": f"Document number {i} says something of its own."} for i, name in enumerate(ids)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = run([tmp_path / "in.jsonl"], tmp_path / "out", Settings(workers=1)).output
    texts = [p.read_text() for p in (out / "text").rglob("*.txt")]
    assert sorted(texts) == sorted(row["text"] for row in rows)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "out"]
    written = [json.loads(line)["id"] for line in (out / "jsonl" / "part-00000.jsonl").read_bytes().splitlines()]
    assert len(set(written)) == len(ids)
    assert {"page", "page~2", "page~3"} <= set(written)
