"""Which blocks stay: by balance, page by page."""

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.boilerplate.choose import calibrated, choose
from pipeline.boilerplate.tagger import Tags


def tags_of(content, clean, words):
    content = np.array(content, np.float32)
    none = np.zeros_like(content)
    return Tags(content, none, none, none, none, np.array(clean, np.float32), np.array(words, np.int64))


def kept(content, words, balance, clean=0.0):
    tags = tags_of(content, [clean], words)
    return choose(tags, np.zeros(len(content), np.int64), tags.words, balance).tolist()


CASES = [
    ("keep", 0.0, [0.99, 0.3, 0.001], [50, 5, 5], [True, True, False]),
    ("keep", 0.1, [0.99, 0.3, 0.001], [50, 5, 5], [True, True, True]),  # a page that may be clean
    ("keep", 0.0, [0.99, 0.03], [500, 5], [True, False]),
    ("keep", 0.0, [0.7, 0.03], [500, 5], [True, True]),  # nobody knows what this page is about
    ("even", 0.0, [0.99, 0.3, 0.001], [50, 5, 5], [True, False, False]),
    ("even", 0.0, [0.9, 0.8], [10, 10], [True, True]),
    ("strip", 0.0, [0.99, 0.6, 0.4], [50, 5, 5], [True, False, False]),
]


@pytest.mark.parametrize(("balance", "clean", "content", "words", "expected"), CASES)
def test_balance(balance, clean, content, words, expected):
    assert kept(content, words, balance, clean) == expected


def test_a_sure_closer_goes_with_half_the_evidence():
    content, closer, none = (np.array(x, np.float32) for x in ([0.9, 0.3, 0.3, 0.6], [0, 0.99, 0.2, 0.99], [0] * 4))
    tags = Tags(content, none, none, none, closer, np.zeros(1, np.float32), np.full(4, 5))
    assert choose(tags, np.zeros(4, np.int64), tags.words, "keep").tolist() == [True, False, True, True]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1, width=32), min_size=2, max_size=20))
def test_calibration_keeps_the_order(content):
    content = np.sort(np.array(content, np.float32))
    assert (np.diff(calibrated(content)) >= 0).all()


def test_nothing():
    assert kept([], [], "keep") == []


SHARES = st.lists(st.tuples(st.floats(0, 1, width=32), st.integers(0, 400)), min_size=1, max_size=9)


def expected_f1(chosen, content, words):
    taken = sum(words[i] for i in chosen)
    right = sum(content[i] * words[i] for i in chosen)
    return right / (taken + sum(c * w for c, w in zip(content, words, strict=True)) + 1e-9)


@settings(max_examples=100, deadline=None)
@given(SHARES)
def test_even_is_the_best_set_of_all(rows):
    """Against every subset, by calibrated probabilities."""
    content, words = [r[0] for r in rows], [max(r[1], 1) for r in rows]
    believed = (calibrated(np.array(content, np.float32)) / 65_536).tolist()
    chosen = np.flatnonzero(kept(content, words, "even")).tolist()
    subsets = chain.from_iterable(combinations(range(len(rows)), k) for k in range(1, len(rows) + 1))
    best = max(expected_f1(s, believed, words) for s in subsets)
    assert expected_f1(chosen, believed, words) >= best - 1e-3


@settings(max_examples=100, deadline=None)
@given(st.lists(SHARES, min_size=2, max_size=5), st.sampled_from(["keep", "even", "strip"]))
def test_a_page_is_chosen_the_same_in_any_batch(pages, balance):
    flat = [row for page in pages for row in page]
    page = np.repeat(np.arange(len(pages)), [len(p) for p in pages])
    tags = tags_of([c for c, _ in flat], [0.0] * len(pages), [w for _, w in flat])
    whole = choose(tags, page, tags.words, balance).tolist()
    assert whole == [k for p in pages for k in kept([c for c, _ in p], [w for _, w in p], balance)]


@settings(max_examples=100, deadline=None)
@given(SHARES)
def test_strip_takes_no_more_than_even(rows):
    content, words = [r[0] for r in rows], [r[1] for r in rows]
    even, strip = kept(content, words, "even"), kept(content, words, "strip")
    assert all(e or not s for e, s in zip(even, strip, strict=True))
