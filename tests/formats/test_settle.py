"""Law: the ledger of any verdicts and edits rebuilds the original text, to the character."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus import BLOCKS, DOCS, EDITS, Batch, Edit, Verdicts
from pipeline.formats.blocks import split_text
from pipeline.formats.settle import settle
from pipeline.report.replay import original

STAGES = ["read", "boilerplate", "repair", "dedup"]
TEXTS = st.text(alphabet="ab \n\t\r\u00a0\u2028é•", max_size=60)


def batch_of(texts):
    docs, blocks = [], []
    for i, text in enumerate(texts):
        lines, tail = split_text(text)
        docs.append({"seq": i, "id": f"d{i}", "tail": tail})
        blocks += [{"doc": i, "pos": k, **line._asdict()} for k, line in enumerate(lines)]
    return Batch(pa.Table.from_pylist(docs, DOCS), pa.Table.from_pylist(blocks, BLOCKS), EDITS.empty_table())


def originals(batch):
    results, ledger = settle(batch)
    rows = ledger.to_pylist()
    return [
        original(r["text"], [x for x in rows if x["id"] == r["id"]], STAGES) for r in results.to_pylist()
    ], results.to_pylist()


@given(st.lists(TEXTS, min_size=1, max_size=4), st.data())
def test_ledger_rebuilds_the_text(texts, data):
    batch = batch_of(texts)
    for stage, before, after in (("read", "a", "xyz"), ("boilerplate", "b", "pq"), ("repair", "é", "k")):
        rows = np.array(sorted(data.draw(st.sets(st.integers(0, max(0, len(batch) - 1)), max_size=len(batch)))), int)
        old = batch.texts(rows) if len(batch) else []
        new = [t.replace(before, after) for t in old]
        edits = [
            Edit(int(row), m, before, after, "rule", "")
            for row, text in zip(rows, new, strict=False)
            for m in range(len(text))
            if text.startswith(after, m)
        ]
        batch = batch.rewrite(stage, rows[: len(old)], new, edits)
        dropped = np.array(sorted(data.draw(st.sets(st.integers(0, max(0, len(batch) - 1))))), int)
        if len(batch):
            batch = batch.drop(stage, Verdicts(dropped, ["r"] * len(dropped), [""] * len(dropped)))
    rebuilt, results = originals(batch)
    assert rebuilt == texts
    assert all((r["status"] == "emptied") == (not r["text"].strip()) for r in results)


@pytest.mark.parametrize(
    ("text", "drop", "clean"),
    [
        ("A\n\nB\nC\n\nD\n", [1, 2], "A\n\nD\n"),
        ("A\nB\n\nC\nD", [1, 2], "A\n\nD"),
        ("Menu\n\nA\n", [0], "A\n"),
        ("A\n\nMenu\n", [1], "A\n"),
        ("A\n  • x\nB", [1], "A\nB"),
        ("A\nB", [0, 1], ""),
    ],
)
def test_gap_that_stays(text, drop, clean):
    rows = np.array(drop)
    batch = batch_of([text]).drop("boilerplate", Verdicts(rows, ["r"] * len(rows), [""] * len(rows)))
    assert originals(batch)[1][0]["text"] == clean
    assert originals(batch)[0] == [text]
