"""Is an OUTPUT whole and as it was written? Every checksum, sum and marker is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.formats.output import Changed, NoOutput, Row, manifest
from pipeline.formats.writers import digest

KNOWN = (OSError, NoOutput)  # errors that say themselves what is wrong
UNLISTED = {"_manifest.json", "_SUCCESS"}  # written after the list of files


def problems(output: Path) -> Iterator[str]:
    """One line for each thing that is wrong.

    Raises:
        NoOutput: the folder holds no finished output.
    """
    try:
        said = manifest(output)
    except (Changed, FileNotFoundError) as error:
        yield error.strerror or str(error)
        return
    yield from _files(output, said["outputs"])
    documents = said["documents"]
    if documents["in"] != documents["written"] + documents["emptied"] + documents["rejected"]:
        yield "_manifest.json: the documents do not add up"
    try:
        found = Counter(pq.read_table(output / "_documents", columns=["status"])["status"].to_pylist())
    except (OSError, pa.ArrowInvalid) as error:
        yield f"_documents: {str(error).splitlines()[0]}"
        return
    yield from (
        f"_documents: {found[name]:,} documents {name}, {documents[name]:,} in the manifest"
        for name in ("written", "emptied")
        if found[name] != documents[name]
    )


@contextmanager
def sound(output: Path, *known: type[Exception]) -> Iterator[None]:
    """Reading of an output; an error that changed bytes led to names the change.

    Args:
        output: the folder.
        known: errors of the caller that are none of the reading.

    Raises:
        Changed: a reader failed, and the output is not as it was written.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, (*KNOWN, *known)):
            raise
        found = next(problems(output), None)
        if found is None:  # a bug of ours
            raise
        raise Changed(f"the output was changed: {found}") from error


def _files(output: Path, listed: dict[str, Row]) -> Iterator[str]:
    """Files that are missing, changed or unknown."""
    there = {p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_file()} - UNLISTED
    for name in sorted(there - listed.keys()):
        yield f"{name}: not in the manifest"
    for name, known in sorted(listed.items()):
        if name not in there:
            yield f"{name}: missing"
        elif digest(output / name) != known:
            yield f"{name}: changed since it was written"
