"""Rows of CSV and Parquet files, whole and with real faults in them."""

import datetime
import decimal
import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.formats.inputs import Reject, Source
from pipeline.formats.record import Record
from pipeline.formats.records import read


def parquet(columns, **options):
    out = io.BytesIO()
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), out, **options)
    return out.getvalue()


def test_csv(parts):
    data = b'\xef\xbb\xbfid,text,url,score\r\n1,"one\r\n""two""",http://e.org/,3\r\n,x,,\r\n'
    assert parts("r.csv", data) == [
        Record("1", 'one\r\n"two"', None, "http://e.org/", "r.csv", {"score": "3"}, line=2),
        Record("r.csv:4", "x", None, "", "r.csv", {"score": ""}, line=4),
    ]
    assert parts("r.csv.gz", gzip.compress(b"html\n<p>x\n"))[0].markup == "<p>x"


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"id;text\n1;a,b\n", ["a,b"]),
        (b"id\ttext\n1\ta;b\n", ["a;b"]),
        (b"text\r\n1\r\n2\r\n", ["1", "2"]),
        (b"text\r1\r2", ["1", "2"]),
        (b'text\r"1\r2"\r3', ["1\r2", "3"]),
        (b"text\n\n1\n\n", ["1"]),
        (b"text, html\n,<p>x\n", [""]),
        (b"text\na\x00b\n", ["a\0b"]),
        ("text\na\u2028b\x0bc\n".encode(), ["a\u2028b\x0bc"]),
        (b"text\n" + b"x" * 300_000 + b"\n", ["x" * 300_000]),
    ],
)
def test_shapes_of_csv(parts, data, texts):
    assert [record.text for record in parts("r.csv", data)] == texts


def test_a_column_whose_name_is_no_utf8(parts):
    """Found by the fuzzer: the name could not be written as JSON."""
    assert parts("r.csv", b"text,sc\xf6re\nx,3\n")[0].metadata == {"sc\ufffdre": "3"}


BROKEN_ROWS = [  # row, reason
    (b"1", "1 fields under a header of 2"),
    (b"1,b,c", "3 fields under a header of 2"),
    (b"1,", 'no "text" and no "html"'),
    (b"1, ", '"text" is empty'),
    (b'1,"x" y', "not CSV: ',' expected after '\"'"),
    (b'1,"unclosed', "not CSV"),
    (b"1,\xff", "invalid UTF-8"),
]


@pytest.mark.parametrize(("row", "reason"), BROKEN_ROWS)
def test_broken_rows_and_their_neighbours(parts, row, reason):
    before, reject, *after = parts("r.csv", b"id,text\na,b\n" + row + b"\nc,d\ne,f\n")
    assert (before.id, [record.id for record in after]) == ("a", ["c", "e"])
    assert (reject.line, [record.line for record in after]) == (3, [4, 5])
    assert reason in reject.reason


BROKEN_CSV = [  # bytes, reason
    (b"", "a file without a header line"),
    (b"\n", "a file without a header line"),
    (b"id,words\n1,x\n", 'no column "text" and no "html" in the header line'),
    (b"text,text\n1,x\n", "two columns of the same name"),
    (b"text\n", "a file without a row"),
    ("text\nx\n".encode("utf-16"), "CSV must be UTF-8, and this is UTF-16"),
    (b"\x89PNG\r\n\x1a\n\0\0", 'no column "text"'),
]


@pytest.mark.parametrize(("data", "reason"), BROKEN_CSV)
def test_broken_csv(parts, data, reason):
    (reject,) = parts("r.csv", data)
    assert isinstance(reject, Reject)
    assert reason in reject.reason


def test_cut_csv_keeps_its_rows(parts):
    first, reject = parts("r.csv", b'text\na\n"b')
    assert (first.text, reject.line) == ("a", 3)


def test_parquet(parts):
    day = datetime.date(2020, 5, 17)
    table = pa.table(
        {
            "id": [7, 8, None],
            "text": ["a\0\u2028", None, "c"],
            "html": [None, "<p>b", None],
            "url": ["http://e.org", None, None],
            "when": pa.array([1, None, 3], pa.timestamp("ns")),
            "day": [day, None, None],
            "price": [decimal.Decimal("1.50"), None, None],
            "raw": [b"\xff", b"x", None],
            "nested": [{"a": ["x"]}, None, None],
            "lang": pa.array(["en", "en", None]).dictionary_encode(),
        }
    )
    first, second, third = parts("r.parquet", parquet(table, row_group_size=2))
    assert (first.id, first.text, first.url, first.line) == ("7", "a\0\u2028", "http://e.org", 1)
    assert first.metadata == {
        "html": None,
        "when": "1970-01-01 00:00:00",
        "day": "2020-05-17",
        "price": "1.50",
        "raw": "\ufffd",
        "nested": {"a": ["x"]},
        "lang": "en",
    }
    assert (second.id, second.markup, second.metadata["raw"]) == ("8", "<p>b", "x")
    assert (third.id, third.text, third.line) == ("r.parquet:3", "c", 3)


