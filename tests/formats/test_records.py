"""Files with real faults in them: each healthy part becomes a record, each faulty one a reject with its place."""

import gzip
import hashlib
import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats import bounded, records
from pipeline.formats.inputs import Source, find
from pipeline.formats.records import Record, Reject, read, without_surrogates


def packed(data):
    return gzip.compress(data, mtime=0)


def parts(tmp_path, name, data):
    """The records and rejects of a file that holds the data."""
    path = tmp_path / name
    path.write_bytes(data)
    (source,) = find([path]).sources
    reader = read(source)
    found = list(reader)
    assert (reader.size, reader.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    return found


def stdin(data):
    return list(read(Source(Path("-"), "-", "jsonl", ""), io.BytesIO(data)))


WHOLE = [  # name, bytes, record
    ("a.txt", b"one\r\ntwo\r\n", Record("a", "one\ntwo\n", None, "", "a.txt", {}, "utf-8", "\r\n")),
    ("b.c.TXT", "\ufeffé".encode(), Record("b.c", "é", None, "", "b.c.TXT", {}, "utf-8-sig", "\n")),
    ("a.txt.gz", packed(b"one ") + packed(b"two"), Record("a", "one two", None, "", "a.txt.gz")),
    ("p.html", b"<p>x", Record("p.html", "", "<p>x", "", "p.html")),
    ("p.htm.gz", packed(b"<p>x"), Record("p.htm", "", "<p>x", "", "p.htm.gz")),
    (
        "p.html",
        '<meta charset="koi8-r"><p>Сегодня утром дождь'.encode("koi8-r"),
        Record("p.html", "", '<meta charset="koi8-r"><p>Сегодня утром дождь', "", "p.html", {}, "koi8-r"),
    ),
]


@pytest.mark.parametrize(("name", "data", "record"), WHOLE)
def test_whole_files(tmp_path, name, data, record):
    assert parts(tmp_path, name, data) == [record]


REFUSED = [  # name, bytes, byte, reason
    ("a.txt", b"", 0, "empty file"),
    ("a.txt", b" \n\t\xc2\xa0", 0, "nothing but white space"),
    ("a.txt", b"ab\0c", 2, "NUL byte"),
    ("a.txt", "déjà vu ".encode() * 9 + b"\xff", 90, "invalid UTF-8"),
    ("a.txt.gz", packed(b"")[:0], 0, "empty file"),
    ("a.txt.gz", packed(b""), 0, "empty file"),
    ("a.txt.gz", b"not gzip", 0, "damaged compressed data: Not a gzipped file"),
    ("a.txt.gz", packed(random.Random(1).randbytes(9000))[:5000], 0, "ends too early"),
    (
        "a.txt.gz",
        packed(b"x" * 99)[:-8] + b"\0" * 8,
        0,
        "damaged compressed data: Error -3 while decompressing data: incorrect data check",
    ),
    ("a.txt.gz", packed(b"x") + b"trailing", 0, "damaged compressed data"),
    ("p.html", b"", 0, "empty file"),
    ("p.html", b"%PDF-1.7", 0, "a PDF document"),
    ("r.jsonl", b"", 0, "a file without a line"),
    ("r.jsonl", b"\n \n\r\n", 0, "a file without a line"),
    ("r.jsonl.gz", b"\x1f\x8b\x08", 0, "ends too early"),
]


@pytest.mark.parametrize(("name", "data", "byte", "reason"), REFUSED)
def test_refused_files(tmp_path, name, data, byte, reason):
    (reject,) = parts(tmp_path, name, data)
    assert isinstance(reject, Reject)
    assert (reject.path, reject.byte) == (name, byte)
    assert reason in reject.reason
    assert reject.reason.isprintable()


LINES = [  # a line that is a record, (id, text, markup, url, source, metadata)
    (b'{"id": "x", "text": "t"}', ("x", "t", None, "", "r.jsonl", {})),
    (b'{"id": 7, "text": "t", "url": "u", "source": "s", "n": [1]}', ("7", "t", None, "u", "s", {"n": [1]})),
    (b'{"text": "t", "html": "<p>", "url": 3}', ("r.jsonl:2", "t", None, "", "r.jsonl", {"html": "<p>", "url": 3})),
    (b'{"html": "<p>h", "id": ""}', ("r.jsonl:2", "", "<p>h", "", "r.jsonl", {})),
    (b'{"text": null, "html": "<p>h"}', ("r.jsonl:2", "", "<p>h", "", "r.jsonl", {"text": None})),
    (b'{"text": "n", "score": NaN}', ("r.jsonl:2", "n", None, "", "r.jsonl", {"score": None})),
    (b'{"text": "\\ud800 \\ud83d\\ude00"}', ("r.jsonl:2", "\ufffd 😀", None, "", "r.jsonl", {})),
    ('{"text": "a\u2028b\x85c"}'.encode(), ("r.jsonl:2", "a\u2028b\x85c", None, "", "r.jsonl", {})),
    (b'{"text": "a\\r\\nb\\rc", "id": "\\ud83d\\u0000"}', ("\ufffd\0", "a\r\nb\rc", None, "", "r.jsonl", {})),
    (b'{"text": "t", "\\udc00": "\\udc00", "id": 1.5}', ("1.5", "t", None, "", "r.jsonl", {"\ufffd": "\ufffd"})),
    (b'{"text": "a\\u0000b\\u2028"}\r', ("r.jsonl:2", "a\0b\u2028", None, "", "r.jsonl", {})),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_lines(tmp_path, line, expected):
    before, found, after = parts(tmp_path, "r.jsonl", b'{"text": "a"}\n' + line + b'\n{"text": "z"}')
    assert (before.text, after.text) == ("a", "z")
    key, text, markup, url, source, metadata = expected
    assert found == Record(key, text, markup, url, source, metadata, line=2)


BROKEN = [  # a line that is none, byte in the line, reason
    (b'{"text": "cut', 0, "not JSON"),
    (b"{broken}", 0, "not JSON"),
    (b"[1, 2]", 0, "not a JSON object but an array"),
    (b'"text"', 0, "not a JSON object but a string"),
    (b"3", 0, "not a JSON object but a number"),
    (b"null", 0, "not a JSON object but null"),
    (b"{}", 0, 'no "text" and no "html"'),
    (b'{"text": 7}', 0, '"text" is not a string but a number'),
    (b'{"text": ["a"]}', 0, '"text" is not a string but an array'),
    (b'{"text": true}', 0, '"text" is not a string but true or false'),
    (b'{"html": {}}', 0, '"html" is not a string but an object'),
    (b'{"text": " \\n"}', 0, '"text" is empty'),
    (b'{"text": "t", "id": ["x"]}', 0, '"id" is neither a string nor a number but an array'),
    (b'{"text": "\xff"}', 10, "invalid UTF-8"),
    (b"[" * 100_000, 0, "not JSON"),
    (b'{"text": "t", "n": ' + b"9" * 6000 + b"}", 0, "not JSON"),
    (b'{"text": "t", "n": ' + b"[" * 300 + b"]" * 300 + b"}", 0, "its metadata cannot be written as JSON"),
    (b'{"text": "t", "a": NaN, "n": ' + b"9" * 30 + b"}", 0, "its metadata cannot be written as JSON"),
    (b'{"text": "t"}\r{"text": "u"}', 0, "not JSON"),
    (b'\x00\x1b[2J{"text": "t"}', 0, "not JSON"),
]


@pytest.mark.parametrize(("line", "byte", "reason"), BROKEN)
def test_broken_lines_and_their_neighbours(tmp_path, line, byte, reason):
    first = b'{"text": "a"}\n'
    before, reject, after = parts(tmp_path, "r.jsonl", first + line + b'\n{"text": "z"}\n')
    assert (before.text, after.text, after.line) == ("a", "z", 3)
    assert reject[:3] == ("r.jsonl", 2, len(first) + byte)
    assert reason in reject.reason
    assert reject.reason.isprintable()


def test_byte_order_marks(tmp_path):
    assert parts(tmp_path, "r.jsonl", b'\xef\xbb\xbf{"text": "a"}')[0].text == "a"
    (reject,) = parts(tmp_path, "r.jsonl", '{"text": "a"}'.encode("utf-16"))
    assert reject == Reject("r.jsonl", 1, 0, "JSONL must be UTF-8, and this is UTF-16")


def test_truncated_gzip_keeps_its_whole_lines(tmp_path):
    rng = random.Random(2)
    lines = [json.dumps({"text": rng.randbytes(40).hex()}).encode() + b"\n" for _ in range(500)]
    data = packed(b"".join(lines))
    *whole, reject = parts(tmp_path, "r.jsonl.gz", data[: len(data) // 2])
    assert 100 < len(whole) < 400
    assert [record.text for record in whole] == [json.loads(line)["text"] for line in lines[: len(whole)]]
    assert reject[:3] == ("r.jsonl.gz", len(whole) + 1, len(b"".join(lines[: len(whole)])))
    assert reject.reason == "the compressed data ends too early; whole lines before it were read"


def test_documents_and_lines_over_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "LIMIT", 100)
    monkeypatch.setattr(bounded, "CHUNK", 16)
    assert parts(tmp_path, "a.txt", b"x" * 101) == [Reject("a.txt", None, 100, "a document of more than 100 bytes")]
    assert parts(tmp_path, "a.txt", b"x" * 100)[0].text == "x" * 100
    long = b'{"text": "' + b"x" * 300 + b'"}\n'
    before, reject, after = parts(tmp_path, "r.jsonl", b'{"text": "a"}\n' + long + b'{"text": "z"}')
    assert reject == Reject("r.jsonl", 2, 14, "a line of more than 100 bytes")
    assert (before.text, after.text, after.line) == ("a", "z", 3)
    assert parts(tmp_path, "r.jsonl", long)[0].line == 1


def test_a_bomb_costs_no_more_than_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "LIMIT", 1 << 20)
    (reject,) = parts(tmp_path, "a.txt.gz", packed(bytes(50 << 20)))
    assert reject.reason == "a document of more than 1,048,576 bytes"


def test_a_file_that_vanishes_or_cannot_be_opened(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    (source,) = find([tmp_path]).sources
    path.unlink()
    assert list(read(source)) == [Reject("a.txt", None, None, "cannot be read: No such file or directory")]

    def refuse(source):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(records, "open_source", refuse)
    assert list(read(source)) == [Reject("a.txt", None, None, "cannot be read: Permission denied")]


class Failing(io.BytesIO):
    """A disk that gives its data up to some byte, then an error."""

    def read(self, size=-1):
        data = super().read(min(size, 64))
        if not data:
            raise OSError(5, "Input/output error")
        return data


def test_an_input_error_keeps_what_was_read_before():
    lines = b'{"text": "a"}\n{"text": "b"}\n{"text": "cut'
    a, b, reject = read(Source(Path("r.jsonl"), "r.jsonl", "jsonl", ""), Failing(lines))
    assert (a.text, b.text) == ("a", "b")
    assert reject == Reject("r.jsonl", None, None, "cannot be read: Input/output error")


def test_standard_input():
    (record,) = stdin(b'{"text": "a"}\n')
    assert (record.id, record.source) == ("-:1", "-")
    assert stdin(b"") == [Reject("-", None, 0, "a file without a line")]


@pytest.mark.parametrize(
    ("text", "sound"), [("a", "a"), ("\ud83d\ude00", "😀"), ("\udc00\ud800", "\ufffd\ufffd"), ("é\udfff", "é\ufffd")]
)
def test_without_surrogates(text, sound):
    assert without_surrogates(text) == sound


@given(st.binary(max_size=300), st.sampled_from(["text", "html", "jsonl"]), st.sampled_from(["", "gzip"]))
def test_any_bytes_give_records_or_rejects(data, kind, packing):
    found = list(read(Source(Path("x"), "x", kind, packing), io.BytesIO(data)))
    assert found
    for part in found:
        assert isinstance(part, Record | Reject)
        if isinstance(part, Reject):
            assert part.reason.isprintable()


ROWS = st.lists(st.dictionaries(st.sampled_from(["id", "text", "url", "x"]), st.text(min_size=1, max_size=9)), max_size=6)


@given(ROWS)
def test_each_line_is_accounted_for(rows):
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    found = stdin(lines)
    assert len(found) == max(1, len(rows))
    assert [part.line for part in found] == (list(range(1, len(rows) + 1)) or [None])
