"""INPUT and OUTPUT on another store, by fsspec: copied here, cleaned here, and put there with the same promise.

A store mostly has no rename, so the promise is kept by order: `_SUCCESS` is taken away first and put back last, and the
manifest, which names every file with its checksum, comes just before it. Who waits for `_SUCCESS` reads no half of an output.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.formats.commit import beside, lock
from pipeline.formats.inputs import MissingInput


class NoStore(ValueError):  # noqa: N818 - named after what is wrong
    """A URL of a store that cannot be reached from here."""


LAST = ("_manifest.json", "_SUCCESS")
VERSIONS = {"ETag", "etag", "LastModified", "last_modified", "updated", "mtime", "created", "md5", "generation", "version_id"}


def is_url(path: str | Path) -> bool:
    """Whether a path names another store.

    >>> is_url("s3://bucket/crawl"), is_url("crawl/2024"), is_url(Path("a"))
    (True, False, False)
    """
    return "://" in str(path)


@contextmanager
def copied_here(inputs: Sequence[str | Path], output: str | Path) -> Iterator[tuple[list[Path], Path]]:
    """Local paths for the inputs and the output; what was written to the local output is put in its place at the end.

    Copies and the local output of a remote one have always the same place, so that a stopped run goes on; what has
    changed meanwhile is copied again.

    Raises:
        MissingInput: nothing is there.
        OSError: the store cannot be read or written.
        NoStore: the store is not known, or its package is not installed.
        Locked: another run copies to the same place.
    """
    place = Path(tempfile.gettempdir()) / f"pipeline-{_digest(output)}" / "out" if is_url(output) else Path(output)
    copies = beside(place, "inputs")
    copies.parent.mkdir(parents=True, exist_ok=True)
    with lock(copies):
        yield [_fetch(str(p), copies / _digest(p)) if is_url(p) else Path(p) for p in inputs], place
        if is_url(output):
            publish(place, str(output))
            beside(place, "key").unlink(missing_ok=True)
            place.rename(beside(place, "done"))  # else a run that is stopped here leaves a folder that none has made
            shutil.rmtree(beside(place, "done"))
        shutil.rmtree(copies, ignore_errors=True)
    if is_url(output):
        place.parent.rmdir()


@contextmanager
def read_here(output: str | Path, names: Sequence[str] = ()) -> Iterator[Path]:
    """A local path for a finished output; a copy of it, if it is remote, while the block lasts.

    Args:
        output: a folder or a URL.
        names: files that are enough, if not all are needed.

    Raises:
        MissingInput, OSError, NoStore: as `copied_here`.
    """
    if not is_url(output):
        yield Path(output)
        return
    with tempfile.TemporaryDirectory(prefix="pipeline-") as folder:
        yield _fetch(str(output), Path(folder) / "out", names)


def publish(folder: Path, url: str) -> None:
    """Copies a finished output to a store; files that stand there and are not of it go."""
    store, root = _open(url)
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name in reversed(LAST):
        if store.exists(f"{root}/{name}"):
            store.rm_file(f"{root}/{name}")
    for name in sorted(files.keys() - set(LAST)):
        store.put_file(str(files[name]), f"{root}/{name}")
    for name in sorted(_names(store, root) - files.keys()):
        store.rm_file(f"{root}/{name}")
    for name in LAST:
        store.put_file(str(files[name]), f"{root}/{name}")


def _fetch(url: str, folder: Path, only: Sequence[str] = ()) -> Path:
    """A copy of a remote file or folder."""
    store, root = _open(url)
    one = store.isfile(root)
    names = {PurePosixPath(root).name} if one else _names(store, root)
    if not names:
        raise MissingInput(f"nothing is there: {url}")
    above = str(PurePosixPath(root).parent) if one else root
    safe = {name for name in names if (folder / name).resolve().is_relative_to(folder.resolve())}  # a key may hold ".."
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(safe & set(only) if only else safe):
        _copy(store, f"{above}/{name}", folder / name)
    for path in folder.rglob("*"):  # of a stopped run
        if path.is_file() and path.relative_to(folder).as_posix() not in safe:
            path.unlink()
    return folder / names.pop() if one else folder


def _copy(store: Any, path: str, target: Path) -> None:
    """A copy whose time of modification is the version of the original, where the store tells one."""
    info = store.info(path)
    version = int(hashlib.sha256(repr(sorted(info.items(), key=str)).encode()).hexdigest()[:12], 16)
    told = not VERSIONS.isdisjoint(info)
    if told and target.is_file() and target.stat().st_mtime_ns == version:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.tmp")
    store.get_file(path, str(new))
    if told:
        os.utime(new, ns=(version, version))
    new.rename(target)


def _names(store: Any, root: str) -> set[str]:
    """Files below a folder, relative to it."""
    found = store.find(root) if store.exists(root) else []
    return {path.removeprefix(root).lstrip("/") for path in found}


def _open(url: str) -> tuple[Any, str]:
    import fsspec

    try:
        store, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:  # the store's package is missing, or nobody knows the protocol
        raise NoStore(f"{url}: {error}") from error
    return store, root.rstrip("/")


def _digest(url: str | Path) -> str:
    return hashlib.sha256(str(url).encode()).hexdigest()[:16]
