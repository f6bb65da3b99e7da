"""Another store than this disk: the same output, and `_SUCCESS` is there only while it is whole."""

import json
from unittest.mock import Mock

import fsspec
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.formats import remote
from pipeline.job import Job


@pytest.fixture
def store():
    store = fsspec.filesystem("memory")
    store.store.clear()
    store.pseudo_dirs[:] = [""]
    return store


def put(store, files):
    for name, text in files.items():
        store.pipe_file(f"/bucket/{name}", text.encode())


def read(store, root):
    return {name.removeprefix(root + "/"): store.cat_file(name).decode("utf-8", "replace") for name in store.find(root)}


def finished(folder, **files):
    for name, text in {**files, "_manifest.json": "{}", "_SUCCESS": ""}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_a_folder_is_copied_here(store, tmp_path):
    put(store, {"crawl/a.txt": "A", "crawl/x/b.txt": "B", "other/c.txt": "C"})
    with remote.copied_here(["memory://bucket/crawl"], tmp_path / "out") as ([folder], place):
        assert {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*.txt")} == {
            "a.txt": "A",
            "x/b.txt": "B",
        }
        assert place == tmp_path / "out"


def test_a_file_is_copied_here(store, tmp_path):
    put(store, {"a.jsonl": "{}"})
    with remote.copied_here(["memory://bucket/a.jsonl"], tmp_path / "out") as ([path], _):
        assert (path.name, path.read_text()) == ("a.jsonl", "{}")


def test_a_copy_is_made_again_only_if_the_original_changed(store, tmp_path, monkeypatch):
    put(store, {"crawl/a.txt": "A", "crawl/b.txt": "B", "crawl/c.txt": "C"})
    copied, real = [], type(store).get_file
    monkeypatch.setattr(type(store), "get_file", lambda self, path, *a, **k: (copied.append(path), real(self, path, *a, **k)))
    stopped = remote.copied_here(["memory://bucket/crawl"], tmp_path / "out")
    before = (stopped.__enter__()[0][0] / "a.txt").stat()
    stopped.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    put(store, {"crawl/b.txt": "b"})
    store.rm_file("/bucket/crawl/c.txt")
    with remote.copied_here(["memory://bucket/crawl"], tmp_path / "out") as ([folder], _):
        assert sorted(p.name for p in folder.iterdir()) == ["a.txt", "b.txt"]
        assert (folder / "b.txt").read_text() == "b"
        assert (folder / "a.txt").stat().st_ctime_ns == before.st_ctime_ns  # so the unfinished work is taken up
    assert [name.rpartition("/")[2] for name in copied] == ["a.txt", "b.txt", "c.txt", "b.txt"]
    assert list(tmp_path.iterdir()) == []


def test_keys_that_are_paths_stay_inside(store, tmp_path):
    put(store, {"crawl/a.txt": "A"})
    store.store["/bucket/crawl/../../evil.txt"] = store.store["/bucket/crawl/a.txt"]
    with remote.copied_here(["memory://bucket/crawl"], tmp_path / "out") as ([folder], _):
        assert [p.name for p in folder.rglob("*.txt")] == ["a.txt"]
    assert not list(tmp_path.rglob("evil.txt"))


