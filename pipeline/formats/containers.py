"""Archives -> the documents in them, read where they lie: nothing is ever written, and names of members are data."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, NamedTuple

from pipeline.formats.bounded import Damaged
from pipeline.formats.inputs import CONTAINERS, HIDDEN, Reject, Source, kind_of
from pipeline.formats.record import Found, Read


class Member(NamedTuple):
    """A file in an archive, not yet read."""

    name: str  # as the archive gives it; bytes that are not UTF-8 are surrogates
    refusal: str  # why it is not read, whatever it holds; mostly empty
    open: Callable[[], BinaryIO]  # its bytes; raises Damaged


def documents(source: Source, members: Iterable[Member], read: Read) -> Found:
    """The parts of all members that can be read; faults end with the member, and the archive's own with the archive.

    Args:
        source: the archive.
        members: in their order; may raise `Damaged`.
        read: reads one member.
    """
    empty = True
    try:
        for inside, member in _readable(source, members):
            empty = False
            if member.refusal:
                yield Reject(inside.name, None, None, member.refusal)
            else:
                yield from _parts(inside, member, read)
        if empty:
            yield Reject(source.name, None, None, "an archive without a file that can be read")
    except Damaged as error:
        yield Reject(source.name, None, error.byte, error.reason + ("" if empty else "; what stands before it was read"))


def _readable(source: Source, members: Iterable[Member]) -> Iterator[tuple[Source, Member]]:
    """Members whose name is that of a document, as for files in folders."""
    for member in members:
        name = member.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").removeprefix("./")
        kind, packing = kind_of(name)
        if not kind or any(part.startswith(HIDDEN) and part not in (".", "..") for part in name.split("/")):
            continue
        refusal = member.refusal or ("an archive in an archive" if kind in CONTAINERS else "")
        yield Source(source.path, f"{source.name}/{name}", kind, packing), member._replace(refusal=refusal)


def _parts(inside: Source, member: Member, read: Read) -> Found:
    try:
        yield from read(inside, member.open())
    except Damaged as error:
        yield Reject(inside.name, None, error.byte, error.reason)


def irregular(mode: int) -> str:
    """Why a member with this Unix mode is not read; 0 is a mode that was not given."""
    kind = stat.S_IFMT(mode)
    if kind in (0, stat.S_IFREG, stat.S_IFDIR):
        return ""
    return "not a regular file but " + ("a link" if kind == stat.S_IFLNK else "a device or the like")
