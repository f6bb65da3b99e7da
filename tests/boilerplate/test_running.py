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
