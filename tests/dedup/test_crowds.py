"""Crowds: a paragraph that met a part of its bucket is compared with all that stay of it."""

import random
from itertools import pairwise

import pytest

from pipeline.dedup import Settings, buckets, crowds, partners

FRAME = "the council of {} met in {} to hear of the {} that {} had left at the {} gate of the old town on the {} river"
WORDS = "amber bridge canal dune ember field grove harbour inlet jetty kiln lantern mill north orchard pier quarry reed".split()


def pages(count, seed=1):
    """Short documents of one frame, some alike and some not."""
    draw = random.Random(seed)
    return [[FRAME.format(*(draw.choice(WORDS) for _ in range(6)))] for _ in range(count)]


def similar(one, two):
    one, two = (set(pairwise(words)) for words in (one.split(), two.split()))
    return len(one & two) / len(one | two)


@pytest.mark.parametrize("threshold", [0.6, 0.7])
def test_of_two_alike_that_stay_there_are_hardly_any(decide, threshold):
    docs = pages(600)
    gone = decide(docs, Settings(threshold=threshold, guard=False))
    stay = [text for number, (text,) in enumerate(docs) if (number, 0) not in gone]
    missed = sum(similar(one, two) >= threshold for n, one in enumerate(stay) for two in stay[:n])
    assert missed <= 3  # 14 without the turns
    for (number, _), (_, _, twin, _, _) in gone.items():
        assert (twin, 0) not in gone
        assert docs[twin] == docs[number] or similar(docs[twin][0], docs[number][0]) >= threshold


def test_without_the_turns_some_would_be_missed(decide, monkeypatch):
    docs = pages(600)
    settings = Settings(guard=False)
    found = len(decide(docs, settings))
    monkeypatch.setattr(crowds, "FEW", 0)
    monkeypatch.setattr(crowds, "STAYERS", 0)
    assert len(decide(docs, settings)) < found


@pytest.mark.parametrize("parts", [2, 7])
def test_partitions_change_nothing(batch, run, verdicts, parts):
    docs = pages(200, seed=2)
    settings = Settings(threshold=0.7, guard=False)
    half = [batch(docs[:90]), batch(docs[90:], first=90)]
    assert verdicts(run(half, settings, parts)) == verdicts(run([batch(docs)], settings))


def test_a_crowd_that_stays_is_not_compared_with_all(decide):
    assert partners.PARTNERS >= buckets.HEADS
    assert decide([[FRAME.format(*[f"{n} {n}"] * 6)] for n in range(200)]) == {}
