"""Lines that differ in a date, a number or a name: what a site's software writes goes, what its pages say stays."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import Settings
from pipeline.boilerplate import RULES
from pipeline.boilerplate.settings import Settings as Stage
from pipeline.boilerplate.sites import LONGEST, SiteLines, lines, lines_of
from pipeline.boilerplate.templates import is_dated_byline, is_posting
from pipeline.boilerplate.tokens import tokenize
from pipeline.formats import assemble
from pipeline.formats.records import Record
from pipeline.single import decide

PAGES = 8
ONLY = Settings(stages=("boilerplate",))
WHO = ["Ann Smith", "Li Wei", "J. R. Cole", "María Núñez", "Peter O'Neil", "Olga Petrova", "Lukas Weber", "Chen"]
MONTHS = "January February March April May June July August".split()
TOPICS = ["harbour", "library", "orchard", "railway", "theatre", "brewery", "quarry", "school"]
TOWNS = ["Leeds", "Ashford", "Bellport", "Carrick", "Denholm", "Easton", "Fairhaven", "Glenrock"]
FRAME = ["Skip to content", "Ring the desk", "Search this site"]  # pages with these are not taken for clean


def body(i):
    topic = TOPICS[i]
    return [
        f"The {topic} opens again after three winters",
        f"The people of the town had waited for the {topic} since the flood, and when the doors were opened on Friday the "
        f"queue went round the square, past the baker and down to the bridge, where somebody had begun to sing.",
        f"Nobody knows what the {topic} will cost in the end, for the old beams had to be taken out one by one, and the "
        f"carpenter who did it has not yet written his bill; the council says that it will pay by the end of the year.",
    ]


def batch(above=(), below=(), inside=(), frame=FRAME, pages=PAGES):
    """Pages of one site with lines made from the page's number."""
    records = []
    for i in range(pages):
        head, first, second = body(i)
        made = [[line(i) for line in part] for part in (above, inside, below)]
        text = "\n\n".join([*frame, *made[0], head, first, *made[1], second, *made[2]])
        records.append((i << 8, Record(f"site/{i}", text, None, "", f"site/{i}.txt")))
    (found,) = assemble.batches(records, 10**9)
    return found


def gone(given):
    """Text -> rule of what was dropped."""
    (done,) = decide([given], ONLY)
    rules = done.blocks["rule"].to_pylist()
    return {text: rule for text, rule in zip(given.texts(), rules, strict=True) if rule}


def dated(i):
    return f"{MONTHS[i]} {3 * i + 1}, {2012 + i}"


FIRES = {
    "published": lambda i: f"Published {dated(i)} by {WHO[i]}",
    "posted by on": lambda i: f"Posted by {WHO[i]} on {3 * i + 1} {MONTHS[i]} {2012 + i}",
    "day and time": lambda i: f"Saturday {3 * i + 1} {MONTHS[i]} {2012 + i} Updated 10:{14 + i}",
    "last modified": lambda i: f"Last modified: {2012 + i}-0{i + 1}-11",
    "posted by": lambda i: f"Posted by {WHO[i]}",
    "german": lambda i: f"Veröffentlicht am {3 * i + 1}. {MONTHS[i]} {2012 + i} von {WHO[i]}",
}


@pytest.mark.parametrize("line", FIRES.values(), ids=FIRES)
def test_lines_of_the_software_go(line):
    found = gone(batch(above=[line]))
    assert {found.get(line(i), "stays") for i in range(PAGES)} <= {"site-template", "site-line"}
    assert not {text for i in range(PAGES) for text in body(i)} & set(found)


def test_a_byline_above_the_headline_goes():
    found = gone(batch(above=[lambda i: f"By {WHO[i]} | {dated(i)}"]))
    assert {found.get(f"By {WHO[i]} | {dated(i)}") for i in range(PAGES)} <= {"site-template", "site-line", "model"}


HOLDS = {
    "true sentence": lambda i: f"Born on {3 * i + 1} {MONTHS[i]} {1912 + i} in {TOWNS[i]}, she learnt the trade from her aunt.",
    "shared start": lambda i: f"The first visitor was {WHO[i]} of {TOWNS[i]}, who had come {20 + i} miles to see it.",
    "result": lambda i: f"{TOWNS[i]} {i + 1} - {PAGES - i} Rovers",
    "publisher": lambda i: f"It was published in {1912 + i} by the press of {TOWNS[i]}.",
    "letter": lambda i: f"Posted on {3 * i + 1} {MONTHS[i]} {1862 + i}, the letter of {WHO[i]} took a month to arrive.",
    "dateline": lambda i: f"{TOWNS[i]}, {3 * i + 1} {MONTHS[i]} {2012 + i}: the clerk spoke of a small miracle.",
    "column": lambda i: f"This week in the garden we look at what {WHO[i]} grows on {i + 2} square yards.",
    "quotation": lambda i: f"“We paid {300 + i} pounds,” said {WHO[i]}.",
    "in prose": lambda i: f"The minutes were last updated on {dated(i)}, and since then the committee has not met at all.",
}


CLEAN = {  # sites without furniture, whose pages are made of templates
    "subheads": lambda i: f"Chapter {i + 3}",
    "serves": lambda i: f"Serves {i + 2} people",
    "step": lambda i: f"Step {i + 1}: wash the {TOPICS[i]}",
    "price": lambda i: f"Price: {20 + i} pounds",
    "weight": lambda i: f"Weight {20 + i} kg, height {30 + i} cm",
    "museum": lambda i: f"Made by {WHO[i]} in {1912 + i}",
    "episode": lambda i: f"Episode {i + 11} with {WHO[i]}",
    "score": lambda i: f"Final score {i + 1} to {i + 2}",
}


