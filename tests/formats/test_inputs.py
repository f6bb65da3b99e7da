"""Folders with real faults in them: what is found, what is refused and why, in which order."""

# names in bytes, and folders deeper than a path may be long, have no Path:
# ruff: noqa: PTH102, PTH106, PTH118, PTH119, PTH123
import os
import socket

import pytest

from pipeline.formats import inputs
from pipeline.formats.inputs import MissingInput, Reject, find, open_source, plain


def names(found):
    return [source.name for source in found.sources]


def reasons(found):
    return {reject.path: reject.reason for reject in found.rejects}


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "in"
    (root / "b").mkdir(parents=True)
    for name in ("a.txt", "b/page.HTML", "b/rows.jsonl.gz", "c.htm", "a-b.txt"):
        (root / name).write_text("x")
    return root


def test_kinds_and_order(folder):
    found = find([folder])
    assert [(s.name, s.kind, s.packing) for s in found.sources] == [
        ("a-b.txt", "text", ""),
        ("a.txt", "text", ""),
        ("b/page.HTML", "html", ""),
        ("b/rows.jsonl.gz", "jsonl", "gzip"),
        ("c.htm", "html", ""),
    ]
    assert found.rejects == []
    assert found.ignored == 0


def test_order_of_the_inputs_does_not_matter(folder):
    other = folder.parent / "other"
    other.mkdir()
    (other / "a.txt").write_text("y")
    assert find([folder, other]) == find([other, folder, folder])
    assert names(find([folder, other]))[:2] == ["in/a-b.txt", "in/a.txt"]
    assert names(find([folder / "b", folder / "a.txt"])) == ["a.txt", "page.HTML", "rows.jsonl.gz"]


def test_inputs_that_overlap_give_each_file_once(folder):
    found = find([folder, folder / "a.txt", folder / "b"])
    assert sorted(os.path.basename(name) for name in names(found)) == [
        "a-b.txt",
        "a.txt",
        "c.htm",
        "page.HTML",
        "rows.jsonl.gz",
    ]


@pytest.mark.parametrize("name", ["nowhere", "a.txt/below", "loop"])
def test_missing_input(folder, name):
    (folder / "loop").symlink_to("loop")
    with pytest.raises(MissingInput):
        find([folder / name])


def test_what_is_not_for_reading_is_ignored(folder):
    for name in (".hidden.txt", "_SUCCESS", "_part.txt", "notes.md", "noext"):
        (folder / name).write_text("x")
    (folder / ".git").mkdir()
    (folder / ".git" / "c.txt").write_text("x")
    found = find([folder])
    assert len(found.sources) == 5
    assert (found.rejects, found.ignored) == ([], 6)


def test_faults_are_rejected_and_neighbours_live(folder, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    os.mkfifo(folder / "pipe.txt")
    (folder / "link.txt").symlink_to(outside)
    (folder / "up.txt").symlink_to("../outside.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "own.txt").symlink_to("pipe.txt")
    (folder / "folder.txt").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(".", os.O_RDONLY)
        os.chdir(folder)  # the path of a socket may not be long
        try:
            server.bind("so.txt")
        finally:
            os.fchdir(here)
            os.close(here)
        found = find([folder])
    assert len(found.sources) == 5
    assert reasons(found) == {
        "gone.txt": "cannot be looked at: No such file or directory",
        "link.txt": "a link that leaves INPUT",
        "loop.txt": "cannot be looked at: a loop of links",
        "own.txt": "a link to a pipe",
        "pipe.txt": "not a regular file but a pipe",
        "so.txt": "not a regular file but a socket",
        "up.txt": "a link that leaves INPUT",
        "zero.txt": "a link that leaves INPUT",
    }


def test_a_link_inside_input_is_a_second_name(folder):
    (folder / "second.txt").symlink_to("a.txt")
    (folder / "b" / "round").symlink_to("..")
    (folder / "note.md").write_text("x")
    (folder / "note.txt").symlink_to("note.md")
    found = find([folder])
    assert names(found) == ["a-b.txt", "a.txt", "b/page.HTML", "b/rows.jsonl.gz", "c.htm", "note.txt"]
    assert found.rejects == []


def test_an_input_may_itself_be_a_link(folder, tmp_path):
    (tmp_path / "alias").symlink_to(folder)
    assert find([tmp_path / "alias"]) == find([folder])


def test_a_file_given_by_name_that_cannot_be_read(folder):
    (folder / "notes.md").write_text("x")
    os.mkfifo(folder / "pipe.txt")
    assert reasons(find([folder / "notes.md", folder / "pipe.txt"])) == {
        "notes.md": "not a kind of file that can be read (.txt, .html, .htm, .jsonl, .csv, .parquet, .warc, .wet, .zip, .tar, "
        "each also .gz .zst .bz2 .xz)",
        "pipe.txt": "not a regular file but a pipe",
    }


def test_names_that_are_not_utf8(folder):
    raw = os.fsencode(folder)
    for name in (b"caf\xe9.txt", b"caf\\xe9.txt", "é\n.txt".encode()):
        with open(os.path.join(raw, name), "w") as file:
            file.write("x")
    found = find([folder])
    assert {"caf\\xe9.txt", "é\n.txt"} < set(names(found))
    assert found.rejects == [Reject("caf\\xe9.txt", None, None, "another file has the same name once it is UTF-8")]


def test_folders_deeper_than_the_stack(tmp_path):
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(tmp_path)
        for _ in range(1100):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.fchdir(here)
        os.close(here)
    found = find([tmp_path])
    assert found.sources == []
    assert len(found.rejects) <= 1  # the system's limit for a path, said once
    remove_deep(tmp_path)


def remove_deep(root):
    here = os.open(".", os.O_RDONLY)
    os.chdir(root)
    for _ in range(1100):
        os.chdir("d")
    for _ in range(1100):
        os.chdir("..")
        os.rmdir("d")
    os.fchdir(here)
    os.close(here)


def test_a_folder_that_cannot_be_listed(folder, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("/b"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(inputs.os, "scandir", refuse)
    found = find([folder])
    assert names(found) == ["a-b.txt", "a.txt", "c.htm"]
    assert reasons(found) == {"b/": "the folder cannot be listed: Permission denied"}


def test_a_source_that_was_swapped_is_not_opened(folder):
    source = next(source for source in find([folder]).sources if source.name == "a.txt")
    source.path.unlink()
    os.mkfifo(source.path)
    with pytest.raises(OSError, match="no longer a regular file"):
        open_source(source)
    source.path.unlink()
    source.path.symlink_to("c.htm")
    with pytest.raises(OSError, match="symbolic links"):
        open_source(source)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain é", "plain é"), ("a\x1b[2Jb", "a\\x1b[2Jb"), ("\u202ex\n", "\\u202ex\\n"), ("\udcff", "\\udcff")],
)
def test_plain(text, shown):
    assert plain(text) == shown
