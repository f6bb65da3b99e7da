"""What the lexicon answers from sorted columns and tables is what its words say one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.repair.affixes import Affixes, held, windows
from pipeline.repair.lexicon import lexicon
from pipeline.repair.words import Table, key_of, keys_of

WORDS = st.lists(st.text("abé", min_size=1, max_size=12), min_size=1, max_size=30, unique=True)
STEMS = st.text("abé", max_size=10)
ENGLISH = lexicon("en")
USUAL = [word for word in ENGLISH._down_to(2.5) if len(word) > 3 and word.isalpha()]
COMMON = [word for word in ENGLISH._down_to(3) if len(word) > 2]


@given(WORDS)
def test_a_key_is_that_of_its_word(words):
    assert [key_of(word.encode()) for word in words] == keys_of(words).tolist()


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(1, 9))), st.integers(0, 2**64 - 1))
def test_the_first_number_under_a_key_stays(rows, other):
    table = Table(np.array([key for key, _ in rows], np.uint64), np.array([n for _, n in rows], np.uint16))
    first = dict(reversed(rows))
    assert [table.one(key) for key in [*first, other]] == [*first.values(), first.get(other, 0)]
    assert table[np.array([*first, other], np.uint64)].tolist() == [*first.values(), first.get(other, 0)]


@given(WORDS, STEMS.filter(bool), STEMS)
def test_what_stands_between_two_stems(words, before, after):
    buffer = np.frombuffer("\n".join([*words, ""]).encode(), np.uint8)
    end = np.flatnonzero(buffer == ord("\n"))
    affixes = Affixes(buffer, np.append(0, end + 1)[:-1], end)
    for left, right in ((before.encode(), after.encode()), (after.encode(), before.encode())):
        held = [word for word in map(str.encode, words) if word.startswith(left) and word.endswith(right)]
        inner = [word[len(left) : len(word) - len(right)] for word in held if 2 <= len(word) - len(left + right) <= 6]
        assert sorted(affixes.between(left, right, 2, 6)) == sorted(inner)


@given(st.text("abé ", max_size=60), st.lists(st.text("abé", min_size=1, max_size=4)))
def test_windows_hold_what_the_text_holds(text, strings):
    assert held(windows(text.encode()), [s.encode() for s in strings]) == [s in text for s in strings]


@pytest.mark.parametrize(("before", "after"), [("p", "age"), ("com", "ed"), ("under", ""), ("", "ation"), ("misunder", "ing")])
def test_fill(before, after):
    inner = (w[len(before) : len(w) - len(after)] for w in USUAL if w.startswith(before) and w.endswith(after))
    assert ENGLISH.fill(before, after) == {x for x in inner if 2 <= len(x) <= 6}


@pytest.mark.parametrize(("left", "right"), [("work", "ship"), ("over", "man"), ("offensive", "especially")])
def test_compounds(left, right):
    common = set(COMMON)
    heads = sum(word.startswith(left) and word[len(left) :] in common for word in USUAL)
    tails = sum(word.endswith(right) and word[: -len(right)] in common for word in USUAL)
    assert ENGLISH.compounds(left, right) == (heads, tails)


@pytest.mark.parametrize("letters", ["ass", "tion", "zzq", "expression", "e"])
def test_expected(letters):
    share = sum(10 ** (ENGLISH.zipf(word) - 9) for word in ENGLISH._down_to(3) if letters in word)
    assert ENGLISH.expected(letters) == pytest.approx(share)


def test_pieces():
    words = ENGLISH._down_to(1)[len(ENGLISH._down_to(2.2)) :]
    rare = [word for word in words if word.isalpha()][:8000]
    some = ["ing", "ation", "qqq", "kov"]
    shares = [sum(piece in word for word in rare) / len(rare) for piece in some]
    assert [ENGLISH.piece(run) for run in some] == pytest.approx(shares)
