"""Words, edges and features of blocks: any script, any length, and nothing of the other pages of the batch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.boilerplate import features
from pipeline.boilerplate.tokens import tokenize


def columns(pages):
    """(text, offsets, page, blank lines, indent) of pages of blocks."""
    raw = [block.encode("utf-8", "replace") for page in pages for block in page]
    offsets = np.cumsum([0] + [len(r) for r in raw])
    number = np.repeat(np.arange(len(pages)), [len(page) for page in pages])
    none = np.zeros(len(raw), np.int64)
    return np.frombuffer(b"".join(raw), np.uint8), offsets, number, none, none


def words(block):
    text, offsets, *_ = columns([[block]])
    tokens = tokenize(text, offsets)
    spans = zip(tokens.starts.tolist(), tokens.lengths.tolist(), strict=True)
    return [bytes(tokens.folded[s : s + n]).decode() for s, n in spans]


def feature(pages, name):
    """The first feature of that name, one value a block."""
    return features.extract(*columns(pages)).dense[features.names().index(name)].tolist()


WORDS = [
    ("Plain words, with marks.", ["plain", "words", "with", "marks"]),
    ("don't", ["don", "t"]),
    ("In 1984", ["in", "0000"]),
    ("ÜBER Älter", ["über", "älter"]),
    ("Новости Ялты", ["новости", "ялты"]),
    ("“quoted” – dash…", ["quoted", "dash"]),
    ("新闻 首页", ["新", "闻", "首", "页"]),
    ("日本のニュース", list("日本のニュース")),
    ("HTML5中文", ["html0", "中", "文"]),
    ("a\u00a0b\u200bc", ["a", "b", "c"]),
    ("إعلان", ["إعلان"]),
    ("!?", []),
    ("", []),
]


@pytest.mark.parametrize(("block", "expected"), WORDS)
def test_words(block, expected):
    assert words(block) == expected


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6), st.data())
def test_words_of_some_blocks_are_those_of_the_blocks_alone(blocks, data):
    low = data.draw(st.integers(0, len(blocks) - 1))
    high = data.draw(st.integers(low + 1, len(blocks)))
    some = tokenize(*columns([blocks])[:2]).rows(low, high)
    alone = tokenize(*columns([blocks[low:high]])[:2])
    for name in ("lengths", "hashes", "first_word", "end_word", "typographic", "lines"):
        assert np.array_equal(getattr(some, name), getattr(alone, name)), name
    for name in ("first", "last"):
        assert np.array_equal(some.raw[getattr(some, name)], alone.raw[getattr(alone, name)]), name


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6), st.data())
def test_words_of_taken_blocks_are_those_of_the_blocks_alone(blocks, data):
    rows = sorted(data.draw(st.sets(st.integers(0, len(blocks) - 1), min_size=1)))
    some = tokenize(*columns([blocks])[:2]).take(np.array(rows))
    alone = tokenize(*columns([[blocks[row] for row in rows]])[:2])
    for name in ("lengths", "hashes", "first_word", "end_word", "typographic", "lines"):
        assert np.array_equal(getattr(some, name), getattr(alone, name)), name
    assert np.array_equal(features.of_texts(some)[0], features.of_texts(alone)[0])


FEATURES = [
    ("bullet", "• Home", 1),
    ("bullet", "- Home", 1),
    ("bullet", "-5 degrees", 0),
    ("copyright sign", "© 2024 Valley Herald", 1),
    ("ends a sentence", "It rained.", 1),
    ("ends a sentence", "“It rained.”", 1),
    ("ends a sentence", "下雨了。", 1),
    ("ends a sentence", "Rain", 0),
    ("ends in dots", "More…", 1),
    ("begins with capital", "Home", 1),
    ("begins with digit", "3 comments", 1),
    ("begins with other script", "Главная", 1),
    ("ends with colon", "Share this:", 1),
    ("no words", "* * *", 1),
    ("capitalised words", "Home And Garden", 1),
    ("capitalised words", "Мир и Спорт", 2 / 3),
    ("words in capitals", "LOG IN", 1),
    ("numbers", "12 of 30", 2 / 3),
    ("function words", "it was the end of it", 5 / 6),
    ("function words", "es war nicht der Wald", 4 / 5),
]


@pytest.mark.parametrize(("name", "block", "expected"), FEATURES)
def test_feature_of_one_block(name, block, expected):
    assert feature([[block]], name) == [pytest.approx(expected)]


def test_repeats_count_within_the_page_only():
    assert feature([["Menu", "Text", "Menu"], ["Menu"]], "repeats") == pytest.approx([np.log(2), 0, np.log(2), 0])


def test_blank_lines_before_the_first_block_do_not_count():
    text, offsets, page, _, indent = columns([["one", "two"]])
    dense = features.extract(text, offsets, page, np.array([2, 1]), indent).dense
    assert dense[features.names().index("blank lines")].tolist() == [0, 0.5]


def test_every_feature_has_a_name():
    assert len(features.names()) == len(features.extract(*columns([["a"]])).dense)


BLOCKS = st.lists(st.text(max_size=60), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCKS, min_size=1, max_size=5))
def test_features_are_finite_and_small(pages):
    dense = features.extract(*columns(pages)).dense
    assert np.isfinite(dense).all()
    assert np.abs(dense).max() < 100


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCKS, min_size=2, max_size=5))
def test_features_do_not_depend_on_the_other_pages(pages):
    whole = features.extract(*columns(pages)).dense
    alone = np.concatenate([features.extract(*columns([page])).dense for page in pages], axis=1)
    assert np.array_equal(whole, alone)
