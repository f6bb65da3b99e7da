"""Other tools read the folders of an output as they are."""

import importlib
import json
import re
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from pipeline import Settings, run

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
SHOWN = README.split("<!-- readers -->")[1].split("```")[1].splitlines()[1:]
KEYS = {"author", "date", "input", "kind", "site", "title"}


@pytest.fixture(scope="module")
def output(seeds, tmp_path_factory):
    return run([seeds], tmp_path_factory.mktemp("out") / "cleaned", Settings(workers=1, formats=("jsonl", "parquet"))).output


@pytest.fixture(scope="module")
def rows(output):
    return [json.loads(line) for path in sorted((output / "jsonl").iterdir()) for line in path.read_bytes().splitlines()]


def test_rows_have_fixed_keys_and_no_nulls(rows):
    for row in rows:
        assert list(row) == ["id", "text", "source", "url", "metadata"]
        assert set(row["metadata"]) == KEYS
        assert all(isinstance(value, str) for value in (*list(row.values())[:4], *row["metadata"].values()))
        assert isinstance(json.loads(row["metadata"]["input"]), dict)


def test_a_page_keeps_its_title_author_and_date(rows):
    page = next(row["metadata"] for row in rows if row["id"] == "magazine-page.html")
    assert (page["kind"], page["author"], page["date"][:10]) == ("html", "Ruth Askew", "2024-05-02")
    assert page["title"].startswith("Mending a dry-stone wall")


def test_arrow(output, rows):
    assert ds.dataset(output / "parquet").to_table().to_pylist() == rows
    assert ds.dataset(output / "jsonl", format="json").to_table(columns=["id"])["id"].to_pylist() == [row["id"] for row in rows]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("line", SHOWN, ids=lambda line: re.match(r"(?:list\()?(\w+)", line)[1])
def test_the_readme_reads_every_row(line, output, rows, monkeypatch, tmp_path):
    module = re.match(r"(?:list\()?((?:[a-z]\w*\.)+)", line)[1][:-1]
    pytest.importorskip(module, reason=f"{module} is not installed here")
    tool = importlib.import_module(module.split(".")[0])
    if module == "datasets":
        monkeypatch.setattr(tool.config, "HF_DATASETS_CACHE", tmp_path)
    monkeypatch.chdir(output.parent)
    found = eval(line, {tool.__name__: tool})  # noqa: S307 the README's own lines
    assert len(found) == len(rows)


@pytest.mark.filterwarnings("ignore")
def test_duckdb(output, rows):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed here")
    for kind, read in (("jsonl", "read_json_auto"), ("parquet", "read_parquet")):
        found = duckdb.sql(f"select id, text, metadata.site from {read}('{output / kind}/*.{kind}') order by id").fetchall()
        assert found == sorted((row["id"], row["text"], row["metadata"]["site"]) for row in rows)


@pytest.mark.filterwarnings("ignore")
def test_polars(output, rows):
    polars = pytest.importorskip("polars", reason="Polars is not installed here")
    assert polars.read_parquet(output / "parquet")["text"].to_list() == [row["text"] for row in rows]
    assert polars.read_ndjson(output / "jsonl" / "part-00000.jsonl")["text"].to_list() == [row["text"] for row in rows]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_datasets(output, rows, tmp_path):
    datasets = pytest.importorskip("datasets", reason="datasets is not installed here")
    for kind, loader in (("jsonl", "json"), ("parquet", "parquet")):
        found = datasets.load_dataset(loader, data_dir=str(output / kind), split="train", cache_dir=str(tmp_path))
        assert found["text"][:] == [row["text"] for row in rows]


@pytest.mark.filterwarnings("ignore")
def test_datatrove(output, rows):
    readers = pytest.importorskip("datatrove.pipeline.readers", reason="datatrove is not installed here")
    for kind, reader in (("jsonl", readers.JsonlReader), ("parquet", readers.ParquetReader)):
        found = [(page.id, page.text, page.metadata["site"]) for page in reader(str(output / kind))()]
        assert found == [(row["id"], row["text"], row["metadata"]["site"]) for row in rows]
