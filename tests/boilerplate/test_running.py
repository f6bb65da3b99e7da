"""Lines that every page of a site has, and that are its text: they stay where they stand within a page's own text."""

import pytest

from pipeline import Settings
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import decide

WEEKS = ["spring", "summer", "autumn", "winter", "harvest"]
OWN = "The {week} sluice lets more water into the pond than the old one did, and the wheel turns by night as well"
NEXT = "to hold the {week} water back until the miller has need of it, says the man who keeps the gate of the {week} pond."

PAGES = {  # a page with a line (None: where it stands) that each of the pages has
    "a word of code in a sentence": [OWN + ", with", None, NEXT],
    "the head of a section": [OWN + ".", None, OWN + " in {week}."],
}
STAY = [
    ("a word of code in a sentence", "gate"),
    ("a word of code in a sentence", "or"),
    ("a word of code in a sentence", ". The"),
    ("a word of code in a sentence", '"sluice"'),
    ("a word of code in a sentence", "open_gate() {"),
    ("the head of a section", "Example"),
    ("the head of a section", "Notes"),
]


def pages(shape, line):
    return ["\n".join(line if part is None else part.format(week=week) for part in PAGES[shape]) for week in WEEKS]


def clean(texts):
    records = [(i << 8, Record(f"site/{i}", text, None, "", f"site/{i}.txt")) for i, text in enumerate(texts)]
    only = Settings(stages=("boilerplate",))
    results = [settle.settle(batch)[0] for batch in decide(list(assemble.batches(records, 10**9)), only)]
    return [row["text"] for result in results for row in result.to_pylist()]


@pytest.mark.parametrize(("shape", "line"), STAY)
def test_a_line_within_the_text_stays(shape, line):
    texts = pages(shape, line)
    assert clean(texts) == texts


@pytest.mark.parametrize("line", ["Ring the desk of the Gazette", "home", "home\nabout us\nthe mill shop\ncontact"])
def test_a_frame_goes_also_in_lower_case(line):
    texts = pages("the head of a section", "")
    framed = [f"{line}\n\n{text}\n\n{line}" for text in texts]
    assert [text.strip() for text in clean(framed)] == [text.strip() for text in clean(texts)]


FRAME = "Skip to content\n• Home\n• News\n• Login\n{}\nShare this\nPrivacy policy\n© 2025 Valley Gazette"  # of pages that look like web pages


def test_a_menu_of_names_with_numbers_goes():
    menu = "Kestrel 6\nHeron GTX\nDipper 19\nKestrel Plus 8\nOutdoor Inventory"
    texts = pages("the head of a section", "")
    more = [f"{text}\n{menu}\n{text[:40]} and more of it in the {week} news." for text, week in zip(texts, WEEKS, strict=True)]
    cleaned = clean([FRAME.format(text) for text in more])
    assert not any(name in text for text in cleaned for name in menu.split("\n"))
    assert all("more of it" in text for text in cleaned)


@pytest.mark.parametrize("line", ["Step 1", "Serves 4", "Chapter 12"])
def test_a_number_that_stands_alone_on_each_page_stays(line):
    texts = pages("the head of a section", line)
    assert clean(texts) == texts
    assert all(line in text for text in clean([FRAME.format(text) for text in texts]))


def test_a_headline_above_the_same_paragraph_on_all_pages_goes():
    about = "The Valley Gazette has told the valley its news for ninety years, and its desk is open from eight in the morning."
    texts = pages("the head of a section", "")
    cleaned = clean([FRAME.format(f"{text}\nAbout the Valley Gazette\n{about}") for text in texts])
    assert not any("About the Valley Gazette" in text for text in cleaned)
