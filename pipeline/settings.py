"""All settings of a run: each stage's own, gathered. An unknown key is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import orjson

from pipeline import boilerplate, dedup, repair

FORMATS = ("text", "jsonl", "parquet")
STAGES = ("boilerplate", "repair", "dedup")
FLOOR = 400_000_000  # bytes of one process: measured, see benchmarks/README.md
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([KMGT]?)(i?)B)?", re.IGNORECASE)
T = TypeVar("T")


class SettingsError(ValueError):
    """A setting that does not exist, or a value that does not fit it."""


@dataclass(frozen=True)
class Settings:
    """What a run does. Fields marked * never change a byte of the output."""

    formats: tuple[str, ...] = ("text", "jsonl")
    """Folders to write: "text", "jsonl", "parquet"."""
    stages: tuple[str, ...] = STAGES
    """Stages to run; their order is fixed."""
    workers: int = 0
    """* Processes; 0: as many as the machine has cores."""
    engine: str = "local"
    """* "local" (this machine) or "ray" (a Ray cluster)."""
    batch: int = 2_000_000
    """* Characters of a batch: what one task holds in memory."""
    max_memory: int | str = 0
    """* Bytes that the job's processes may take together, as in "600MB" or "2GiB": so many run at once. 0: no bound."""
    strict: bool = False
    """Write nothing if any input is rejected."""
    allow_rejects: bool = False
    """* Exit code 0 although inputs were rejected."""
    state: str = ""
    """* Folder of what earlier runs wrote and learnt: today's run is compared with it and adds to it."""
    run: str = ""
    """* Name of this run in the state; a hash of its inputs if not given."""
    fsync: bool = True
    """* Wait for the disk, so that a power cut loses nothing; False is for throw-away jobs."""
    boilerplate: boilerplate.Settings = field(default_factory=boilerplate.Settings)
    repair: repair.Settings = field(default_factory=repair.Settings)
    dedup: dedup.Settings = field(default_factory=dedup.Settings)

    def __post_init__(self) -> None:
        """Refuse words that mean nothing.

        Raises:
            SettingsError: an unknown format, stage or engine, or a number out of range.
        """
        _known("formats", self.formats, FORMATS)
        _known("stages", self.stages, STAGES)
        _known("engine", [self.engine], ("local", "ray"))
        if not self.formats:
            raise SettingsError("formats: at least one of " + ", ".join(FORMATS))
        if self.workers < 0 or self.batch < 1:
            raise SettingsError("workers and batch must not be negative")
        if 0 != self.memory < FLOOR:
            raise SettingsError(f"max_memory: at least {FLOOR // 10**6}MB, which one process needs, or 0 for no bound")
        if len(self.run) > 200 or not (self.run.isprintable() and self.run == self.run.strip()):
            raise SettingsError("run: a name of at most 200 visible characters")

    @property
    def memory(self) -> int:
        """`max_memory` in bytes.

        Raises:
            SettingsError: it is no size.
        """
        found = SIZE.fullmatch(str(self.max_memory).strip())
        if not found:
            raise SettingsError(f"max_memory: {self.max_memory!r} is no size, as 600MB or 2GiB are")
        number, letter, binary = found.groups(default="")
        power = " KMGT".index(letter.upper() or " ")
        return int(float(number) * (1024 if binary else 1000) ** power)

    def seen(self) -> dict[str, Any]:
        """What shows in the output, as JSON has it."""
        found = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in UNSEEN}
        told: dict[str, Any] = orjson.loads(orjson.dumps(found, default=dict))
        return told


UNSEEN = ("max_memory", "workers", "engine", "batch", "allow_rejects", "fsync", "state", "run")  # the fields marked *


def merge(base: T, values: Mapping[str, Any], where: str = "") -> T:
    """A settings dataclass with some fields replaced, nested ones by nested tables.

    Raises:
        SettingsError: naming the field in full.
    """
    hints, names = get_type_hints(type(base)), {f.name for f in fields(base)}  # type: ignore[arg-type]
    new = {}
    for key, value in values.items():
        if key not in names:
            raise SettingsError(f"unknown setting {where}{key}; known here: {', '.join(sorted(names))}")
        old = getattr(base, key)
        if is_dataclass(old) and not isinstance(old, type):
            if not isinstance(value, Mapping):
                raise SettingsError(f"{where}{key} is a table of settings")
            new[key] = merge(old, value, f"{where}{key}.")
        else:
            new[key] = _fit(value, hints[key], f"{where}{key}")
    try:
        return replace(base, **new)  # type: ignore[type-var]
    except SettingsError:
        raise
    except ValueError as error:
        raise SettingsError(f"{where.rstrip('.') or 'settings'}: {error}") from error


def _fit(value: Any, kind: Any, name: str) -> Any:
    """The value as the field's type: lists become tuples, whole numbers become floats where floats are wanted."""
    wanted = get_origin(kind) or kind
    if wanted is tuple and isinstance(value, str):
        value = [word for word in value.split(",") if word]
    if wanted is tuple and isinstance(value, list):
        return tuple(_fit(item, get_args(kind)[0], name) for item in value)
    if wanted is float and type(value) is int:
        return float(value)
    if not isinstance(wanted, type) or wanted is UnionType:  # a Literal or a union: its dataclass checks it
        return value
    if isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)):
        return value
    raise SettingsError(f"{name}: {value!r} is not of type {wanted.__name__}")


def _known(name: str, found: Iterable[str], known: Iterable[str]) -> None:
    for word in found:
        if word not in known:
            raise SettingsError(f"{name}: {word!r} is none of {', '.join(known)}")
