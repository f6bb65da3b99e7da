"""INPUT arguments -> the files to read: regular files inside INPUT, each once, in one order for any order of INPUTs.

A document is never lost in silence: what has the suffix of a document and cannot be read becomes a `Reject`; hidden
files and files of other kinds are counted. Links inside INPUT are not followed to folders; a link to a file inside
INPUT is its second name, and is read only where the file has no name of its own that is read.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

KINDS = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "warc",  # Common Crawl's "*.warc.wet.gz"
    ".zip": "zip",
    ".tar": "tar",
}
CONTAINERS = ("zip", "tar")
PACKINGS = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz"}
SHORT = {".tgz": ".tar.gz", ".tzst": ".tar.zst", ".tbz2": ".tar.bz2", ".tbz": ".tar.bz2", ".txz": ".tar.xz"}
HIDDEN = (".", "_")  # "_manifest.json", "_SUCCESS": the habit of batch jobs for what is not data
OPEN_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY


class Source(NamedTuple):
    """One input file."""

    path: Path
    name: str  # path within INPUT with "/", and below it that within an archive: data, never a path to write to
    kind: str  # a value of KINDS
    packing: str  # "" or a value of PACKINGS
    size: int = 0  # bytes on the disk when it was found
    stamps: tuple[int, int] = (
        0,
        0,
    )  # nanoseconds: modified, and changed: the second is the kernel's, and nobody can set it back


class Reject(NamedTuple):
    """An input, or a part of one, that is left out. Unknown line or byte: None."""

    path: str  # name of the source
    line: int | None  # from 1
    byte: int | None  # from 0, in the unpacked data
    reason: str  # one line, without control characters


class MissingInput(FileNotFoundError):  # noqa: N818 - named after what is wrong
    """An INPUT argument names nothing."""


@dataclass
class Found:
    """What the INPUT arguments hold, sorted by the parts of the names."""

    sources: list[Source] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    ignored: int = 0  # hidden files, files of other kinds, second names


class _Link(NamedTuple):
    """A link that may be the only name of its file; settled once all names are known."""

    target: Path
    name: str


def find(inputs: Sequence[str | Path]) -> Found:
    """The documents' files under each INPUT, a file or a folder.

    Args:
        inputs: paths; where two of them hold the same name, all names begin at their common folder instead.

    Raises:
        MissingInput: one of them does not exist.
    """
    roots = [_root(Path(path)) for path in inputs]
    walks = [_walk(root, "") for root in dict.fromkeys(roots)]
    names = Counter(source.name for walk in walks for source in walk.sources)
    if names and max(names.values()) > 1:
        common = Path(os.path.commonpath([root if root.is_dir() else root.parent for root in roots]))
        walks = [_walk(root, _relative(root, common)) for root in dict.fromkeys(roots)]
    return _once(walks)


def open_source(source: Source) -> BinaryIO:
    """The bytes of a source as they lie on the disk; never waits, never opens anything but a regular file.

    Raises:
        OSError: it cannot be opened, or is no longer a regular file.
    """
    descriptor = os.open(source.path, OPEN_FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # asked of what is open: it may have been swapped since
            raise OSError("it is no longer a regular file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def plain(text: str) -> str:
    r"""Text from outside, fit for one line of a log or a terminal.

    >>> plain("a\x1b[31mb\n\udcff")
    'a\\x1b[31mb\\n\\udcff'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _root(path: Path) -> Path:
    try:
        return path.resolve(strict=True)  # an INPUT that is a link is the user's own choice
    except (OSError, RuntimeError) as error:
        raise MissingInput(f"no such file or folder: {plain(str(path))}") from error


def _relative(root: Path, common: Path) -> str:
    """Where the names of a root begin, below the common folder."""
    return "" if root == common else _name(root.relative_to(common)) + ("/" if root.is_dir() else "")


