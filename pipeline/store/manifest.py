"""What a state holds: its runs in order, and the files in which their paragraphs and observations lie."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

FORMAT = 3  # 1: texts as letters; 2: no chunk of texts of several runs, which is a state of this format as well
READABLE = (2, FORMAT)
Json = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """The inputs of a run."""

    files: int
    bytes: int
    sha256: str  # of their names and checksums


@dataclass(frozen=True)
class Learnt:
    """A learner's rows."""

    file: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Run:
    """What is kept of one run."""

    name: str
    source: Source
    settings: Json
    documents: int
    rows: int = 0  # paragraphs written
    digest: str = ""  # of these
    learnt: dict[str, Learnt] = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """A segment."""

    name: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """The content of `manifest.json`. A run sees the runs before it."""

    scheme: Json
    runs: tuple[Run, ...] = ()
    segments: tuple[File, ...] = ()

    def files(self) -> set[str]:
        """Names of all files."""
        return {file.name for file in self.segments} | {one.file for run in self.runs for one in run.learnt.values()}

    def before(self, name: str) -> tuple[Run, ...]:
        """The runs that the run of that name may know: all, if it is new."""
        names = [run.name for run in self.runs]
        return self.runs[: names.index(name)] if name in names else self.runs

    def bytes(self) -> bytes:
        """As JSON, with a checksum."""
        content = {"format": FORMAT, **asdict(self)}
        return orjson.dumps({**content, "check": _check(content)}, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"


@dataclass(frozen=True)
class Output:
    """The output whose appearance brings a manifest into force: its folder, and the sha256 of its own manifest."""

    folder: Path
    sha256: str


class Foreign(ValueError):  # noqa: N818 - named after what is wrong
    """A manifest that is damaged or of another format."""


def parse(data: bytes) -> Manifest:
    """The manifest in some bytes.

    Raises:
        Foreign: it is not as it was written, or of another format.
    """
    content = _checked(data)
    found = content.pop("format", None)
    if found not in READABLE:
        raise Foreign(f"its format is {found}, this version reads {' and '.join(map(str, READABLE))}")
    runs = tuple(
        Run(**{**row, "source": Source(**row["source"]), "learnt": {k: Learnt(**v) for k, v in row["learnt"].items()}})
        for row in content["runs"]
    )
    return Manifest(content["scheme"], runs, tuple(File(**row) for row in content["segments"]))


def pending_bytes(manifest: Manifest, output: Output) -> bytes:
    """A manifest that waits for its output, as JSON with a checksum."""
    content = {"manifest": manifest.bytes().decode(), "output": str(output.folder.absolute()), "sha256": output.sha256}
    return orjson.dumps({**content, "check": _check(content)})


def parse_pending(data: bytes) -> tuple[Manifest, Output]:
    """What `pending_bytes` wrote; raises as `parse` does."""
    content = _checked(data)
    return parse(content["manifest"].encode()), Output(Path(content["output"]), content["sha256"])


def _checked(data: bytes) -> Json:
    try:
        content: Json = orjson.loads(data)
        check = content.pop("check")
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise Foreign("its manifest is damaged or none of a state") from error
    if check != _check(content):
        raise Foreign("its manifest is not as it was written")
    return content


def _check(content: Json) -> str:
    return blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
