"""The normal form: which texts are the same, and that the kernel over bytes is the definition over strings."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus import utf8
from pipeline.text.normal import fold, normal_form
from pipeline.text.words import words

SAME = [
    ("The Bridge, rebuilt.", "the bridge rebuilt"),
    ("“Quoted”", '"quoted"'),
    ("don’t", "don't"),
    ("a \u00a0 b", "a b"),
    ("inter\u00adnational", "international"),
    ("zero\u200bwidth", "zerowidth"),
    ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"),
    ("cafe\u0301", "CAFÉ"),
    ("STRASSE", "Straße"),
    ("ﬁnal", "FINAL"),
    ("ΟΔΟΣ", "οδος"),
    ("ПРИВЕТ", "привет"),
    ("dash – dash", "dash - dash"),
    ("٣ кг", "3 кг"),
    ("東京。大阪", "東京 大阪"),
]
DIFFERENT = [
    ("resume", "résumé"),
    ("re sign", "resign"),
    ("1 250", "1250"),
    ("two words", "words two"),
    ("snake_case", "snake case"),
    ("हिन्दी", "हिन्द"),
    ("京東", "東京"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_same(one, two):
    assert normal_form(one) == normal_form(two)


@pytest.mark.parametrize(("one", "two"), DIFFERENT)
def test_different(one, two):
    assert normal_form(one) != normal_form(two)


def column(texts):
    return utf8(pa.chunked_array([pa.array(texts, pa.string())]))


def by_kernel(texts):
    folded = fold(*column(texts))
    found = words(folded)
    spans = [folded.folded[s:e].tobytes().decode() for s, e in zip(found.starts, found.ends, strict=True)]
    edges = found.offsets.tolist()
    return [" ".join(spans[a:b]) for a, b in pairwise(edges)]


text = st.text(st.characters(codec="utf-8"), max_size=40)
odd = st.text(st.sampled_from("aZ é́ßẞİﬁΣς­​“京の\u0e01\u0e33\u0e48가ᄀ각K½²٣🙂️Ａ_-.1 "), max_size=30)


@given(st.lists(text | odd, max_size=8))
def test_kernel_is_the_definition(texts):
    assert by_kernel(texts) == [normal_form(t) for t in texts]


@given(st.lists(text | odd, max_size=8))
def test_hashes_are_those_of_the_words_alone(texts):
    together = words(fold(*column(texts)))
    alone = [words(fold(*column([t]))).hashes for t in texts]
    assert together.hashes.tolist() == [h for part in alone for h in part.tolist()]


@given(text | odd)
def test_a_normal_form_is_its_own(value):
    once = normal_form(value)
    assert normal_form(once) == normal_form(normal_form(once))


def test_long_words_differ_by_their_tails():
    texts = ["a" * n + tail for n in [*range(1, 30), 255, 256, 257, 5000] for tail in "xy"]
    assert len(set(words(fold(*column(texts))).hashes.tolist())) == len(texts)


def test_no_texts():
    found = words(fold(np.zeros(0, np.uint8), np.zeros(1, np.int64)))
    assert found.offsets.tolist() == [0]
