"""Texts that share a part, but say more than that, each in its own way."""

import pytest

from pipeline.dedup import ends

SHARED = (
    "The ferry has crossed the estuary since the war, and the crew say that no winter was as hard as the last one, when ice "
    "closed the harbour for a month and the mail was carried over the river by sledge and by boat in turn."
)
ONE = "Farmers in the hills hope that the late frost has spared their orchards this year."
TWO = "Bees were seen on the roof of the town hall again, behind the clock tower."

APART = [
    (f"{ONE} {SHARED}", SHARED),  # one begins otherwise
    (f"{ONE} {SHARED}", f"{TWO} {SHARED}"),
    (f"{SHARED} {ONE}", f"{SHARED} {TWO}"),  # both go on
    (f"{SHARED} {ONE}", f"{TWO} {SHARED}"),
]
TOGETHER = [
    (SHARED, SHARED),
    (f"{SHARED} {ONE}", SHARED),  # one is longer, or was cut
    (f"{SHARED} {ONE} {TWO}", SHARED),
    (SHARED[: len(SHARED) // 2], SHARED),
    (f"HARBOUR TOWN, March 3 (Agencies) - {SHARED}", SHARED),
    (f"UPDATE: {SHARED} Read more on our page", f"{SHARED} Our reporters follow the story"),
    (SHARED.replace("estuary", "bay").replace("winter", "summer"), SHARED),
    (f"{SHARED} {SHARED} {SHARED}", f"{ONE} {SHARED} {SHARED} {SHARED}"),  # a new first sentence of a long story
    ("", SHARED),
    ("two words", "other words"),
]


@pytest.fixture
def apart(compare):
    return lambda one, two: compare(ends.apart, one, two)


@pytest.mark.parametrize(("one", "two"), APART)
def test_apart(apart, one, two):
    assert apart(one, two)
    assert apart(two, one)


@pytest.mark.parametrize(("one", "two"), TOGETHER)
def test_together(apart, one, two):
    assert not apart(one, two)
    assert not apart(two, one)


@pytest.mark.xfail(strict=True)
def test_known_failure_a_first_sentence_of_its_own(apart):
    """An editor's note of two lines before a copied paragraph looks like a text that quotes it."""
    assert not apart(f"Editor's note: this story was first published in the spring and is shown here again. {SHARED}", SHARED)


def test_such_paragraphs_stay(decide):
    assert decide([[f"{ONE} {SHARED}"], [f"{TWO} {SHARED}"], [SHARED]]) == {}
    assert set(decide([[f"{SHARED} {ONE}"], [SHARED]])) == {(1, 0)}
