"""Parts of what earlier runs wrote, and what of theirs is a part of today's."""

from dataclasses import replace

import pytest

from pipeline.dedup import Settings as Dedup
from pipeline.job import Job
from tests.store.conftest import NEWS, OTHER, SETTINGS, ledger


def test_part_of_a_paragraph_whose_whole_stands_in_yesterday(go):
    whole = NEWS + " " + OTHER
    go("mon", a=whole)
    rows = ledger(go("tue", b=whole + "\n\n" + NEWS))
    assert [(row[0], row[1], row[3]) for row in rows] == [("b", "exact-duplicate", "a"), ("b", "contained", "a")]


LONG = f"Everybody knows the story by now, but it is told again. {NEWS} The fish are said to be pleased. {OTHER} So it ends."
PART = NEWS.replace(", which a local firm will begin in the spring.", ".")
CORPUS = replace(SETTINGS, dedup=Dedup(contained="corpus"))
SHARES = [
    ("half of it", NEWS + " The fish are said to be pleased. " + OTHER),
    ("a fifth of it", PART),
    ("in capitals", PART.upper()),
]


@pytest.mark.parametrize("text", [row[1] for row in SHARES], ids=[row[0] for row in SHARES])
def test_part_of_a_paragraph_of_yesterday(text, go):
    go("mon", CORPUS, a=LONG)
    go("tue", CORPUS, b=OTHER)
    [row] = ledger(go("wed", CORPUS, c=text))
    assert (row[0], row[1], row[3]) == ("c", "contained", "a")
    assert row[2] == "contained in a:0 1.00 of run mon"


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (SETTINGS, PART),
        (CORPUS, PART.replace("Monday", "Friday")),
        (CORPUS, PART.replace("four", "nine")),
        (CORPUS, PART + " Nobody lives in the mill by the old wharf any more, and no boats are seen."),
        (CORPUS, "The council voted on Monday to repair the old bridge."),
    ],
    ids=["within documents only", "another day", "another number", "more than a part", "a short quotation"],
)
def test_what_is_no_part_of_yesterday_stays(settings, text, go):
    go("mon", settings, a=LONG)
    assert ledger(go("tue", settings, b=text)) == []


def test_yesterday_stays_inside_a_paragraph_of_today(go):
    go("mon", CORPUS, a=PART)
    assert ledger(go("tue", CORPUS, b=LONG)) == []


@pytest.mark.parametrize("parts", [1, 2, 40])
def test_a_part_is_found_whatever_the_partitions(parts, go, monkeypatch):
    monkeypatch.setattr(Job, "partitions", lambda self: parts)
    go("mon", CORPUS, a=LONG)
    found = {row[0]: row[1:] for row in ledger(go("tue", CORPUS, c=PART, d=PART.upper(), e=OTHER, f=LONG))}
    inside = ("contained", "contained in a:0 1.00 of run mon", "a")
    assert found == {"c": inside, "d": inside, "e": inside, "f": ("exact-duplicate", "same words of run mon", "a")}
