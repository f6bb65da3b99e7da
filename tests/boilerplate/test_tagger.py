"""The line tagger: what it must drop and keep, and that a page's result is the page's own."""

from functools import cache
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.boilerplate import tagger
from pipeline.boilerplate.choose import choose
from pipeline.boilerplate.tagger import explain, tag

PROSE = [
    "The mill stood empty for eleven years before the two sisters bought it from the county at auction in the spring.",
    "They had no plan beyond keeping the roof on. The wheel was rusted through, and owls lived in the loft.",
    "“We thought it would take a summer,” the elder of them said, laughing. “It has taken four so far.”",
    "The river did most of the harm. Twice the water came over the lower floor, and each time plaster had to come off.",
    "By the autumn of the second year the stones were turning again, slowly, and some first flour went to the market.",
]


def columns(pages, blank=0):
    raw = [block.encode("utf-8", "replace") for page in pages for block in page]
    offsets = np.cumsum([0] + [len(r) for r in raw])
    number = np.repeat(np.arange(len(pages)), [len(page) for page in pages])
    return (
        np.frombuffer(b"".join(raw), np.uint8),
        offsets,
        number,
        np.full(len(raw), blank),
        np.zeros(len(raw), np.int64),
    )


def kept(page, balance="even"):
    tags = tag(*columns([page]))
    return choose(tags, np.zeros(len(page), np.int64), tags.words, balance)


FIRES = [
    (["Skip to content", "Menu", "Home", "Search for:"], [], "en"),
    ([], ["Leave a Reply", "Your email address will not be published.", "Related Posts", "Privacy Policy"], "en"),
    ([], ["Share on Facebook", "Share on Twitter", "More from this section", "About us", "Contact"], "en"),
    (["Home", "News", "Sport", "Weather", "Log in"], ["© 2023 Valley Herald. All rights reserved."], "en"),
]


@pytest.mark.parametrize(("above", "below", "language"), FIRES)
def test_furniture_around_prose_goes(above, below, language):
    page = [*above, "Sisters bring the old mill back to life", *PROSE, *below]
    keep = kept(page)
    assert keep[len(above) : len(page) - len(below)].all()
    assert not keep[: len(above)].any()
    assert not keep[len(page) - len(below) :].any()


HOLDS = [
    ["Sisters bring the old mill back to life", *PROSE],
    PROSE[:1],
    ["Flour and water", *(f"- {n} g of {x}" for n, x in [(500, "flour"), (340, "water"), (10, "salt")]), *PROSE[3:]],
    [f"{name}: {line}" for name, line in zip(["Ada", "Tom", "Ada", "Tom", "Ada"], PROSE, strict=True)],
    [
        "The owls were first to leave,",
        "the mice were next, and then",
        "the long grass at the door,",
        "and then the door.",
    ],
    ["Dear Anna,", *PROSE[:2], "Yours sincerely,", "J. Hale"],
    ["def area(width, height):", "    return width * height", "", "print(area(3, 4))"],
    ["Chapter 4", PROSE[0], "Chapter 5", PROSE[1], "Chapter 6", PROSE[2]],
]


@pytest.mark.parametrize("page", HOLDS, ids=lambda page: page[0][:20])
def test_a_clean_document_is_left_alone(page):
    assert kept(page, "keep").all()


PAGES = st.lists(
    st.lists(
        st.sampled_from([*PROSE, "Menu", "Home", "Share", "3 comments", "新闻", "", "© 2024 X"]),
        min_size=1,
        max_size=40,
    ),
    min_size=2,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(PAGES, st.data())
def test_a_page_is_judged_the_same_in_any_batch(pages, data):
    """To the last bit: decisions must not depend on how a corpus is cut."""
    cut = data.draw(st.integers(1, len(pages) - 1))
    whole = tag(*columns(pages))
    parts = [tag(*columns(pages[:cut])), tag(*columns(pages[cut:]))]
    for name in whole._fields:
        assert np.array_equal(getattr(whole, name), np.concatenate([getattr(p, name) for p in parts])), name


def test_portions_do_not_show(monkeypatch):
    pages = [[*PROSE * (1 + k % 5), "Menu", "Home"] for k in range(30)]
    whole = tag(*columns(pages))
    monkeypatch.setattr(tagger, "_PORTION", 17)
    for a, b in zip(whole, tag(*columns(pages)), strict=True):
        assert np.array_equal(a, b)


STRANGE = {
    "nothing": [],
    "an empty block": [""],
    "only marks": ["* * *", "---"],
    "one long line": ["word " * 60_000],
    "one long word": ["x" * 300_000],
    "many short lines": ["Menu"] * 25_000,
    "broken UTF-8": ["\ud800 broken"],
}


@pytest.mark.parametrize("page", STRANGE.values(), ids=STRANGE)
def test_strange_pages(page):
    tags = tag(*columns([page]))
    assert len(tags.content) == len(page)
    for values in tags[:5]:
        assert np.isfinite(values).all()
        assert ((values >= 0) & (values <= 1)).all()


def test_input_is_left_unchanged():
    given_columns = columns([["One.", *PROSE], ["Menu", "Home"]], blank=2)
    before = [c.copy() for c in given_columns]
    tag(*given_columns)
    assert all(np.array_equal(a, b) for a, b in zip(given_columns, before, strict=True))


def test_explain_names_the_strongest_features():
    page = ["Skip to content", *PROSE, "Leave a Reply"]
    found = explain(*columns([PROSE, page]), row=len(PROSE))
    assert 1 <= len(found) <= 5
    weights = [abs(weight) for _, weight in found]
    assert weights == sorted(weights, reverse=True)
    assert {name for name, _ in found} & {"words", "word pairs", "whole line", "blocks around"}


@cache
def model_bytes():
    return resources.files("pipeline.boilerplate").joinpath("data/lines.npz").read_bytes()


def test_the_model_is_small():
    assert len(model_bytes()) <= 1_000_000
