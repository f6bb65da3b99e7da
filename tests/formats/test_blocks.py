"""Text -> blocks: nothing is lost, and only hard-wrapped lines are joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.blocks import split_text

WRAPPED = """The allotment society meets on the first Friday of the month in the
coach house. Members who want a second plot should write to the
secretary before the end of October, and say whether they need water,
since only the upper rows have taps."""

ONE = {"wrapped paragraph": WRAPPED, "indented": "\n".join("    " + line for line in WRAPPED.split("\n"))}
LINES = {
    "poem": "The wheel goes over, the wheel goes down,\nthe flour is white on the miller's gown,\nturn, wheel, turn.",
    "list": "eggs\nflour\nmilk",
    "paragraphs": "One sentence that is a paragraph of its own.\nAnother sentence that is one as well, and longer.",
    "headlines": "\n".join(
        f"{w} reopens after forty years of silence and of decay, again" for w in ("Mill", "Bank", "Inn", "Pub")
    ),
    "scores": "United 3 - 1 City\nRovers 0 - 0 Town",
    "code": "for x in range(10):\n    print(x)\n    if x:\n        break",
}


@pytest.mark.parametrize("text", ONE.values(), ids=ONE)
def test_joined(text):
    assert len(split_text(text)[0]) == 1


@pytest.mark.parametrize("text", LINES.values(), ids=LINES)
def test_kept_apart(text):
    assert len(split_text(text)[0]) == len(text.split("\n"))


@given(st.text(alphabet="ab \n\t\r\u00a0\u2028é•", max_size=200) | st.text(max_size=100))
def test_nothing_is_lost(text):
    blocks, tail = split_text(text)
    assert "".join(lead + indent + body for lead, indent, body in blocks) + tail == text
    assert all(body and not body[0].isspace() and not body[-1].isspace() for _, _, body in blocks)
