"""Results -> files that other tools load as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.formats import commit
from pipeline.formats.names import file_name
from pipeline.formats.settle import RESULTS
from pipeline.formats.spool import Damaged, created, whole_file

LINES = 1000  # that are Python's objects at a time
PRETTY = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2
METADATA = ["site", "kind", "title", "author", "date", "input"]
CLEAN = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("source", pa.string()),
        ("url", pa.string()),
        ("metadata", pa.struct([(name, pa.string()) for name in METADATA])),
    ]
)
DOCUMENTS = pa.schema([field for field in RESULTS if field.name not in ("seq", "text", "metadata")])


def write_texts(folder: Path, results: pa.Table) -> None:
    """One file a written document, named by its id; under its own name at once, since a task that was stopped is done again."""
    for row in results.filter(pc.equal(results["status"], "written")).select(["id", "text"]).to_pylist():
        with created(folder / file_name(row["id"])) as file:
            file.write(row["text"].encode())
    if folder.exists():
        commit.sync_all(folder)


def check_texts(folder: Path, documents: pa.Table) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and digests of the texts of a batch; their task wrote them, which may be days ago where a job was stopped.

    Args:
        folder: of the output.
        documents: of the batch, with "id", "status" and "clean_sha256".

    Raises:
        Damaged: a text is missing, or is not as it was written.
    """
    written = documents.filter(pc.equal(documents["status"], "written"))
    for document, known in zip(*(written[name].to_pylist() for name in ("id", "clean_sha256")), strict=True):
        name = f"text/{file_name(document)}"
        try:
            data = (folder / name).read_bytes()
        except FileNotFoundError as error:
            raise Damaged(Path(name)) from error
        if hashlib.sha256(data).hexdigest() != known:
            raise Damaged(Path(name))
        yield name, {"bytes": len(data), "sha256": known}


def clean(results: pa.Table) -> pa.Table:
    """The documents that are written, as other tools read them: fixed keys, no nulls."""
    rows = []
    columns = ["id", "text", "source", "url", "site", "kind", "metadata"]
    for row in results.filter(pc.equal(results["status"], "written")).select(columns).to_pylist():
        found = orjson.loads(row.pop("metadata"))
        found["input"] = orjson.dumps(found["input"]).decode()
        found |= {"site": row.pop("site"), "kind": row.pop("kind")}
        rows.append({**row, "metadata": {name: found.get(name) or "" for name in METADATA}})
    return pa.Table.from_pylist(rows, CLEAN)


def write_jsonl(path: Path, tables: Iterable[pa.Table]) -> None:
    """A JSON line a row."""
    with whole_file(path) as file:
        for table in tables:
            rows = (row for batch in table.to_batches(max_chunksize=LINES) for row in batch.to_pylist())
            file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def write_parquet(schema: pa.Schema, path: Path, tables: Iterable[pa.Table]) -> None:
    """Parquet, zstd; a row group a table."""
    with whole_file(path) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table.combine_chunks(), row_group_size=table.num_rows)  # chunks would show in its pages


def write_json(path: Path, value: Any) -> dict[str, Any]:
    """One JSON value, keys sorted; the file's digest."""
    with whole_file(path) as file:
        file.write(orjson.dumps(value, option=PRETTY) + b"\n")
    return digest(path)


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """JSON lines in one file; its digest."""
    with whole_file(path) as file:
        file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    return digest(path)


def write_manifest(path: Path, about: Mapping[str, Any], files: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """What went in and with what, keys sorted, and under "outputs" the digest of each file, one by one as they come."""
    value = orjson.dumps({**about, "outputs": {}}, option=PRETTY)
    head, tail = value.split(b'\n  "outputs": {}')
    with whole_file(path) as file:
        file.write(head + b'\n  "outputs": {')
        for number, (name, about_file) in enumerate(files):
            entry = orjson.dumps({name: about_file}, option=PRETTY)
            file.write(b"," * bool(number) + entry[1:-2].replace(b"\n", b"\n  "))
        file.write(b"\n  }" + tail + b"\n")


def success(manifest: str) -> bytes:
    """The content of `_SUCCESS`, which `sha256sum --check` knows, for a manifest with that checksum."""
    return f"{manifest}  _manifest.json\n".encode()


def write_success(folder: Path) -> None:
    """The marker of a finished output, which vouches for its manifest."""
    with whole_file(folder / "_SUCCESS") as file:
        file.write(success(digest(folder / "_manifest.json")["sha256"]))


def digest(path: Path) -> dict[str, Any]:
    """Size in bytes and sha256 of a file."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
