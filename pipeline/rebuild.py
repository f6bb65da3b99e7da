"""A state made again from the outputs of its runs: the paragraphs that stand there, and what their learners observed.

An output that was made without a state holds no rows of learners, nor does one of older code, whose manifest names none; and
those of another version may mean something else. Its paragraphs are known all the same; what is missing is said.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from pipeline import dedup
from pipeline.corpus import BLOCKS, DOCS, Batch
from pipeline.corpus.partition import ROWS
from pipeline.dedup import Candidates, known
from pipeline.formats import assemble, commit
from pipeline.formats import output as outputs
from pipeline.formats.records import Record
from pipeline.memory import LEARNT, learnt, source_of
from pipeline.settings import Settings, merge
from pipeline.store import Output, Run, State, StateError, held
from pipeline.version import __version__

COST = (
    "its paragraphs are known, but lines that repeat on a site and letters that a site's filter replaced are learnt from the "
    "other runs alone: a line may stay, and a word damaged, until as many pages show it again"
)
_PARTS = 8  # bits of a document's number for the articles into which its text may be split once more


class _Document(NamedTuple):
    """A document of an output."""

    id: str
    places: list[int]  # of the blocks that stayed, in the original


def rebuild(folder: Path, made: Sequence[Path]) -> list[str]:
    """Make a state from the outputs of its runs, in their order; it replaces the one in `folder`.

    Returns:
        What could not be had from them, in words.

    Raises:
        NoOutput: a folder holds no finished output.
        StateError: the folder holds something else than a state, or the outputs were made with different settings.
    """
    known_names = {"files", "lock", "manifest.json", "pending.json"}
    if folder.is_dir() and any(path.name not in known_names and not path.name.endswith(".tmp") for path in folder.iterdir()):
        raise StateError(f"{folder} holds files that are no part of a state; it is left as it is")
    folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    with commit.lock(folder), held(folder):
        work = commit.beside(folder, "work")
        shutil.rmtree(work, ignore_errors=True)
        commit.tidy(folder, work)
        missing = [said for output in made for said in _add(work / "state", output)]
        commit.put(work / "state", folder, work)
    return missing


def _add(folder: Path, output: Path) -> Iterator[str]:
    """Adds the run of an output; says what is missing."""
    manifest = outputs.manifest(output)
    why = _unlearnt(output, manifest)
    if why:
        yield f"{output}: {why}; {COST}"
    settings = merge(dedup.Settings(), manifest["settings"]["dedup"])
    source = source_of(manifest["inputs"])
    run = Run(manifest.get("run") or source.sha256[:12], source, manifest["settings"], manifest["documents"]["written"])
    state = State(folder, known.scheme(settings))
    try:
        digest = hashlib.sha256((output / "_manifest.json").read_bytes()).hexdigest()
        state.prepare(run, _paragraphs(output, settings), {} if why else learnt(output), Output(output, digest))
        state.commit()
    finally:
        state.close()


def _unlearnt(output: Path, manifest: dict[str, Any]) -> str:
    """Why what the learners of a run observed cannot be had from its output; empty if it can."""
    if not {"boilerplate", "repair"} & set(manifest["settings"]["stages"]):
        return ""
    if "run" not in manifest:
        return "made without a state, so what its run learnt is not in it"
    if LEARNT not in manifest and not (output / LEARNT).is_dir():
        return "made by older code, which did not keep what its run learnt"
    if lost := [name for name in manifest.get(LEARNT, ()) if not (output / LEARNT / name).is_dir()]:
        return f"its folder {LEARNT} has lost what its run learnt ({', '.join(lost)})"
    made = manifest["versions"]["pipeline"]
    return "" if made == __version__ else f"what its run learnt was made by version {made}, this one is {__version__}"


def _paragraphs(output: Path, settings: dedup.Settings) -> Iterator[pa.Table]:
    """The paragraphs of an output, as a run leaves them."""
    documents: list[_Document] = []
    look = Candidates(settings, remember=True)
    for batch in assemble.batches(_records(output, documents), Settings().batch):
        blocks = _original_blocks(batch, documents)
        yield known.written(blocks, [piece.rows for piece in look.scatter(blocks, {}, 1) if piece.stream == ROWS])


def _records(output: Path, documents: list[_Document]) -> Iterator[tuple[int, Record]]:
    """The clean texts; notes their documents on the way."""
    for document in outputs.documents(output):
        gone = {row["pos"] for row in document.ledger if row["action"] == "drop"}
        places = [pos for pos in range(document.row["blocks"]) if pos not in gone]
        documents.append(_Document(document.row["id"], places))
        yield len(documents) - 1 << _PARTS, Record("", document.clean, None, "", "")


def _original_blocks(batch: Batch, documents: list[_Document]) -> Batch:
    """The batch with the ids of its documents, and the places that its blocks had in the originals.

    Where a clean text has other blocks than the ones that stayed, they are numbered as they stand there.
    """
    numbers = [seq >> _PARTS for seq in batch.docs["seq"].to_pylist()]
    ids = pa.array([documents[number].id for number in numbers], pa.string())
    counts = np.diff(batch.first_blocks()).tolist()
    places: list[int] = []
    for number, count in zip(numbers, counts, strict=True):
        original = documents[number].places
        places += original if len(original) == count else range(count)
    docs = batch.docs.set_column(DOCS.get_field_index("id"), DOCS.field("id"), ids)
    at = BLOCKS.get_field_index("pos")
    return replace(batch, docs=docs, blocks=batch.blocks.set_column(at, BLOCKS.field("pos"), pa.array(places, pa.int32())))
