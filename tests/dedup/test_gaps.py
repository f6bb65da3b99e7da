"""Short paragraphs between two copies go with them; short paragraphs anywhere else stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedup import Settings
from tests.dedup.conftest import decisions, make_batch, run_stage

FLOOD = "The river rose over the lower meadow in the night and carried the footbridge a mile down to the old paper mill."
REPAIR = "Two carpenters of the parish have begun to cut new beams for it, and hope to be done before the hay is brought in."
PRICE = "The council will pay for the timber from what was left of the fund for the school roof, the clerk said afterwards."
OTHER = "Nobody remembers a summer in which the plums hung so low over the wall that children could reach them from the lane."
PAGE = ["Footbridge swept away", FLOOD, "What is being done:", "- New beams", "- A ferry for now", REPAIR, "Photo: A. Smith"]


def rules(found):
    return {place: row[0] for place, row in found.items()}


TAKEN = {  # what another page made of PAGE, and the places at which it names a twin
    "whole": (PAGE, {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6}),
    "in capitals, other marks": ([text.upper().replace(":", "") for text in PAGE], {n: n for n in range(7)}),
    "other headline": (["Bridge lost", *PAGE[1:]], {n: n for n in range(1, 7)}),
    "one item changed": ([*PAGE[:3], "- Old beams", *PAGE[4:]], {n: n for n in (0, 1, 2, 4, 5, 6)}),
    "items in another order": ([*PAGE[:3], PAGE[4], PAGE[3], *PAGE[5:]], {0: 0, 1: 1, 2: 2, 3: 4, 4: 3, 5: 5, 6: 6}),
    "a paragraph between them": ([*PAGE[:3], OTHER, *PAGE[3:]], {0: 0, 1: 1, 6: 5, 7: 6}),
    "goes on with another text": ([*PAGE[:5], OTHER], {0: 0, 1: 1}),
    "begins with another text": ([OTHER, *PAGE[2:]], {4: 5, 5: 6}),
    "the first half, and another end": ([*PAGE[:2], "Read the rest"], {0: 0, 1: 1}),
    "its short lines alone": ([OTHER, *(text for text in PAGE if len(text) < 40), PRICE], {}),
    "turned round": ([REPAIR, *PAGE[2:5], FLOOD], {0: 5, 4: 1}),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_page_taken_over(decide, name):
    page, twins = TAKEN[name]
    found = decide([PAGE, page])
    assert {pos: row[3] for (seq, pos), row in found.items() if seq == 1} == twins
    assert all(row[2] == 0 and row[0] == "exact-duplicate" for row in found.values())


def test_its_evidence_says_what_stands_round_it(decide):
    assert decide([PAGE, PAGE])[1, 3][1] == "same words between the same paragraphs"


def test_the_page_that_stays_keeps_all(decide):
    assert {seq for seq, _ in decide([PAGE, PAGE, PAGE])} == {1, 2}


@given(st.integers(1, 5), st.permutations(range(4)))
def test_no_cut_of_the_corpus_shows(parts, order):
    pages = [PAGE, TAKEN["whole"][0], TAKEN["one item changed"][0], [OTHER, "Photo: A. Smith"]]
    docs = [pages[n] for n in order]
    whole = decisions(run_stage([make_batch(docs)]))
    cut = [make_batch(docs[:2]), make_batch(docs[2:], 2)]
    numbered = [batch.__class__(batch.docs, batch.blocks, batch.edits, n) for n, batch in enumerate(cut)]
    assert decisions(run_stage(numbered, Settings(), parts)) == whole
