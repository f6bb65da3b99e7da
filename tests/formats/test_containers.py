"""Archives with real faults in them: healthy members are read, faulty ones are rejects, and nothing is written."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.formats.inputs import Reject, Source
from pipeline.formats.record import Record
from pipeline.formats.records import read


def parquet_bytes():
    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["q"], "text": ["rows of Parquet"]}), out)
    return out.getvalue()


MEMBERS = {
    "a.txt": b"one\r\ntwo",
    "b/page.html": b"<p>x",
    "b/rows.jsonl.gz": gzip.compress(b'{"id": "k", "text": "y"}\n{"text": "z"}\n'),
    "c/t.csv": b"text\nw\n",
    "c/t.parquet": parquet_bytes(),
    "notes.md": b"not for reading",
    "__MACOSX/._a.txt": b"\0\5\x16\7",
    ".hidden/h.txt": b"x",
}
TEXTS = [
    ("a", "one\ntwo"),
    ("b/page.html", ""),
    ("k", "y"),
    ("b/rows.jsonl.gz:2", "z"),
    ("c/t.csv:2", "w"),
    ("q", "rows of Parquet"),
]


def zipped(members, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **{"compression": zipfile.ZIP_DEFLATED, **options}) as archive:
        for name, data in members.items():
            archive.writestr(
                zipfile.ZipInfo(name) if "compression" not in options else name, data, options.get("compression", 8)
            )
    return out.getvalue()


def tarred(members, form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members.items():
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            content = b"" if info is data else data
            info.name, info.size = name, len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def special(kind, target=""):
    info = tarfile.TarInfo()
    info.type, info.linkname = kind, target
    return info


def zst(data):
    return pa.compress(data, "zstd", asbytes=True)


FORMS = [
    ("in.zip", zipped(MEMBERS)),
    ("in.zip", zipped(MEMBERS, compression=zipfile.ZIP_STORED)),
    ("in.zip", zipped(MEMBERS, compression=zipfile.ZIP_BZIP2)),
    ("in.zip", zipped(MEMBERS, compression=zipfile.ZIP_LZMA)),
    ("in.zip.gz", gzip.compress(zipped(MEMBERS))),
    ("in.tar", tarred(MEMBERS)),
    ("in.tar", tarred(MEMBERS, tarfile.GNU_FORMAT)),
    ("in.tar", tarred(MEMBERS, tarfile.USTAR_FORMAT)),
    ("in.tar.gz", gzip.compress(tarred(MEMBERS))),
    ("in.TGZ", gzip.compress(tarred(MEMBERS))),
    ("in.tar.bz2", bz2.compress(tarred(MEMBERS))),
    ("in.txz", lzma.compress(tarred(MEMBERS))),
    ("in.tar.zst", zst(tarred(MEMBERS))),
]


@pytest.mark.parametrize(("name", "data"), FORMS, ids=[f"{i}-{form[0]}" for i, form in enumerate(FORMS)])
def test_archives(parts, name, data):
    found = parts(name, data)
    own = {"k", "q"}  # ids of rows
    assert [(r.id if r.id in own else r.id.removeprefix(f"{name}/"), r.text) for r in found] == TEXTS
    assert [r.source for r in found][:3] == [f"{name}/a.txt", f"{name}/b/page.html", f"{name}/b/rows.jsonl.gz"]
    assert (found[0].newline, found[1].markup) == ("\r\n", "<p>x")


NAMES = [
    "../up.txt",
    "/abs.txt",
    "a\nb.txt",
    "é" * 100 + ".txt",
    "x" * 300 + ".txt",
    "./dot.txt",
    "A.txt",
    "a.txt",
    "C:\\w.txt",
]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_are_data(parts, pack):
    found = parts("in.zip" if pack is zipped else "in.tar", pack(dict.fromkeys(NAMES, b"x")))
    assert [r.source.partition("/")[2] for r in found] == [name.removeprefix("./") for name in NAMES]


def test_names_that_are_not_utf8(parts):
    data = tarred({"cafe.txt": b"x"}, tarfile.USTAR_FORMAT).replace(b"cafe.txt", b"caf\xe9.txt")
    header = bytearray(data[:512])
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    (record,) = parts("in.tar", bytes(header) + data[512:])
    assert record.id == "in.tar/caf\\xe9"


def test_refused_members_of_tar(parts):
    members = {
        "link.txt": special(tarfile.SYMTYPE, "/etc/passwd"),
        "hard.txt": special(tarfile.LNKTYPE, "a.txt"),
        "device.txt": special(tarfile.CHRTYPE),
        "pipe.txt": special(tarfile.FIFOTYPE),
        "folder.txt": special(tarfile.DIRTYPE),
        "link.md": special(tarfile.SYMTYPE, "a.txt"),
        "inner.zip": zipped({"x.txt": b"x"}),
        "inner.tar.gz": b"x",
        "empty.txt": b"",
        "good.txt": b"good",
    }
    *rejects, good = parts("in.tar", tarred(members))
    assert good.text == "good"
    assert [(r.path, r.reason) for r in rejects] == [
        ("in.tar/link.txt", "not a regular file but a link"),
        ("in.tar/hard.txt", "not a regular file but a link"),
        ("in.tar/device.txt", "not a regular file but a device or the like"),
        ("in.tar/pipe.txt", "not a regular file but a device or the like"),
        ("in.tar/inner.zip", "an archive in an archive"),
        ("in.tar/inner.tar.gz", "an archive in an archive"),
        ("in.tar/empty.txt", "empty file"),
    ]


def test_refused_members_of_zip(parts):
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("locked.txt", "secret")
        archive.writestr("inner.zip", zipped({"x.txt": b"x"}))
        archive.mkdir("folder.txt")
        archive.writestr("good.txt", "good")
    data = bytearray(out.getvalue())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # "locked.txt" says that it is encrypted
        at = data.index(b"locked.txt", data.index(signature) if signature[2] == 3 else data.index(b"PK\x01\x02"))
        data[data.rindex(signature, 0, at) + flags] |= 1
    *rejects, good = parts("in.zip", bytes(data))
    assert good.text == "good"
    assert [(r.path, r.reason) for r in rejects] == [
        ("in.zip/link.txt", "not a regular file but a link"),
        ("in.zip/locked.txt", "it is encrypted"),
        ("in.zip/inner.zip", "an archive in an archive"),
    ]


def test_lying_sizes_in_zip(parts):
    data = zipped({"a.txt": b"a" * 50, "b.txt": b"b" * 50})
    at = data.index(b"PK\x01\x02") + 24  # unpacked size in the table of contents
    for size, reason in (
        (10, "Bad CRC-32 for file 'a.txt'"),
        (90, "shorter than the archive says"),
        (2**31, "to more than 1,000 times"),
    ):
        reject, good = parts("in.zip", data[:at] + size.to_bytes(4, "little") + data[at + 4 :])
        assert (reject.path, good.text) == ("in.zip/a.txt", "b" * 50)
        assert reason in reject.reason


def test_lying_sizes_in_tar(parts):
    data = tarred({"a.txt": b"a" * 50, "b.txt": b"b" * 50}, tarfile.USTAR_FORMAT)
    header = bytearray(data[:512])
    header[124:136] = b"77777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    first, second = parts("in.tar", bytes(header) + data[512:])
    assert (first.path, first.reason) == ("in.tar/a.txt", "the archive ends too early")
    assert (second.path, second.reason) == ("in.tar", "the archive ends too early; what stands before it was read")


def test_bombs(parts):
    bomb = zipped({"a.txt": bytes(12_000_000), "z.txt": b"x"}, compression=zipfile.ZIP_BZIP2)
    reject, good = parts("in.zip", bomb)
    assert (reject.reason, good.text) == ("it unpacks to more than 1,000 times its size", "x")
    reject, good = parts("in.tar", tarred({"a.txt.xz": lzma.compress(bytes(12_000_000)), "z.txt": b"x"}))
    assert (reject.reason, good.text) == ("it unpacks to more than 1,000 times its size", "x")
    last = parts("in.tar.xz", lzma.compress(tarred({"a.txt": b"x", "b.txt": bytes(20_000_000)})))[-1]
    assert last.reason == "it unpacks to more than 1,000 times its size; what stands before it was read"


def test_members_that_share_their_data(parts):
    """The "better zip bomb": many entries of the table of contents for one piece of data."""
    data = zipped({f"{i:03}.txt": b" " * 2_000_000 for i in range(1)})
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    count = 50
    tail = bytearray(data[end:])
    tail[8:12] = count.to_bytes(2, "little") * 2
    tail[12:16] = ((end - at) * count).to_bytes(4, "little")
    found = parts("in.zip", data[:at] + data[at:end] * count + bytes(tail))
    assert found[-1].reason == "it unpacks to more than 1,000 times its size"


@pytest.mark.parametrize("flag", [0, 8])
def test_a_cut_zip_keeps_its_healthy_members(parts, flag):
    out = io.BytesIO()
    if flag:  # as a stream, sizes after the data
        out.seek = out.tell = None
        sink = type("Sink", (), {"write": lambda self, data: out.write(data), "flush": lambda self: None})()
    with zipfile.ZipFile(sink if flag else out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in "abc":
            archive.writestr(f"{name}/é.txt", f"{name} " * 1000)
    data = out.getvalue()
    note, *found = parts("in.zip", data[: data.rindex(b"c/\xc3\xa9.txt", 0, data.index(b"PK\x01\x02")) + 12])
    assert note.reason == "a damaged ZIP archive: what can be found in it is read"
    assert [r.id for r in found[:2]] == ["in.zip/a/é", "in.zip/b/é"]
    assert found[2] == Reject("in.zip/c/é.txt", None, None, "the compressed data ends too early")


def test_a_damaged_member_of_zip_leaves_the_others(parts):
    data = bytearray(zipped({"a.txt": b"abcdefgh" * 99, "b.txt": b"b"}))
    data[45] ^= 0xFF
    reject, good = parts("in.zip", bytes(data))
    assert (reject.path, good.text) == ("in.zip/a.txt", "b")
    assert reject.reason.startswith("damaged compressed data: ")


def test_a_damaged_header_of_tar_leaves_the_others(parts):
    data = bytearray(tarred({"a.txt": b"a", "b.txt": b"b", "c.txt": b"c"}, tarfile.USTAR_FORMAT))
    data[1024 + 3] ^= 0xFF
    a, c, reject = parts("in.tar", bytes(data))
    assert (a.text, c.text) == ("a", "c")
    assert reject == Reject("in.tar", None, 1024, "a damaged header: what stands before the next sound one is left out")


@pytest.mark.parametrize("size", [0, 100, 512, 513, 700, 1024, 1600])
def test_a_cut_tar_is_noticed(parts, size):
    found = parts("in.tar", tarred({"a.txt": b"a", "b.txt": b"b"}, tarfile.USTAR_FORMAT)[:size])
    assert isinstance(found[-1], Reject)
    assert "ends too early" in found[-1].reason or "not a TAR" in found[-1].reason or size == 100
    assert [r.text for r in found if isinstance(r, Record)] == (["a", "b"] if size == 1600 else ["a"] if size > 512 else [])


NOTHING = [  # name, bytes, reason
    ("in.zip", b"", "a damaged ZIP archive"),
    ("in.zip", b"not an archive", "a damaged ZIP archive"),
    ("in.zip", zipped({}), "an archive without a file that can be read"),
    ("in.zip", zipped({"n.md": b"x"}), "an archive without a file that can be read"),
    ("in.tar", tarred({}), "an archive without a file that can be read"),
    ("in.tar", b"not an archive" * 99, "not a TAR archive"),
    ("in.tar.gz", b"not an archive", "damaged compressed data"),
    ("in.tar.gz", gzip.compress(tarred({"a.txt": b"a"}))[:40], "the compressed data ends too early"),
]


@pytest.mark.parametrize(("name", "data", "reason"), NOTHING)
def test_archives_of_nothing(parts, name, data, reason):
    first, *_ = found = parts(name, data)
    assert all(isinstance(part, Reject) for part in found)
    assert reason in first.reason


def test_a_long_name_that_claims_gigabytes(parts):
    info = special(tarfile.GNUTYPE_LONGNAME)
    info.size, info.name = 1 << 40, "././@LongLink"
    (reject,) = parts("in.tar", info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    assert reject.reason == "a header that claims 1,099,511,627,776 bytes"


def read_bytes(data, kind):
    return list(read(Source(None, "x", kind, ""), io.BytesIO(data)))


SMALL = {"a.txt": b"abc" * 30, "b.jsonl": b'{"text": "x"}\n', "c.txt.gz": gzip.compress(b"c", mtime=0)}
WHOLE = {"zip": zipped(SMALL), "tar": tarred(SMALL)}


@settings(deadline=None)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(min_size=1, max_size=3)), max_size=4),
    st.integers(0, 1 << 16),
)
def test_damaged_archives_give_records_or_rejects(kind, damages, cut):
    data = bytearray(WHOLE[kind])
    for at, new in damages:
        data[at % len(data) : at % len(data) + len(new)] = new
    found = read_bytes(bytes(data[: cut % len(data) or None]), kind)
    assert found
    for part in found:
        assert isinstance(part, Record) or part.reason.isprintable()
