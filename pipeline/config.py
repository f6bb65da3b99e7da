"""Where settings come from: a TOML file, the environment, --set and flags; the later wins, and each remembers its source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.settings import Settings, SettingsError, merge

PREFIX = "PIPELINE_"
Values = Mapping[str, Any]  # "dedup.threshold" -> value


class Config(NamedTuple):
    """Settings, and the source of each that is not the default."""

    settings: Settings
    sources: dict[str, str]

    def lines(self) -> Iterator[str]:
        """Each setting as `name = value  (source)`."""
        for name, value in flat(self.settings):
            yield f"{name} = {value!r}  ({self.sources.get(name, 'default')})"


def gather(layers: Iterable[tuple[str, Values]]) -> Config:
    """Settings from layers of (source, values), the later over the earlier.

    Raises:
        SettingsError: an unknown name or a value that does not fit.
    """
    settings, sources = Settings(), dict[str, str]()
    for source, values in layers:
        for name, value in values.items():
            nested: Any = value
            for part in reversed(name.split(".")):
                nested = {part: nested}
            settings = merge(settings, nested)
            sources[name] = source
    return Config(settings, sources)


def flat(settings: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(name, value) of every setting, "dedup.threshold" for those of a stage."""
    for f in fields(settings):
        value = getattr(settings, f.name)
        if is_dataclass(value):
            yield from flat(value, f"{prefix}{f.name}.")
        else:
            yield prefix + f.name, value


def from_toml(path: Path) -> dict[str, Any]:
    """The values of a file.

    Raises:
        SettingsError: unreadable file, broken TOML or a table where none belongs.
    """
    try:
        return dict(_tables(tomllib.loads(path.read_text("utf-8"))))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The values of `PIPELINE_WORKERS`, `PIPELINE_DEDUP_THRESHOLD`, ...; other variables with that prefix are not ours."""
    names = {PREFIX + name.replace(".", "_").upper(): name for name, _ in flat(Settings())}
    return {names[key]: _value(value) for key, value in sorted(environment.items()) if key in names}


def from_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """The values of pairs like "dedup.threshold=0.8"; each is TOML, or a bare word for a string.

    Raises:
        SettingsError: a pair without "=".
    """
    out = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SettingsError(f"--set {pair}: write NAME=VALUE")
        out[name.strip()] = _value(value.strip())
    return out


def _tables(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Values by name; the tables of the stages are opened, other tables are values."""
    for name, value in values.items():
        if isinstance(value, Mapping) and is_dataclass(getattr(Settings(), name, None)):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
