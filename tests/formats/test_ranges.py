"""Law: a large file of JSON lines that several tasks read in ranges gives what one reader of the whole would find."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import Settings, run
from pipeline.formats import ranges, records
from pipeline.formats.inputs import Source, find
from pipeline.formats.records import Reject

LINES = [
    b'{"id":"a","text":"one"}\n',
    b'{"text":"no id"}\n',
    b'{"text":"\xff invalid"}\n',
    b"not JSON\r\n",
    b"[1]\n",
    b"\n",
    b" \t\r\n",
    b"\xef\xbb\xbf" + b'{"text":"a mark in the middle"}\n',
    b'{"id":"long","text":"' + b"word " * 400 + b'"}\n',
]


def source_of(path):
    [source] = find([path]).sources
    return source


def in_ranges(source, cut):
    return [found for part in cut.ranges for found in ranges.Reader(source, part)]


@given(
    st.lists(st.sampled_from(LINES), max_size=12), st.sampled_from([b"", b'{"text":"no end"}', b"\xff"]), st.integers(1, 300)
)
def test_ranges_are_the_whole(tmp_path_factory, lines, end, size):
    path = tmp_path_factory.getbasetemp() / "rows.jsonl"
    path.write_bytes(b"".join(lines) + end)
    source = source_of(path)
    cut, whole = ranges.cut(source, size), records.read(source)
    expected = list(whole)
    if not cut.ranges:
        assert [found.reason for found in expected] == ["a file without a line"]
        return
    assert in_ranges(source, cut) == expected
    assert (cut.size, cut.sha256) == (whole.size, whole.sha256)
    assert [part.start for part in cut.ranges] == [0, *(part.end for part in cut.ranges[:-1])]
    assert all(part.end - part.start > size for part in cut.ranges[:-1])


@pytest.mark.parametrize("data", [b"", b"\n \n\t\n", b"\xff\xfe{\x00}\x00", b"\xfe\xff\x00{\x00}"])
def test_what_only_a_reader_of_the_whole_can_tell(tmp_path, data):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(data)
    assert not ranges.cut(source_of(path), 1).ranges


def test_a_file_that_is_gone(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(LINES[0] * 3)
    source = source_of(path)
    cut = ranges.cut(source, 30)
    path.unlink()
    assert not ranges.cut(source, 30).ranges
    found = in_ranges(source, cut)
    assert [(reject.line, reject.byte) for reject in found] == [(1, 0), (3, 48)]
    assert all(isinstance(reject, Reject) and "cannot be read" in reject.reason for reject in found)


def test_a_file_that_changes_meanwhile(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(LINES[0] * 3)
    source = source_of(path)
    cut = ranges.cut(source, 30)
    path.write_bytes(LINES[0] * 2 + LINES[0].replace(b"one", b"two"))
    assert len(list(ranges.Reader(source, cut.ranges[0]))) == 2
    with pytest.raises(ranges.Changed, match=r"an input changed while it was read: rows\.jsonl"):
        list(ranges.Reader(source, cut.ranges[1]))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_in_ranges(tmp_path, monkeypatch, workers):
    """Ids, lines of rejects and the manifest's row are those of a job that reads the file as a whole."""
    pages = tmp_path / "pages"
    pages.mkdir()
    rows = [{"text": f"The mill number {n} by the old bridge opened its doors again on Friday.\n"} for n in range(400)]
    lines = [json.dumps(row | ({"id": f"d{n % 90}"} if n % 3 else {})) for n, row in enumerate(rows)]
    (pages / "b.jsonl").write_text("\n".join([*lines[:200], "broken", *lines[200:]]) + "\n")
    (pages / "a.txt").write_text("A ferry leaves at seven.\n")
    (pages / "c.txt").write_text("Another ferry leaves at nine.\n")
    settings = Settings(workers=workers, stages=("boilerplate",), formats=("jsonl",), batch=3000)
    expected = run([pages], tmp_path / "expected", settings)
    monkeypatch.setattr("pipeline.reading.SHARD", 5000)
    result = run([pages], tmp_path / "out", settings)
    assert result.rejects == expected.rejects
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()} == {
        p.name: p.read_bytes() for p in (tmp_path / "expected").rglob("*") if p.is_file()
    }
    [row] = [
        row for row in json.loads((tmp_path / "out" / "_manifest.json").read_bytes())["inputs"] if row["name"] == "b.jsonl"
    ]
    data = (pages / "b.jsonl").read_bytes()
    assert row == {
        "name": "b.jsonl",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "records": 400,
        "rejected": 1,
    }


def test_a_source_outside_is_not_followed(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(LINES[0])
    link = tmp_path / "link.jsonl"
    link.symlink_to(tmp_path / "a.jsonl")
    assert ranges.cut(Source(link, "link.jsonl", "jsonl", ""), 1).ranges == []