def _name(path: Path) -> str:
    """The path as text; bytes that are not UTF-8 become visible escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _once(walks: Sequence[Found]) -> Found:
    """All walks together: each file once, each name once, in order."""
    found, seen, taken = Found(ignored=sum(walk.ignored for walk in walks)), set[Path](), set[str]()
    for source in sorted((s for walk in walks for s in walk.sources), key=lambda s: (s.name.split("/"), s.path)):
        if source.path in seen:  # INPUTs that overlap
            continue
        if source.name in taken:
            found.rejects.append(Reject(source.name, None, None, "another file has the same name once it is UTF-8"))
            continue
        seen.add(source.path)
        taken.add(source.name)
        found.sources.append(source)
    found.rejects += sorted({reject for walk in walks for reject in walk.rejects}, key=lambda r: r.path.split("/"))
    return found


def _walk(root: Path, prefix: str) -> Found:
    """One INPUT; `prefix` begins every name."""
    found, links = Found(), list[_Link]()
    if not root.is_dir():
        _visit(root, prefix or _name(Path(root.name)), root, found, links, explicit=True)
        return found
    folders = [(root, prefix)]
    while folders:  # not by recursion: folders can be nested deeper than the stack
        folder, above = folders.pop()
        for entry in _entries(folder, above, found):
            name = above + _name(Path(entry.name))
            if entry.name.startswith(HIDDEN):
                found.ignored += 1
            elif entry.is_dir(follow_symlinks=False):
                folders.append((Path(entry.path), name + "/"))
            else:
                _visit(Path(entry.path), name, root, found, links, explicit=False)
    _settle_links(found, links)
    return found


def _entries(folder: Path, above: str, found: Found) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        found.rejects.append(Reject(above or ".", None, None, f"the folder cannot be listed: {error.strerror}"))


def _visit(path: Path, name: str, root: Path, found: Found, links: list[_Link], *, explicit: bool) -> None:
    """One directory entry that is no folder: a source, a link, a reject, or ignored."""
    kind, packing = kind_of(path.name)
    reason = ""
    if not kind and not explicit:
        found.ignored += 1
        return
    try:
        status = path.lstat()
        mode = status.st_mode
        if stat.S_ISLNK(mode):
            target = path.resolve(strict=True)
            if not target.is_relative_to(root):
                reason = "a link that leaves INPUT"
            elif target.is_dir():
                found.ignored += 1
            else:
                links.append(_Link(target, name))
        elif not stat.S_ISREG(mode):
            reason = "not a regular file but " + _what(mode)
        elif not kind:
            reason = f"not a kind of file that can be read ({', '.join(KINDS)}, each also {' '.join(PACKINGS)})"
        else:
            found.sources.append(Source(path, name, kind, packing, status.st_size, _stamps(status)))
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, on Python 3.11 and 3.12
        reason = f"cannot be looked at: {getattr(error, 'strerror', None) or 'a loop of links'}"
    if reason:
        found.rejects.append(Reject(name, None, None, reason))


def _settle_links(found: Found, links: list[_Link]) -> None:
    """A link is read where its file has no other name among the sources."""
    paths = {source.path for source in found.sources}
    for target, name in sorted(links, key=lambda link: link.name.split("/")):
        kind, packing = kind_of(name)
        status = target.stat()
        if target in paths:
            found.ignored += 1
        elif not stat.S_ISREG(status.st_mode):
            found.rejects.append(Reject(name, None, None, "a link to " + _what(status.st_mode)))
        else:
            paths.add(target)
            found.sources.append(Source(target, name, kind, packing, status.st_size, _stamps(status)))


def kind_of(name: str) -> tuple[str, str]:
    """Kind and packing by the suffix; ("", "") for other files.

    >>> kind_of("a.HTML.gz"), kind_of("b.tgz"), kind_of("notes.md"), kind_of(".txt")
    (('html', 'gzip'), ('tar', 'gzip'), ('', ''), ('', ''))
    """
    stem, suffix = os.path.splitext(name.lower())  # noqa: PTH122 - a name, not a path
    if suffix in SHORT:
        stem, suffix = os.path.splitext(stem + SHORT[suffix])  # noqa: PTH122
    packing = PACKINGS.get(suffix, "")
    if packing:
        suffix = os.path.splitext(stem)[1]  # noqa: PTH122
    kind = KINDS.get(suffix, "")
    return (kind, packing) if kind else ("", "")


def _stamps(status: os.stat_result) -> tuple[int, int]:
    return status.st_mtime_ns, status.st_ctime_ns


def _what(mode: int) -> str:
    tests = {
        stat.S_ISFIFO: "a pipe",
        stat.S_ISSOCK: "a socket",
        stat.S_ISCHR: "a device",
        stat.S_ISBLK: "a device",
        stat.S_ISDIR: "a folder",
    }
    return next((words for test, words in tests.items() if test(mode)), "something else")
