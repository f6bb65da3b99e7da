"""A finished OUTPUT, read back document by document: clean text beside its ledger rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from pipeline.formats.names import file_name
from pipeline.formats.writers import DOCUMENTS, success

Row = dict[str, Any]
STRUCTURE = ["lengths", "paths", "links"]  # columns with a value a block, for those who ask for them
PLAIN = [name for name in DOCUMENTS.names if name not in STRUCTURE]


ABOUT = ("_SUCCESS", "_manifest.json", "_report.json")  # what tells of an output as a whole


class NoOutput(ValueError):  # noqa: N818 - named after what is wrong
    """A folder that no finished run has written."""


class Changed(OSError):  # noqa: N818 - named after what is wrong
    """An output that is not as it was written."""


class Document(NamedTuple):
    """One document of an output."""

    row: Row  # its row of `_documents`
    clean: str
    ledger: list[Row]


def manifest(output: Path) -> Row:
    """The content of `_manifest.json`.

    Raises:
        NoOutput: the folder holds no finished output.
        Changed: the manifest is not the one that `_SUCCESS` names.
    """
    if not (output / "_SUCCESS").exists():
        raise NoOutput(f"not a finished output (no _SUCCESS): {output}")
    data = (output / "_manifest.json").read_bytes()
    if (output / "_SUCCESS").read_bytes() != success(hashlib.sha256(data).hexdigest()):
        raise Changed("_manifest.json: changed since it was written")
    found: Row = orjson.loads(data)
    return found


def report(output: Path) -> Row:
    """The content of `_report.json`; raises as `manifest` does."""
    manifest(output)
    found: Row = orjson.loads((output / "_report.json").read_bytes())
    return found


def rejects(output: Path) -> list[Row]:
    """The rows of `_rejects.jsonl`."""
    with (output / "_rejects.jsonl").open("rb") as file:
        return [orjson.loads(line) for line in file]


def documents(output: Path) -> Iterator[Document]:
    """All documents in the order of the inputs; raises as `manifest` does."""
    formats = manifest(output)["settings"]["formats"]
    ledgers = groupby(_rows(output / "_ledger"), key=lambda row: row["id"])
    clean = _clean(output, formats)
    waiting = next(ledgers, None)
    for row in _rows(output / "_documents", PLAIN):
        rows: list[Row] = []
        if waiting and waiting[0] == row["id"]:
            rows, waiting = list(waiting[1]), next(ledgers, None)
        yield Document(row, "" if row["status"] == "emptied" else next(clean), rows)


def document(output: Path, name: str) -> Document | None:
    """One document, or None; looks at no other, but for the lines of JSONL where that is all there is."""
    formats = manifest(output)["settings"]["formats"]
    found = _with_id(output / "_documents", name, PLAIN)
    if not found:
        return None
    text = "" if found[0]["status"] == "emptied" else _one_clean(output, formats, name)
    return Document(found[0], text, _with_id(output / "_ledger", name))


def structure(output: Path, name: str) -> Row:
    """Of one document that is there: length, path and link share of each of its blocks, as lists."""
    return _with_id(output / "_documents", name, STRUCTURE)[0]


def _one_clean(output: Path, formats: list[str], name: str) -> str:
    if "text" in formats:
        return (output / "text" / file_name(name)).read_bytes().decode()
    if "parquet" in formats:
        return str(_with_id(output / "parquet", name)[0]["text"])
    return next(text for path in sorted((output / "jsonl").glob("*.jsonl")) for text in _texts_of(path, name))


def _texts_of(path: Path, name: str) -> list[str]:
    """The texts under an id in a file of JSON lines; a line is parsed only if it begins with the id."""
    start = orjson.dumps({"id": name})[:-1]
    with path.open("rb") as file:
        return [orjson.loads(line)["text"] for line in file if line.startswith(start)]


def _with_id(folder: Path, name: str, columns: list[str] | None = None) -> list[Row]:
    """The rows of an id, in order; Parquet's statistics pass over the row groups that cannot hold it."""
    return list(ds.dataset(folder, format="parquet").to_table(columns, filter=pc.field("id") == name).to_pylist())


def _clean(output: Path, formats: list[str]) -> Iterator[str]:
    """The clean texts in order."""
    if "jsonl" in formats:
        for path in sorted((output / "jsonl").glob("*.jsonl")):
            with path.open("rb") as file:
                yield from (orjson.loads(line)["text"] for line in file)
    elif "parquet" in formats:
        yield from (row["text"] for row in _rows(output / "parquet", ["text"]))
    else:
        written = (row["id"] for row in _rows(output / "_documents") if row["status"] == "written")
        yield from ((output / "text" / file_name(document)).read_bytes().decode() for document in written)


def _rows(folder: Path, columns: list[str] | None = None) -> Iterator[Row]:
    for path in sorted(folder.glob("*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(1 << 14, columns=columns):
            yield from batch.to_pylist()
