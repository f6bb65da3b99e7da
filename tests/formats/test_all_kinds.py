"""One run over every kind of input, and the originals again."""

import gzip
import io
import json
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import run
from pipeline.undo import undo

TEXT = (
    "The ferry to the north shore sails at seven from the café “Zur Brücke”.\r\n\r\nOn Sundays it sails at nine, says {}.\r\n"
)


def original(name):
    return TEXT.format(name).encode("cp1252")


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def test_every_kind_comes_back(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    names = ["../up", "a/é", "A/É", "plain"]
    row = {"id": "rows/one", "text": original("row").decode("cp1252")}
    (folder / "p.zip").write_bytes(zipped({f"{n}.txt": original(n) for n in names} | {"r.jsonl": json.dumps(row)}))
    (folder / "t.tar.xz").write_bytes(tarred({f"{n}.txt": original(n) for n in names}))
    (folder / "g.txt.gz").write_bytes(gzip.compress(original("gzip")))
    pq.write_table(pa.table({"id": ["../../x"], "text": [original("parquet").decode("cp1252")]}), folder / "q.parquet")
    (folder / "c.csv").write_text('text\n"' + original("csv").decode("cp1252") + '"\n', newline="")
    result = run([folder], tmp_path / "out")
    assert (result.rejects, result.report["documents"]["written"]) == ([], 12)
    undo(tmp_path / "out", tmp_path / "back")
    back = {path.relative_to(tmp_path / "back").as_posix(): path.read_bytes() for path in (tmp_path / "back").rglob("*.txt")}
    expected = {f"p.zip/{n}.txt": original(n) for n in names} | {f"t.tar.xz/{n}.txt": original(n) for n in names}
    expected = {name.replace("..", "%2E%2E"): data for name, data in expected.items()}
    expected["g.txt"] = original("gzip")
    for name, says in {"rows/one": "row", "%2E%2E/%2E%2E/x": "parquet", "c.csv%3A2": "csv"}.items():
        expected[f"{name}.txt"] = original(says).decode("cp1252").encode()  # of rows, the text
    assert {again(name): data for name, data in back.items()} == {again(name): data for name, data in expected.items()}


def again(name):
    """The name without the number of documents whose names differ in case only."""
    return name.replace("~2", "")
