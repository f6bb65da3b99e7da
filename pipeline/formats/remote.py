"""INPUT and OUTPUT on another store, by fsspec: copied here, cleaned here, and put there with the same promise.

A store mostly has no rename, so the promise is kept by order: `_SUCCESS` is taken away first and put back last, and the
manifest, which names every file with its checksum, comes just before it. Who waits for `_SUCCESS` reads no half of an output.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any


class NoStore(ValueError):  # noqa: N818 - named after what is wrong
    """A URL of a store that cannot be reached from here."""


LAST = ("_manifest.json", "_SUCCESS")


def is_url(path: str | Path) -> bool:
    """Whether a path names another store.

    >>> is_url("s3://bucket/crawl"), is_url("crawl/2024"), is_url(Path("a"))
    (True, False, False)
    """
    return "://" in str(path)


@contextmanager
def copied_here(inputs: Sequence[str | Path], output: str | Path) -> Iterator[tuple[list[Path], Path]]:
    """Local paths for the inputs and the output; what was written to the local output is put in its place at the end.

    The local output of a remote one has always the same place, so that a stopped run goes on.

    Raises:
        OSError: the store cannot be read or written.
        NoStore: the store is not known, or its package is not installed.
    """
    place = Path(tempfile.gettempdir()) / f"pipeline-{_digest(output)}" / "out" if is_url(output) else Path(output)
    with tempfile.TemporaryDirectory(prefix="pipeline-") as folder:
        local = [_fetch(str(p), Path(folder) / str(i)) if is_url(p) else Path(p) for i, p in enumerate(inputs)]
        yield local, place
    if is_url(output):
        publish(place, str(output))
        shutil.rmtree(place.parent)


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


def _fetch(url: str, folder: Path) -> Path:
    """A copy of a remote file or folder."""
    store, root = _open(url)
    if store.isfile(root):
        target = folder / PurePosixPath(root).name
        folder.mkdir(parents=True)
        store.get_file(root, str(target))
        return target
    names = _names(store, root)
    if not names:
        raise FileNotFoundError(f"nothing is there: {url}")
    for name in sorted(names):
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            continue  # a key may hold ".."; it is no path of ours
        target.parent.mkdir(parents=True, exist_ok=True)
        store.get_file(f"{root}/{name}", str(target))
    return folder


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
