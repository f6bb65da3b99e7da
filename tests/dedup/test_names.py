"""Names that were swapped: the tests over columns spare work, and lose nothing that an alignment finds."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.dedup import names
from pipeline.dedup.align import replaced_runs

FRAME = "the mill {} by the old bridge was sold {} to a man {} of the island {} who keeps bees there"
word = st.sampled_from("amber Holm Holmes Vega Dora Lindqvist Lindquist Okafor mill the of bridge Éva Эмма".split())
texts = st.builds(
    lambda parts: FRAME.format(*(" ".join(part) for part in parts)),
    st.lists(st.lists(word, max_size=3), min_size=4, max_size=4),
)


def aligned(one, two):
    """The definition, over strings."""
    known = [set(text.lower().split()) for text in (one, two)]
    words = [text.split() for text in (one, two)]
    own = [
        {p: w.lower() for p, w in enumerate(some) if w[0].isupper() and w.lower() not in other}
        for some, other in zip(words, known[::-1], strict=True)
    ]
    numbers = [[hash(w.lower()) for w in some] for some in words]
    for i, j, k, m in replaced_runs(*numbers, *own) if all(own) else ():
        left, right = ([side[p] for p in range(*span) if p in side] for side, span in zip(own, ((i, j), (k, m)), strict=True))
        short = max(j - i, m - k) <= names.RUN
        if short and left and right and not any(names._respelt(a, b) for a in left for b in right):
            return True
    return False


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, texts)
def test_what_an_alignment_finds_is_found(compare, one, two):
    assert compare(names.swapped, one, two) or not aligned(one, two)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts, min_size=2, max_size=6))
def test_a_pair_is_judged_alone(compare_all, compare, several):
    together = compare_all(names.swapped, several)
    assert together == [compare(names.swapped, one, two) for one, two in pairwise(several)]


def test_pages_that_differ_in_names_need_no_alignment(compare, monkeypatch):
    def fail(*_):
        raise AssertionError("aligned")

    monkeypatch.setattr(names, "replaced_runs", fail)
    frame = "The speaker of the evening is {} of the harbour office, and {} will answer questions after the talk"
    speakers = [("Dora Lindqvist", "Peter Okafor"), ("Jan Holm", "Ida Vega"), ("Max Éclair", "Ugo Zanni"), ("Al Xu", "Bo Yi")]
    for one, two in pairwise(frame.format(*pair) for pair in speakers):
        assert compare(names.swapped, one, two)


def test_long_and_foreign_names_are_compared_letter_by_letter(compare):
    frame = "At noon {} spoke of the mill"
    for one, two, swapped in (
        ("Konstantinopolitanski", "Konstantinopolitansky", False),
        ("Konstantinopolitanski", "Featherstonehaughington", True),
        ("Лидия", "Лидія", False),
        ("Лидия", "Эмма", True),
    ):
        assert compare(names.swapped, frame.format(one), frame.format(two)) is swapped