def test_nothing_there(store, tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing is there"), remote.copied_here(["memory://no"], tmp_path):
        pass


def test_the_output_replaces_the_old_one(store, tmp_path):
    put(store, {"out/text/old.txt": "old", "out/_SUCCESS": "", "out/_manifest.json": "old"})
    with remote.copied_here([tmp_path], "memory://bucket/out") as (_, place):
        finished(place, **{"text/new.txt": "new"})
    assert read(store, "/bucket/out") == {"text/new.txt": "new", "_manifest.json": "{}", "_SUCCESS": ""}
    assert not place.exists()


def test_a_failing_store_leaves_no_success(store, tmp_path, monkeypatch):
    put(store, {"out/text/old.txt": "old", "out/_SUCCESS": ""})
    finished(tmp_path / "out", **{"text/a.txt": "a", "text/b.txt": "b"})
    real = type(store).put_file

    def put_file(self, local, path, **kwargs):
        if path.endswith("b.txt"):
            raise OSError("the store is full")
        return real(self, local, path, **kwargs)

    monkeypatch.setattr(type(store), "put_file", put_file)
    with pytest.raises(OSError, match="full"):
        remote.publish(tmp_path / "out", "memory://bucket/out")
    assert "_SUCCESS" not in read(store, "/bucket/out")
    monkeypatch.undo()
    remote.publish(tmp_path / "out", "memory://bucket/out")
    assert set(read(store, "/bucket/out")) == {"text/a.txt", "text/b.txt", "_manifest.json", "_SUCCESS"}


def test_a_failed_run_publishes_nothing(store, tmp_path):
    put(store, {"out/_SUCCESS": "", "out/text/old.txt": "old"})
    with pytest.raises(ValueError, match="no"), remote.copied_here([tmp_path], "memory://bucket/out"):
        raise ValueError("no")
    assert read(store, "/bucket/out") == {"_SUCCESS": "", "text/old.txt": "old"}


def test_a_stopped_upload_is_taken_up_without_the_job(store, monkeypatch):
    from pipeline import Settings, run

    put(store, {"crawl/a.txt": "The mill opened its doors.\n", "crawl/b.jsonl": "broken\n"})
    job = {"inputs": ["memory://bucket/crawl"], "output": "memory://bucket/out", "settings": Settings(workers=1, stages=())}
    expected = run(**job | {"output": "memory://bucket/expected"})
    full, cleans, real = OSError("the store is full"), [], Job.clean
    monkeypatch.setattr(Job, "clean", lambda self, rejects: (cleans.append(1), real(self, rejects))[1])
    with monkeypatch.context() as patch:
        patch.setattr(type(store), "put_file", Mock(side_effect=full))
        for _ in range(2):
            with pytest.raises(OSError, match="full"):
                run(**job)
    assert "_SUCCESS" not in read(store, "/bucket/out")
    result = run(**job)
    assert (result.report, result.rejects, cleans) == (expected.report, expected.rejects, [1])
    assert read(store, "/bucket/out") == read(store, "/bucket/expected")
    with monkeypatch.context() as patch:
        patch.setattr(type(store), "put_file", Mock(side_effect=full))
        with pytest.raises(OSError, match="full"):
            run(**job)
    put(store, {"crawl/a.txt": "The mill closed its doors.\n"})
    run(**job)
    assert read(store, "/bucket/out")["text/a.txt"] == "The mill closed its doors.\n"
    assert cleans == [1, 1, 1]


def test_a_job_from_store_to_store(store):
    from pipeline import Settings, run

    put(store, {"crawl/a.txt": "[ad_1]\n\nThe mill by the old bridge opened its doors again on Friday.\n"})
    run(["memory://bucket/crawl"], "memory://bucket/out", Settings(workers=1, stages=("boilerplate",)))
    found = read(store, "/bucket/out")
    assert found["text/a.txt"] == "The mill by the old bridge opened its doors again on Friday.\n"
    assert "_SUCCESS" in found


def test_an_unknown_store(tmp_path):
    with pytest.raises(remote.NoStore, match="nosuch"), remote.copied_here(["nosuch://a"], tmp_path):
        pass


def call(*args):
    return CliRunner().invoke(main, [str(a) for a in args])


def test_every_command_reads_a_url(store, tmp_path):
    text = "[ad_1]\n\nThe mill by the old bridge opened its doors again on Friday.\n"
    put(store, {"crawl/a.txt": text})
    url = "memory://bucket/out"
    assert call("run", "memory://bucket/crawl", url, "--workers", "1").exit_code == 0
    assert call("check", url).exit_code == 0
    assert "1 documents: 1 written" in call("report", url, "--html", tmp_path / "page.html").stdout
    assert "boilerplate/shortcode" in call("explain", url, "a").stdout
    assert call("explain", url, "nobody").exit_code == 2
    assert call("undo", url, tmp_path / "back").exit_code == 0
    assert (tmp_path / "back" / "a.txt").read_text() == text
    assert (
        json.loads(call("run", "memory://bucket/crawl", "x", "--dry-run", "--workers", "1").stdout)["documents"]["written"] == 1
    )
    put(store, {"out/text/a.txt": "forged"})
    assert call("check", url).exit_code == 4


USAGE = [
    ("run", "memory://nothing", "out"),
    ("check", "memory://nothing"),
    ("report", "nosuch://x"),
    ("undo", "memory://bucket/out", "memory://bucket/back"),
    ("run", "memory://bucket/crawl", "out", "--state", "memory://bucket/state"),
]


@pytest.mark.parametrize("args", USAGE, ids=" ".join)
def test_usage(args, store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put(store, {"crawl/a.txt": "A text.", "out/_SUCCESS": ""})
    result = call(*args)
    assert result.exit_code == 2, result.output
    assert len(result.stderr.strip().splitlines()) == 1
