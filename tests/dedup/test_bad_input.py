"""Corpora made to be slow: the work stays linear. Counts are asserted, not seconds."""

from collections import Counter

import pytest

from pipeline.corpus.partition import learn
from pipeline.dedup import Candidates, Settings, partners, relations

LINE = "the same line of some sixteen words that a careless site prints once more on every page"


def kinds(batch, docs, parts=1):
    """How many relations of each kind the first look finds."""
    facts = learn(Candidates(Settings()), [batch(docs)], [{}], parts)[0]["dedup-candidates"]
    return Counter(facts["kind"].to_pylist())


def test_identical_lines_are_one_class(batch, decide):
    docs = [[LINE]] * 3000
    assert kinds(batch, docs) == {relations.NAMED: 1, relations.COPY: 2999}
    assert {v[2:4] for v in decide(docs).values()} == {(0, 0)}


@pytest.mark.parametrize("parts", [1, 3, 40])
def test_a_template_of_many_pages_gives_few_pairs(batch, decide, parts):
    docs = [[f"{LINE} by author number {n} of the desk"] for n in range(3000)]
    near = kinds(batch, docs, parts)[relations.NEAR]
    assert 0 < near <= partners.PARTNERS * len(docs)
    assert decide(docs) == {}  # another number is another text


def test_identical_lines_in_one_document(decide):
    assert len(decide([[LINE] * 3000])) == 2999


def test_a_template_within_one_document(decide):
    assert decide([[f"{LINE} by author number {n} of the desk" for n in range(1000)]]) == {}


@pytest.mark.parametrize("repeats", [15, 100, 50_000])
def test_one_word_repeated(decide, repeats):
    assert set(decide([["echo " * repeats], ["echo " * repeats]])) == {(1, 0)}


def test_a_paragraph_without_words(decide):
    assert decide([["* " * 500, "—" * 999], ["* " * 500]]) == {}
