"""One holder of a place at a time, and a finished folder put in its place in one step."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_durable = True
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # <linux/fcntl.h>, <linux/fs.h>


class Locked(RuntimeError):  # noqa: N818 - named after what is wrong
    """Another run writes here (exit code 6)."""


def beside(place: Path, what: str) -> Path:
    """A hidden name next to a place, on the same file system."""
    path = place.absolute()
    return path.with_name(f".{path.name}.{what}")


@contextmanager
def lock(place: Path) -> Iterator[None]:
    """Holds a place. The lock is the kernel's, so a dead run does not hold it.

    Raises:
        Locked: another process holds it; the message names that process.
        OSError: the file system knows no locks, as some network mounts.
    """
    path = beside(place, "lock")
    while True:
        with path.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                raise Locked(f"another run writes {place} (process {file.read().strip() or 'unknown'})") from error
            if not _is(file.fileno(), path):
                continue  # its last holder removed the file between our open and our lock
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return


def put(new: Path, place: Path, work: Path) -> None:
    """Puts a finished folder in its place and removes what stood there, which stands until then, and the work folder.

    Args:
        new: the finished folder, inside `work`.
        place: where it belongs.
        work: what a stopped run goes on from. It goes first: without its `new` it is of no use, and a run that went on
            from it would write an output without texts.
    """
    waiting, done = beside(place, "new"), beside(place, "done")
    new.rename(waiting)
    work.rename(done)
    if place.exists():
        _exchange(waiting, place)
    else:
        waiting.rename(place)
    sync_folder(place.absolute().parent)
    for folder in (waiting, done):
        shutil.rmtree(folder, ignore_errors=True)


def tidy(place: Path, work: Path) -> None:
    """Removes what a run left that was stopped in the middle of `put`."""
    waiting = beside(place, "new")
    for folder in (*([work, waiting] if waiting.exists() else []), beside(place, "done")):
        shutil.rmtree(folder, ignore_errors=True)


def durable(*, on: bool) -> None:
    """Whether this process waits for the disk. Without it a power cut may leave a torn output; a crash does not."""
    global _durable
    _durable = on


def sync(descriptor: int) -> None:
    """Makes an open file or folder durable."""
    if _durable:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    with _opened(folder) as descriptor:
        sync(descriptor)


def sync_all(folder: Path) -> None:
    """Makes all files of the folder's file system durable: for thousands of small files one wait instead of as many."""
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)  # Linux
    if not _durable:
        return
    with _opened(folder) as descriptor:
        if syncfs and syncfs(descriptor) == 0:
            return
    for path in folder.rglob("*"):
        with _opened(path) as descriptor:
            sync(descriptor)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _exchange(one: Path, other: Path) -> None:
    """Swaps two names in one step where the system can; else in two, with a moment in which `other` is missing."""
    libc = ctypes.CDLL(None, use_errno=True)
    call = getattr(libc, "renameat2", None)  # Linux, glibc 2.28
    if call and call(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return
    if call and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.EPERM):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    aside = beside(other, "old")
    shutil.rmtree(aside, ignore_errors=True)
    other.rename(aside)
    one.rename(other)
    aside.rename(one)
