"""Fuzz targets for every reader: sound files, changed at random, for as long as one likes.

    python -m tests.fuzz --minutes 2 [--only zip] [--seed 1]

Whatever the bytes, a reader gives records and rejects, raises nothing, stays within the budget, and its records become
batches whose documents have the checksum of their text. Hypothesis makes the changes and shrinks what fails.
"""

import argparse
import bz2
import gzip
import hashlib
import io
import json
import lzma
import sys
import tarfile
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from pipeline.formats import assemble
from pipeline.formats.inputs import find
from pipeline.formats.records import Reject, read
from pipeline.formats.settle import settle

TEXT = "The ferry to the north shore sails at seven from the café “Zur Brücke”.\r\n\r\n– On Sundays at nine.\r\n"
PAGE = f'<!doctype html><meta charset="utf-8"><title>Ferry</title><nav><a href="/x">Home</a></nav><p>{TEXT}</p><ul><li>One<li>Two</ul>'
ROW = {"id": "a/b", "text": TEXT, "url": "http://e.org/x", "n": [1, {"x": None}]}
WARC = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://e.org/a\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{}\r\n\r\n"
HTTP = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>Hi\r\n0\r\n\r\n{PAGE}"
BUDGET = 2.0  # CPU seconds a megabyte, and one for whatever else the machine does


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["1", "2"], "text": [TEXT, TEXT * 3], "x": [[1], None]}), out, row_group_size=1)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"a.txt": TEXT, "b/c.html": PAGE, "r.jsonl": json.dumps(ROW)}.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in {"a.txt": TEXT.encode(), "b/c.html.gz": gzip.compress(PAGE.encode(), mtime=0)}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


TARGETS = {  # suffix -> a sound file
    "txt": TEXT.encode("cp1252"),
    "html": PAGE.encode(),
    "jsonl": (json.dumps(ROW) + "\n" + json.dumps({"html": PAGE}) + "\n").encode(),
    "csv": f'id,text,url\n1,"{TEXT}",x\n2,"a ""b""",\n'.encode(),
    "parquet": parquet(),
    "warc": (WARC.format(len(HTTP.encode()), HTTP) * 2).encode(),
    "warc.gz": gzip.compress(WARC.format(len(HTTP.encode()), HTTP).encode(), mtime=0) * 2,
    "zip": zipped(),
    "tar": tarred(),
    "txt.gz": gzip.compress(TEXT.encode() * 9, mtime=0),
    "txt.bz2": bz2.compress(TEXT.encode() * 9),
    "txt.xz": lzma.compress(TEXT.encode() * 9),
    "txt.zst": pa.compress(TEXT.encode() * 9, codec="zstd", asbytes=True),
    "tar.xz": lzma.compress(tarred()),
}
WORDS = [
    b"<a ",
    b"<!--",
    b"]]>",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'"',
    b"\\ud800",
    b"&#x110000;",
    b"{",
    b"[",
    b"\r",
    b"PK\x03\x04",
    b"%s",
]
WORDS += [
    "\u2028".encode(),
    b"\x1b[31m",
    b"../",
    b"-1",
    b"9" * 20,
    b"\xff" * 4,
    b"\x00" * 8,
    b"Content-Length: 99999999999\r\n",
    b"ffffffff\r\n",
]
Change = tuple[str, float, int, bytes]  # kind, place as a share of the length, size, new bytes
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("flip", "cut", "drop", "repeat", "insert", "word")),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 64),
        st.one_of(st.sampled_from(WORDS), st.binary(max_size=8)),
    ),
    max_size=6,
)


def changed(data: bytes, changes: list[Change]) -> bytes:
    """The bytes after all changes."""
    for kind, place, size, new in changes:
        at = int(place * len(data))
        if kind == "flip" and data:
            data = data[:at] + bytes([data[at] ^ (size % 255 + 1)]) + data[at + 1 :]
        elif kind == "cut":
            data = data[:at]
        elif kind == "drop":
            data = data[:at] + data[at + size :]
        elif kind == "repeat":
            data = data[:at] + data[at : at + size] * 50 + data[at + size :]
        else:
            data = data[:at] + new + data[at + (len(new) if kind == "word" else 0) :]
    return data


def check(suffix: str, data: bytes, folder: Path) -> tuple[int, int]:
    """Reads the bytes under a suffix; how many records and rejects came."""
    path = folder / f"x.{suffix}"
    path.write_bytes(data)
    (source,) = find([path]).sources
    began, reader = time.process_time(), read(source)
    parts = list(reader)
    spent = time.process_time() - began
    records = [part for part in parts if not isinstance(part, Reject)]
    assert spent <= 1 + BUDGET * max(len(data), sum(len(record.text) for record in records)) / 1e6, f"{spent:.1f} CPU s"
    assert (reader.size, reader.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert parts, "neither a record nor a reject"
    rejects = [part for part in parts if isinstance(part, Reject)]
    assert all(part.reason.isprintable() for part in rejects)  # the path is as the archive has it: views escape it
    for batch in assemble.batches(((n << 8, record) for n, record in enumerate(records)), 1000):
        settle(batch)
    return len(records), len(rejects)


def fuzz(suffix: str, number: int, folder: Path, examples: int) -> Counter[str]:
    """One round of a target; fails with the smallest file that breaks a promise."""
    found = Counter[str]()

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(CHANGES)
    def target(changes: list[Change]) -> None:
        records, rejects = check(suffix, changed(TARGETS[suffix], changes), folder)
        found.update(files=1, records=records, rejects=rejects)

    target()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--only", choices=TARGETS)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    warnings.simplefilter("error")
    end, number = time.monotonic() + 60 * options.minutes, options.seed
    found = {name: Counter[str]() for name in ([options.only] if options.only else TARGETS)}
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            number += 1
            for suffix, counts in found.items():
                counts.update(fuzz(suffix, number, Path(folder), 50))
    print(f"seeds {options.seed + 1} to {number}")
    for suffix, counts in found.items():
        print(f"{suffix:8} {counts['files']:8,} files {counts['records']:8,} records {counts['rejects']:8,} rejects")
    sys.exit(0)


if __name__ == "__main__":
    main()
