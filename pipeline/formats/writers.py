"""Results -> files that other tools load as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.formats import commit
from pipeline.formats.groups import groups
from pipeline.formats.names import file_name
from pipeline.formats.settle import LEDGER, RESULTS
from pipeline.formats.spool import Damaged, whole_file

GROUP_BYTES = 16 << 20  # text of a Parquet row group, and what is held in memory while writing
GROUP_ROWS = 1 << 14  # of the ledger, whose rows may hold paragraphs, and of the documents
PART_GROUPS = 16  # row groups of a part file

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
    """One file a written document, named by its id."""
    for row in results.filter(pc.equal(results["status"], "written")).select(["id", "text"]).to_pylist():
        with whole_file(folder / file_name(row["id"]), sync=False) as file:
            file.write(row["text"].encode())
    if folder.exists():
        commit.sync_all(folder)


def check_texts(files: Mapping[str, Mapping[str, Any]], results: Iterable[pa.Table]) -> None:
    """Compares the texts with what their tasks wrote, which may be days ago where a job was stopped meanwhile.

    Args:
        files: digests of the files of the output by name, as its manifest lists them.
        results: of all batches.

    Raises:
        Damaged: a text is missing, or is not as it was written.
    """
    for table in results:
        written = table.filter(pc.equal(table["status"], "written"))
        for document, known in zip(*(written[name].to_pylist() for name in ("id", "clean_sha256")), strict=True):
            name = f"text/{file_name(document)}"
            if name not in files or files[name]["sha256"] != known:
                raise Damaged(Path(name))


def clean_rows(results: pa.Table) -> pa.Table:
    """The documents that are written, as other tools read them: fixed keys, no nulls."""
    written = results.filter(pc.equal(results["status"], "written"))
    rows = []
    for row in written.select(["id", "text", "source", "url", "site", "kind", "metadata"]).to_pylist():
        found = orjson.loads(row.pop("metadata"))
        found["input"] = orjson.dumps(found["input"]).decode()
        found |= {"site": row.pop("site"), "kind": row.pop("kind")}
        rows.append({**row, "metadata": {name: found.get(name) or "" for name in METADATA}})
    return pa.Table.from_pylist(rows, CLEAN)


def write_jsonl(folder: Path, clean: Iterable[pa.Table]) -> None:
    """JSON lines in numbered parts; at least one part, so that a reader finds the folder."""

    def write(path: Path, tables: Iterator[pa.Table]) -> None:
        with whole_file(path) as file:
            for table in tables:
                file.writelines(orjson.dumps(row) + b"\n" for row in table.to_pylist())

    _write_parts(folder, "jsonl", groups(clean, _text_bytes, GROUP_BYTES), write)


def write_parquet(folder: Path, schema: pa.Schema, tables: Iterable[pa.Table], weigh: str = "text") -> None:
    """Parquet in numbered parts, zstd; row groups are cut by bytes of the column `weigh`, or by rows if it is empty."""

    def write(path: Path, parts: Iterator[pa.Table]) -> None:
        with whole_file(path) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for table in parts:
                writer.write_table(table, row_group_size=table.num_rows)

    weight, limit = (_text_bytes, GROUP_BYTES) if weigh else (_one_each, GROUP_ROWS)
    _write_parts(folder, "parquet", groups(tables, weight, limit), write)


def write_ledger(folder: Path, tables: Iterable[pa.Table]) -> None:
    """The ledger's parts."""
    write_parquet(folder, LEDGER, tables, weigh="")


def write_documents(folder: Path, tables: Iterable[pa.Table]) -> None:
    """One row a document: its encoding, checksums and counts; what `undo` and `explain` start from."""
    write_parquet(folder, DOCUMENTS, (table.select(DOCUMENTS.names) for table in tables), weigh="")


def write_json(path: Path, value: Any) -> None:
    """One JSON value, keys sorted."""
    with whole_file(path) as file:
        file.write(orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n")


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """JSON lines in one file."""
    with whole_file(path) as file:
        file.writelines(orjson.dumps(row) + b"\n" for row in rows)


def success(manifest: bytes) -> bytes:
    """The content of `_SUCCESS`, which `sha256sum --check` knows."""
    return f"{hashlib.sha256(manifest).hexdigest()}  _manifest.json\n".encode()


def write_success(folder: Path) -> None:
    """The marker of a finished output, which vouches for its manifest."""
    with whole_file(folder / "_SUCCESS") as file:
        file.write(success((folder / "_manifest.json").read_bytes()))


def digest(path: Path) -> dict[str, Any]:
    """Size in bytes and sha256 of a file."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _write_parts(
    folder: Path, suffix: str, tables: Iterator[pa.Table], write: Callable[[Path, Iterator[pa.Table]], None]
) -> None:
    numbered = groupby(enumerate(tables), key=lambda item: item[0] // PART_GROUPS)
    count = 0
    for number, part in numbered:
        write(folder / f"part-{number:05d}.{suffix}", (table for _, table in part))
        count += 1
    if not count:
        write(folder / f"part-00000.{suffix}", iter(()))


def _text_bytes(table: pa.Table) -> NDArray[Any]:
    return np.asarray(pc.binary_length(table["text"]).to_numpy())


def _one_each(table: pa.Table) -> NDArray[Any]:
    return np.ones(table.num_rows, np.int64)
