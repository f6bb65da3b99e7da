"""Laws: decisions depend on the corpus alone, never on how it is cut or ordered; what is clean stays; twice is once."""

import random
import re

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.repair.around import Around
from pipeline.repair.edits import Change, rewrite
from pipeline.repair.learner import ROWS, WordFilters
from pipeline.repair.lexicon import lexicon
from pipeline.repair.readings import readings
from pipeline.repair.words import keys_of, words_of

WORDS = "the council said that work on new bridge river would begin after spring because people wanted a road".split()
ODD = (
    "embbady pbadage clbadroom mbadive badignment badysts skiplagging p***age cl***room onlyMonday offensiveespecially "
    "convohn mounvohn curvohn capvohn"
).split()
PAGES = st.lists(
    st.tuples(st.sampled_from(["", "a.example", "b.example"]), st.lists(st.sampled_from(WORDS * 3 + ODD), min_size=12)),
    min_size=1,
    max_size=6,
)
quick = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pages_of(drawn):
    return [(site, " ".join(words)) for site, words in drawn]


@quick
@given(PAGES, st.integers(1, 6), st.randoms(use_true_random=False))
def test_neither_cut_nor_order_matters(clean, drawn, cut, rng):
    pages = [(site or f"page{i}", text) for i, (site, text) in enumerate(pages_of(drawn))]
    whole = clean(pages)
    assert clean(pages, cut=cut).texts == whole.texts
    order = list(range(len(pages)))
    rng.shuffle(order)
    shuffled = clean([pages[i] for i in order], cut=cut)
    assert [shuffled.texts[order.index(i)] for i in range(len(pages))] == whole.texts


@quick
@given(PAGES)
def test_cleaning_twice_changes_nothing(clean, drawn):
    pages = pages_of(drawn)
    once = clean(pages)
    again = clean([(site, text) for (site, _), text in zip(pages, once.texts, strict=True)])
    assert again.edits == []


@quick
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=200))
def test_text_without_unknown_words_is_never_changed(clean, words):
    page = " ".join(words)
    assert clean([("a", page)]).texts == [page]


@quick
@given(PAGES)
def test_combine_is_associative_and_commutative(batch_of, drawn):
    for learner in (WordFilters(),):
        parts = [learner.observe(batch_of([page], i), {}) for i, page in enumerate(pages_of(drawn))]
        whole = learner.combine(pa.concat_tables(parts))
        folded = parts[0]
        for part in parts[1:]:
            folded = learner.combine(pa.concat_tables([part, folded]))
        assert learner.combine(folded).equals(whole)
        assert learner.combine(whole).equals(whole)


def test_no_rows_conclude_to_no_filters():
    assert WordFilters().conclude(ROWS.empty_table(), {}).num_rows == 0


@given(st.text(alphabet="abÄä éßœ🙂-'.\n", max_size=40))
def test_words_and_their_keys(text):
    data = pa.array([text, "x"])
    from pipeline.corpus import utf8

    buffer, offsets = utf8(pa.chunked_array([data]))
    words = words_of(buffer, offsets)
    content = buffer.tobytes()
    strings = [content[a:b].decode() for a, b in zip(words.start, words.end, strict=True)]
    assert all(c.isalpha() for word in strings for c in word)
    plain = [word for word in strings if word == word.lower()]
    keys = dict(zip(strings, words.key, strict=True))
    assert [keys[word] for word in plain] == list(keys_of(plain))


@given(st.integers(0, 3), st.data())
def test_rewrite_places_every_edit(batch_of, pages, data):
    batch = batch_of([("a", "one twö three\n\nfour five six") for _ in range(pages + 1)])
    texts = batch.texts()
    changes = []
    for row, text in enumerate(texts):
        for word in data.draw(st.sets(st.sampled_from(text.split()))):
            start = len(text[: text.index(word)].encode())
            changes.append(Change(row, start, start + len(word.encode()), word.upper() + "é", "r", "e"))
    done = rewrite(batch, changes)
    after = done.texts()
    assert done.edits.num_rows == len(changes)
    for row, (old, new) in enumerate(zip(texts, after, strict=True)):
        here = [e for e in done.edits.to_pylist() if (e["doc"], e["pos"]) == divmod(row, 2)]
        for edit in sorted(here, key=lambda e: -e["start"]):
            assert new[edit["start"] :].startswith(edit["after"])
            new = new[: edit["start"]] + edit["before"] + new[edit["start"] + len(edit["after"]) :]
        assert new == old