IDS = [  # column of ids, id of the record
    (pa.array(["x"]), "x"),
    (pa.array([5], pa.int8()), "5"),
    (pa.array([2**64 - 1], pa.uint64()), str(2**64 - 1)),
    (pa.array([1.5]), "1.5"),
    (pa.array([b"k"]), "k"),
    (pa.array([None], pa.null()), "r.parquet:1"),
    (pa.array([""]), "r.parquet:1"),
    (pa.array([datetime.datetime(2020, 1, 2)]), "2020-01-02 00:00:00"),
    (pa.array(["../x\n"]), "../x\n"),
]


@pytest.mark.parametrize(("ids", "expected"), IDS)
def test_id_columns(parts, ids, expected):
    assert parts("r.parquet", parquet({"id": ids, "text": ["t"]}))[0].id == expected


BAD_VALUES = [  # columns, reason
    ({"text": pa.array([1, 2])}, '"text" is not a string but a number'),
    ({"text": pa.array([["x"], ["y"]])}, '"text" is not a string but an array'),
    ({"text": pa.array([b"\xff", b"\xfe"])}, "invalid UTF-8"),
    ({"text": pa.array(["", " "])}, '"text" is empty'),
    ({"text": pa.array([None, None], pa.string())}, 'no "text" and no "html"'),
    ({"text": ["a", "b"], "id": [True, False]}, '"id" is neither a string nor a number but true or false'),
    ({"text": ["a", "b"], "id": [[1], [2]]}, '"id" is neither a string nor a number but an array'),
]


@pytest.mark.parametrize(("columns", "reason"), BAD_VALUES)
def test_bad_values(parts, columns, reason):
    found = parts("r.parquet", parquet(columns))
    assert [(part.line, part.reason) for part in found] == [(1, reason), (2, reason)]


def test_text_that_is_not_utf8_leaves_its_neighbours(parts):
    text = pa.array([b"a", b"\xff", b"c"]).view(pa.binary()).cast(pa.binary())
    text = pa.StringArray.from_buffers(3, text.buffers()[1], text.buffers()[2])
    first, reject, third = parts("r.parquet", parquet({"text": text}))
    assert (first.text, reject.reason, reject.line, third.text) == ("a", "invalid UTF-8", 2, "c")


WHOLE = parquet({"text": [f"text {i}" * 50 for i in range(40)], "id": [f"k{i}" for i in range(40)]}, row_group_size=10)
BROKEN_PARQUET = [  # bytes, reason
    (b"", "damaged Parquet data"),
    (b"PAR1", "damaged Parquet data"),
    (b"not Parquet at all", "damaged Parquet data"),
    (WHOLE[:-10], "damaged Parquet data"),
    (WHOLE[: len(WHOLE) // 2], "damaged Parquet data"),
    (WHOLE[:-8] + b"\xff\xff\xff\x7f" + b"PAR1", "damaged Parquet data"),
    (parquet({"words": ["x"]}), 'no column "text" and no "html"'),
    (parquet({"text": pa.array([], pa.string())}), "a file without a row"),
]


@pytest.mark.parametrize(("data", "reason"), BROKEN_PARQUET)
def test_broken_parquet(parts, data, reason):
    (reject,) = parts("r.parquet", data)
    assert reason in reject.reason


def test_a_damaged_row_group_leaves_the_others(parts):
    start = pq.ParquetFile(io.BytesIO(WHOLE)).metadata.row_group(1).column(0).dictionary_page_offset
    data = WHOLE[: start + 2] + b"\xff" * 60 + WHOLE[start + 62 :]
    found = parts("r.parquet", data)
    assert [part.id for part in found if isinstance(part, Record)] == [f"k{i}" for i in (*range(10), *range(20, 40))]
    (reject,) = [part for part in found if isinstance(part, Reject)]
    assert (reject.line, reject.reason.endswith("the rest of row group 2 is left out")) == (11, True)


def test_packed_parquet(parts):
    assert len(parts("r.parquet.gz", gzip.compress(WHOLE))) == 40
    (reject,) = parts("r.parquet.gz", gzip.compress(WHOLE)[:100])
    assert reject.reason == "the compressed data ends too early"


def test_a_dictionary_that_unfolds_to_gigabytes(parts):
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), ["x" * 100_000])
    *found, reject = parts("r.parquet", parquet({"text": text}))
    assert len(found) < 2000
    assert reject.reason == "it unpacks to more than 1,000 times its size"


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_flipped_bytes_of_parquet(flips):
    data = bytearray(WHOLE)
    for at, byte in flips:
        data[at] = byte
    assert_parts(read_bytes(bytes(data), "parquet"))


@given(st.binary(max_size=80).map(lambda data: b"id,text\n" + data))
def test_any_bytes_of_csv(data):
    found = read_bytes(data, "csv")
    assert_parts(found)
    lines = [part.line for part in found if part.line]
    assert lines == sorted(lines)


def read_bytes(data, kind):
    return list(read(Source(None, "x", kind, ""), io.BytesIO(data)))


def assert_parts(found):
    assert found
    for part in found:
        assert isinstance(part, Record | Reject)
        assert isinstance(part, Record) or part.reason.isprintable()
