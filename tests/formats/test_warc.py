"""WARC files, whole and with real faults in them."""

import gzip
import io
import zlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats import bounded
from pipeline.formats.inputs import Reject, Source
from pipeline.formats.record import Record
from pipeline.formats.records import read


def entry(kind, content, uri="http://e.org/a", **fields):
    head = {"WARC-Type": kind, "WARC-Target-URI": uri, "WARC-Record-ID": "<urn:uuid:1>", "Content-Length": len(content)}
    given = {**head, **{name.replace("_", "-"): value for name, value in fields.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value is not None)
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + content + b"\r\n\r\n"


def page(body, status="200 OK", **fields):
    given = {"Content_Type": "text/html; charset=utf-8", **fields}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in given.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


GOOD = entry("response", page(b"<p>good"), "http://e.org/good")
INFO = entry("warcinfo", b"software: x", WARC_Target_URI=None)


def test_a_page(parts):
    (record,) = parts("c.warc", INFO + entry("response", page("<p>é".encode()), WARC_Date="2020-01-01T00:00:00Z"))
    metadata = {"warc-date": "2020-01-01T00:00:00Z", "warc-record-id": "<urn:uuid:1>"}
    assert record == Record("http://e.org/a", "", "<p>é", "http://e.org/a", "c.warc", metadata, line=2)


DOCUMENTS = [  # record, text or markup, encoding
    (entry("response", page(b"t", Content_Type="text/plain")), "t", "utf-8"),
    (entry("response", page(b"<html><p>x", Content_Type="")), "<html><p>x", "utf-8"),
    (entry("response", page(b"<p>x", Content_Type="Application/XHTML+XML")), "<p>x", "utf-8"),
    (entry("response", page("<p>Сегодня утром дождь".encode("koi8-r"), Content_Type='text/html;charset="koi8-r"')), "<p>Сегодня утром дождь", "koi8-r"),
    (entry("conversion", b"wet", Content_Type="text/plain"), "wet", "utf-8"),
    (entry("resource", b"<p>r", Content_Type="text/html"), "<p>r", "utf-8"),
    (entry("response", page(b"4;x=y\r\n<p>c\r\n2\r\nde\r\n0\r\n\r\n", Transfer_Encoding="chunked")), "<p>cde", "utf-8"),
    (entry("response", page(b"<p>not chunked", Transfer_Encoding="chunked")), "<p>not chunked", "utf-8"),
    (entry("response", page(gzip.compress(b"<p>g"), Content_Encoding="gzip")), "<p>g", "utf-8"),
    (entry("response", page(b"<p>unpacked already", Content_Encoding="gzip")), "<p>unpacked already", "utf-8"),
    (entry("response", page(b"<p>unpacked already", Content_Encoding="br")), "<p>unpacked already", "utf-8"),
    (entry("response", page(zlib.compress(b"<p>d"), Content_Encoding="deflate")), "<p>d", "utf-8"),
    (entry("response", page(zlib.compress(b"<p>d", wbits=-15), Content_Encoding="deflate")), "<p>d", "utf-8"),
    (entry("response", page(pa.compress(b"<p>b", "brotli", asbytes=True), Content_Encoding="br")), "<p>b", "utf-8"),
    (entry("response", page(gzip.compress(gzip.compress(b"<p>2")), Content_Encoding="gzip, gzip")), "<p>2", "utf-8"),
    (entry("response", b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n<p>n"), "<p>n", "utf-8"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "content", "encoding"), DOCUMENTS)
def test_documents(parts, data, content, encoding):
    first, second = parts("c.warc", data + GOOD)
    assert (first.text or first.markup, first.encoding, second.markup) == (content, encoding, "<p>good")


@pytest.mark.parametrize(
    "data",
    [
        INFO,
        entry("request", b"GET / HTTP/1.1\r\n\r\n"),
        entry("revisit", page(b"")),
        entry("response", page(b"<p>gone", "404 Not Found")),
        entry("response", page(b"{}", Content_Type="application/json")),
        entry("response", page(b"\0\1", Content_Type="")),
        entry("response", b"no HTTP"),
        entry("resource", b"GIF8", Content_Type="image/gif"),
    ],
)
def test_what_is_no_document_is_passed_over(parts, data):
    assert [part.markup for part in parts("c.warc", data + GOOD)] == ["<p>good"]
    (reject,) = parts("c.warc", data)
    assert reject.reason == "no record that holds a page or a text"


def test_ids(parts):
    bare = entry("conversion", b"x", None, Content_Type="text/plain")
    nameless = entry("conversion", b"x", None, Content_Type="text/plain", WARC_Record_ID=None)
    old = entry("conversion", b"x", "<http://e.org/>", Content_Type="text/plain")
    assert [part.id for part in parts("c.wet", bare + nameless + old)] == ["urn:uuid:1", "c.wet:2", "http://e.org/"]


def test_packed_record_by_record(parts):
    data = b"".join(gzip.compress(record) for record in (INFO, GOOD, GOOD))
    assert len(parts("c.warc.gz", data)) == 2
    good, reject = parts("c.warc.gz", data[:-30])
    assert reject.line == 3
    assert good.markup == "<p>good"
    assert reject.reason == "the compressed data ends too early; what stands before the next record is left out"


FAULTS = [  # record, line and reason
    (entry("response", page(b"")), 2, "empty file"),
    (entry("response", page(b" \n", Content_Type="text/plain")), 2, "nothing but white space"),
    (entry("response", page(b"%PDF-1.7")), 2, "a PDF document"),
    (entry("response", page(b"caf\xe9 \xff\x81 \x90")), 2, "no other encoding fits"),
    (entry("response", page(gzip.compress(bytes(11_000_000)), Content_Encoding="gzip")), 2, "1,000 times"),
    (b"WARX/1.0\r\nbroken: yes\r\n\r\n", 2, "not a WARC record"),
    (b"\0" * 5000 + b"\r\n", 2, "not a WARC record"),
]


@pytest.mark.parametrize(("data", "line", "reason"), FAULTS)
def test_faults_and_their_neighbours(parts, data, line, reason):
    first, reject, last = parts("c.warc", GOOD + data + GOOD)
    assert (first.markup, last.markup) == ("<p>good", "<p>good")
    assert (reject.path, reject.line, reject.byte) == ("c.warc", line, len(GOOD))
    assert reason in reject.reason


ENDS = [  # what follows a good record, reason
    (GOOD[:30], "the file ends too early"),
    (GOOD[: GOOD.index(b"HTTP") + 5], "the file ends too early"),
    (entry("response", b"x", Content_Length=9_999_999), "the file ends too early"),
    (entry("response", b"x", Content_Length=None), "a record without its length"),
    (entry("response", b"x", Content_Length="-5"), "a record without its length"),
    (entry("response", b"x", Content_Length="9" * 30), "a record without its length"),
    (b"WARC/1.0\r\n" + b"X: y\r\n" * 300_000, "a record with more than 1,048,576 bytes of fields"),
]


@pytest.mark.parametrize(("data", "reason"), ENDS[3:])
def test_a_record_without_its_length_leaves_the_next(parts, data, reason):
    good, reject, last = parts("c.warc", GOOD + data + GOOD)
    assert (good.markup, last.markup) == ("<p>good", "<p>good")
    assert reject.reason.startswith(reason)


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("at", [2, 12, 40, -6])
def test_damaged_members_leave_the_others(parts, count, at):
    bad = bytearray(gzip.compress(GOOD))
    bad[at] ^= 0xFF
    packed = gzip.compress(GOOD)
    found = parts("c.warc.gz", packed + bytes(bad) * count + packed + packed)
    assert [part.markup for part in found if isinstance(part, Record)].count("<p>good") >= 3
    rejects = [part for part in found if isinstance(part, Reject)]
    assert 1 <= len(rejects) <= count
    assert all(part.reason.startswith("damaged compressed data") for part in rejects)


@pytest.mark.parametrize(("data", "reason"), ENDS)
def test_ends_of_a_file(parts, data, reason):
    good, reject = parts("c.warc", GOOD + data)
    assert good.markup == "<p>good"
    assert reject.reason == f"{reason}; what stands before the next record is left out"


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n"])
def test_empty_files(parts, data):
    (reject,) = parts("c.warc", data)
    assert reject.reason == "no record that holds a page or a text"


def test_a_record_over_the_limit(parts, monkeypatch):
    monkeypatch.setattr(bounded, "LIMIT", 1000)
    reject, good = parts("c.warc", entry("response", page(b"x" * 2000)) + GOOD)
    assert (reject.reason, good.markup) == ("a document of more than 1,000 bytes", "<p>good")
    (good,) = parts("c.warc", entry("response", page(b"x" * 2000, Content_Type="video/mp4")) + GOOD)
    assert good.markup == "<p>good"


WHOLE = INFO + GOOD + entry("response", page(gzip.compress(b"<p>g", mtime=0), Content_Encoding="gzip")) + GOOD


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=3)), max_size=4),
    st.integers(0, len(WHOLE)),
)
def test_damaged_files_give_records_or_rejects(damages, cut):
    data = bytearray(WHOLE)
    for at, new in damages:
        data[at : at + len(new)] = new
    found = list(read(Source(None, "x", "warc", ""), io.BytesIO(bytes(data[:cut]))))
    assert found
    for part in found:
        assert isinstance(part, Record) or (isinstance(part, Reject) and part.reason.isprintable())
