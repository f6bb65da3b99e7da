"""Corpora made to be slow: the work stays linear. Counts are asserted, not seconds."""

import pyarrow as pa
import pytest

from pipeline.dedup import Settings, bands, known, relations
from pipeline.dedup.observe import observe

LINE = "the same line of some sixteen words that a careless site prints once more on every page"


def kinds(batch, docs):
    rows = observe(batch(docs), Settings())
    table = relations.relations(rows, known.table({}), known.pairs({}), Settings())
    return pa.compute.value_counts(table.column("kind")).to_pylist(), table


def test_identical_lines_are_one_class(batch, decide):
    docs = [[LINE]] * 3000
    counts, _ = kinds(batch, docs)
    assert {c["values"]: c["counts"] for c in counts} == {relations.NAMED: 1, relations.COPY: 2999}
    assert {v[2:4] for v in decide(docs).values()} == {(0, 0)}


def test_identical_lines_in_one_document(decide):
    assert len(decide([[LINE] * 3000])) == 2999


def test_a_template_of_many_pages_gives_few_pairs(batch, decide):
    docs = [[f"{LINE} by author number {n} of the desk"] for n in range(3000)]
    counts, table = kinds(batch, docs)
    near = {c["values"]: c["counts"] for c in counts}[relations.NEAR]
    assert near <= bands.PARTNERS * len(docs)
    assert int(table.schema.metadata[b"capped"]) > 0
    assert decide(docs) == {}  # another number is another text


def test_a_template_within_one_document(decide):
    assert decide([[f"{LINE} by author number {n} of the desk" for n in range(1000)]]) == {}


@pytest.mark.parametrize("repeats", [15, 100, 50_000])
def test_one_word_repeated(decide, repeats):
    assert set(decide([["echo " * repeats], ["echo " * repeats]])) == {(1, 0)}


def test_a_paragraph_without_words(decide):
    assert decide([["* " * 500, "—" * 999], ["* " * 500]]) == {}
