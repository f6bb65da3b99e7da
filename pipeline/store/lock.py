"""One run at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from pipeline.store.errors import StateLocked


def acquire(path: Path) -> FileIO:
    """The locked file; the lock is the kernel's, so a dead run holds none.

    Raises:
        StateLocked: a live process holds it.
    """
    file = path.open("a+b", buffering=0)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = (file.read(32) or b"").decode("ascii", "replace").strip() or "unknown"
        file.close()
        raise StateLocked(f"another run uses the state {path.parent} (process {holder})") from error
    except OSError:  # a file system that knows no locks
        file.close()
        raise
    file.truncate(0)
    file.write(str(os.getpid()).encode())
    return file


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds a state, whatever is in it, or the place for one."""
    if not folder.is_dir():
        yield
        return
    file = acquire(folder / "lock")
    try:
        yield
    finally:
        release(file)


def release(file: FileIO) -> None:
    """Free the lock; the file stays, empty: to remove it would let two processes lock two files of one name."""
    if not file.closed:
        file.truncate(0)
        file.close()
