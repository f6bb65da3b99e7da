"""One page of several articles is cut at its seams; a page of one is never cut."""

import pytest

from pipeline.formats.articles import starts

WORDS = "The harbour board met on Monday evening and heard that the new pier will cost a third more than was planned in spring."
PROSE = [f"{WORDS} Item {i} was put off." for i in range(4)]
HEADS = ["Pier will cost a third more than planned", "Ferry keeps its early boat for another year", "Terns return to the spit"]


def article(i, tail="", closers=()):
    return [HEADS[i] + tail, *(f"{HEADS[i][:12]}: {text}" for text in PROSE), *closers]


def page(tail="", closers=(), parts=3):
    return [block for i in range(parts) for block in article(i, tail, closers)]


CUT = {
    "closers": (page(closers=["Read more from the coast", "Exit"]), [0, 7, 14]),
    "one closer": (page(closers=["Back to top"]), [0, 6, 12]),
    "headline tails": (page(tail=" | Coast News"), [0, 5, 10]),
    "both": (page(tail=" | Coast News", closers=["Exit"]), [0, 6, 12]),
}
HAN = "经过一年半的修缮，位于老城区的市图书馆于六月十八日重新向读者开放，馆内新增了儿童阅览室和自习空间。"
HAN_HEADS = ["老城区图书馆重新开放", "地铁三号线下月开通", "江边公园夜市人气旺"]
CUT["scripts without spaces"] = (
    [block for head in HAN_HEADS for block in (head, *(f"{i}{HAN}" for i in range(5)), "来源：江城日报")],
    [0, 7, 14],
)
WHOLE = {
    "scripts without spaces: a thread": [x for i in range(5) for x in (f"用户{i}", HAN, "回复", "举报")],
    "empty": [],
    "one article": article(0, " | Coast News", ["Exit"]),
    "two articles": page(closers=["Exit"], parts=2),
    "forum": [x for i in range(5) for x in (f"user{i}", WORDS, "Reply", "Report")],
    "comments": [*article(0), *(x for i in range(6) for x in (f"Ann {i}", "3 May 2020", "I agree with that.", "Reply"))],
    "listing": [x for i in range(8) for x in (f"Red lamp number {i} with shade", "£ 12", "Add to basket")],
    "poem": ["The wheel goes round", "turn, wheel, turn"] * 6,
    "interview": [x for i in range(6) for x in (f"Q{i}: What did you do then, and why?", WORDS, "Well.")],
    "sections": [x for i in range(4) for x in (f"Chapter {i}", *PROSE)],
    "refrain in prose": [x for i in range(4) for x in (PROSE[i], PROSE[i - 1], "So it goes.")],
    "no headline first": [WORDS, *page(tail=" | Coast News")],
}


@pytest.mark.parametrize(("texts", "seams"), CUT.values(), ids=CUT)
def test_cut(texts, seams):
    assert starts(texts) == seams


@pytest.mark.parametrize("texts", WHOLE.values(), ids=WHOLE)
def test_whole(texts):
    assert starts(texts) == [0]
