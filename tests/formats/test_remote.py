"""Another store than this disk: the same output, and `_SUCCESS` is there only while it is whole."""

import fsspec
import pytest

from pipeline.formats import remote


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