@pytest.mark.parametrize("line", CLEAN.values(), ids=CLEAN)
def test_templates_of_clean_sites_stay(line):
    assert gone(batch(above=[line], frame=())) == {}
    assert gone(batch(inside=[line], frame=())) == {}


@pytest.mark.parametrize("line", (HOLDS | CLEAN).values(), ids=HOLDS | CLEAN)
def test_text_with_numbers_and_names_stays(line):
    assert not {line(i) for i in range(PAGES)} & set(gone(batch(inside=[line])))


@pytest.mark.parametrize("line", ["Ingredients", "Method", "What comes next", "* * *"])
def test_subheads_that_every_page_has_stay(line):
    assert gone(batch(inside=[lambda _: line], frame=())) == {}


def test_a_byline_under_the_headline_stays():
    lines = {f"By {WHO[i]}, {dated(i)}" for i in range(PAGES)}
    records = []
    for i in range(PAGES):
        head, first, second = body(i)
        text = "\n\n".join([head, f"By {WHO[i]}, {dated(i)}", first, second])
        records.append((i << 8, Record(f"site/{i}", text, None, "", f"site/{i}.txt")))
    assert not lines & set(gone(next(assemble.batches(records, 10**9))))


def test_a_table_or_catalogue_is_no_template():
    rows = [lambda i, k=k: f"Posted by {WHO[(i + k) % 8]}" for k in range(4)]
    assert "site-template" not in gone(batch(inside=rows)).values()


def test_two_pages_are_no_proof():
    assert "site-template" not in gone(batch(above=[FIRES["published"]], pages=2)).values()


@pytest.mark.parametrize(
    ("line", "goes"),
    [
        (lambda _: "Join today, it is 100 per cent free", True),  # the same number on every page
        (lambda i: f"Volume {i + 10} of the town chronicle", False),
        (lambda _: "Step 1", False),  # short: what recipes are made of
    ],
)
def test_numbers_that_never_change(line, goes):
    found = gone(batch(inside=[line]))
    assert all((line(i) in found) is goes for i in range(PAGES))


@pytest.mark.parametrize(
    ("texts", "same"),
    [
        (["Published 3 May 2024 by Ann Smith", "Published June 12, 2019 by Li"], True),
        (["Updated: Mon 3 May, 10:14 am", "UPDATED 4.5.2024"], True),
        (["12 comments", "3 Comments"], True),
        (["Опубликовано 3 мая 2024", "Опубликовано 11 июня 2023"], True),
        (["12 comments", "12 replies"], False),
        (["Published 3 May 2024 by Ann Smith", "Published 3 May 2024 for Ann Smith"], False),
        (["in 12 days", "on 12 days"], False),
    ],
)
def test_equal_templates(texts, same):
    (found,) = assemble.batches([(0, Record("a", "\n\n".join(texts), None, "", "a"))], 10**9)
    first, second = lines(found).template
    assert first
    assert second
    assert (first == second) == same


@pytest.mark.parametrize(
    "text", ["12 March 2024", "one two three", "Ann", "", "1 2 3", "It was on 3 May that " + "we met " * 20]
)
def test_no_template(text):
    (found,) = assemble.batches([(0, Record("a", text or "-", None, "", "a"))], 10**9)
    assert lines(found).template.tolist() == [0]


@pytest.mark.parametrize(
    ("text", "posting"),
    [
        ("Published 3 May 2024 by Ann Smith", True),
        ("Submitted by: Li Wei", True),
        ("Mis à jour le 3 May 2024", True),
        ("Published in 1912", False),
        ("Published 3 May 1863 by his son", False),
        ("Posted by the river, he waited all night for them", False),
        ("3 May 2024", False),
    ],
)
def test_postings(text, posting):
    assert is_posting(text) is posting


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("By Ann Smith | May 3, 2024", True),
        ("By Ann Smith", False),
        ("May 3, 2024", False),
        ("By the time of May 3, 1924", False),
    ],
)
def test_dated_bylines(text, dated):
    assert is_dated_byline(text) is dated


@given(
    st.lists(
        st.lists(st.sampled_from(["Posted by Ann", "Posted by Li", "3 replies", "9 replies", "a b"]), max_size=6), min_size=1
    )
)
def test_rows_do_not_depend_on_the_cut(documents):
    learner = SiteLines(Stage())
    records = [(i << 8, Record(f"s/{i}", "\n\n".join(texts) or "-", None, "", f"s/{i}")) for i, texts in enumerate(documents)]
    whole = learner.combine(pa.concat_tables([learner.observe(b, {}) for b in assemble.batches(records, 10**9)]))
    parts = learner.combine(pa.concat_tables([learner.observe(b, {}) for b in assemble.batches(records, 1)][::-1]))
    order = [("site", "ascending"), ("line", "ascending")]
    assert whole.sort_by(order).equals(parts.sort_by(order))


def test_the_rule_book_knows_it():
    assert "site-template" in {rule.name for rule in RULES}


def test_keys_of_a_block_stand_alone():
    given = batch(above=[FIRES["published"]])
    whole = lines(given)
    for row in range(0, len(given), 5):
        alone = lines(type(given)(given.docs, given.blocks.slice(row, 1), given.edits))
        assert np.array_equal([column[row] for column in whole], [column[0] for column in alone])


def test_keys_are_the_same_from_words_that_are_known():
    given = batch(above=[FIRES["published"]], frame=["w" * LONGEST, "w" * (LONGEST + 1), "Page 3 " + "w" * LONGEST])
    known = lines_of(tokenize(*given.buffer()), np.arange(len(given)), np.diff(given.buffer()[1]))
    for column, other in zip(lines(given), known, strict=True):
        assert np.array_equal(column, other)