@pytest.mark.parametrize(
    "word", ["bad" * 300_000, "badbadbadbadbadbad", "***" * 100_000, "x" * 1_000_000, "pbadage/" * 50_000, "fooBar." * 50_000]
)
def test_hostile_words_stay(clean, news, word):
    page = f"{news}\n\n{word}"
    assert clean([("a", page)]).texts == [page]


def test_readings_of_many_replacements_are_refused():
    assert readings("bad" * 9, [("ass", "bad")]) == {}


def test_every_page_under_its_own_filter(clean, news):
    rng = random.Random(4)
    lines = []
    for _ in range(12):
        other = "".join(rng.choice("bdgkmpz") + rng.choice("aeiou") for _ in range(2))
        lines.append(f"{news}\n\nThe embassy, the passage, the class and the grass.".replace("ass", other))
    pages = [("a", line) for line in lines]
    done = clean(pages, cut=5)
    assert len(done.texts) == len(pages)
    assert {e["rule"] for e in done.edits} <= {"word-filter"}


LANGUAGES = [
    ("es", "La pbadión del compbado y la mbada de la clbade fueron un fracbado para el embajador de la ciudad.", None),
    (
        "fr",
        "Le pbadage de la clbade fut un mbadacre pour tous, et le pbadager était dans une impbade avec sa tbade de thé.",
        "Le passage de la classe fut un massacre pour tous, et le passager était dans une impasse avec sa tasse de thé.",
    ),
    (
        "it",
        "Il pbadaggio della clbade era un mbadacro per tutti, e la cbada con la tbada era in un sbado della strada.",
        None,
    ),
]
PLAIN = {
    "fr": (
        "Le conseil de la ville a dit que les travaux du nouveau pont sur la rivière vont commencer au printemps, et que "
        "l'argent est là pour tout le monde. Les gens qui vivent près de la rivière ont peur du bruit, mais ils sont "
        "contents pour leurs enfants, qui vont plus vite à l'école."
    ),
}


@pytest.mark.parametrize(("language", "damaged", "read"), [case for case in LANGUAGES if case[2]])
def test_other_languages(clean, language, damaged, read):
    done = clean([("a", f"{PLAIN[language]}\n\n{damaged}")])
    assert done.texts[0].split("\n\n")[1] == read
    assert {row["language"] for row in done.facts["word-filters"].to_pylist()} == {language}


FOREIGN = [
    "Alle menneske er fødde til fridom og med same menneskeverd og menneskerettar, og dei skal leva som brør i lag.",
    "Tots els éssers humans neixen lliures i iguals en dignitat i en drets, i han de comportar-se com a germans.",
    "Alle menslike wesens word vry gebore en het gelyke waardigheid en regte, en behoort as broers op te tree.",
    "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw, są obdarzeni rozumem.",
    "Quand vous marcheras et penseras, il parleras avec nous, et vous serez là pour les voir tous ensemble.",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign_paragraphs_stay(clean, news, text):
    for page in (text, f"{news}\n\n{text}", "\n\n".join([text] * 5)):
        assert clean([("a", page)]).texts == [page]


def test_lexicon_is_sane():
    known = lexicon("en")
    assert 7 < known.zipf("the") < 8
    assert "passage" in known
    assert "pbadage" not in known
    assert 0.001 < known.expected("ass") < 0.02
    assert "ass" in known.fill("p", "age")
    with pytest.raises(FileNotFoundError):
        lexicon("xx")


@given(st.text("aBé-_ .\n1", max_size=30), st.from_regex(r"[aBé]{1,3}(-[aBé]{1,3})?", fullmatch=True))
def test_a_page_writes_what_stands_alone_in_it(text, word):
    around = Around.__new__(Around)
    around.text = text
    assert around.writes(word) == bool(re.search(rf"(?<![\w-]){word}(?![\w-])", text, re.IGNORECASE))
