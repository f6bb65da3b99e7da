"""The stage on whole documents: what a site repeats goes, what is content stays."""

from dataclasses import replace

import pytest

from pipeline import Settings, boilerplate
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import clean_text, decide

PROSE = [
    "The harbour board met on Monday evening and heard that the new pier will cost a third more than was planned.",
    "Its chairman said that the price of timber had doubled, and that a pier of steel was out of the question.",
    "A decision is expected in May, once the engineers have looked at the piles on which the old pier stands.",
]
HOLDERS = [
    (1998, "Ann Grey"),
    (2003, "Bo Stone"),
    (2011, "Cy Reed"),
    (1999, "Dee Holm"),
    (2004, "Gil Moss"),
    (2008, "Hal Poole"),
]
ONLY = Settings(stages=("boilerplate",))


def clean(texts, settings=ONLY, **kwargs):
    records = [(i << 8, Record(f"site/{i}", text, None, "", f"site/{i}.txt", **kwargs)) for i, text in enumerate(texts)]
    results = [settle.settle(batch)[0] for batch in decide(list(assemble.batches(records, 10**9)), settings)]
    return [row["text"] for result in results for row in result.to_pylist()]


def pages(frame, count=6):
    return [
        "\n\n".join(
            [
                "Coast Gazette online",
                f"{frame}",
                f"News item number {chr(97 + i)}",
                *(p.replace("board", f"board {chr(97 + i)}") for p in PROSE),
            ]
        )
        for i in range(count)
    ]


def test_lines_of_a_site_go():
    for text in clean(pages("Ring the desk of the Gazette")):
        assert "Gazette" not in text
        assert all(p[-40:] in text for p in PROSE)


def test_a_line_on_two_pages_is_no_proof():
    assert all("Anna Grey" in text for text in clean(pages("Photograph by Anna Grey", 2)))


STAY = {
    "poem": "The Miller's Morning\n\nThe wheel goes over, the wheel goes down,\nthe flour is white on the gown,\n  turn, wheel, turn.\n\n"
    "The carts come up from the market town,\nthe road is long and brown,\n  turn, wheel, turn.",
    "scores": "\n\n".join(["Results of the week", PROSE[0], "United 3 - 1 City", "Rovers 0 - 0 Town", PROSE[1]]),
    "list": "\n".join(
        [
            "What you need for the wall",
            "",
            PROSE[0],
            "",
            "• a line and two pins",
            "• a pair of gloves",
            "• a hammer",
            "",
            PROSE[1],
        ]
    ),
    "caption": "\n\n".join(["Pier will cost more", PROSE[0], "The old pier in 1931.", PROSE[1]]),
    "quotation": "\n\n".join(["Pier will cost more", PROSE[0], "“We saw nothing.”", PROSE[1], "“Nothing at all.”", PROSE[2]]),
    "short answers": "\n\n".join(x for p in PROSE for x in (f"{p[:-1]}?", "Yes.")),
    "foreign": "Die alte Brücke wird gesperrt\n\nAb Montag dürfen auf der alten Brücke keine Lastwagen mehr fahren.\n\nFußgänger kommen hinüber.",
    "licence": "\n\n".join(
        ["The Mill Licence", "Copyright (c) 2019 Anna Grey", *(f"{p[:-1]} under this licence." for p in PROSE)]
    ),
    "sentence": "\n\n".join(
        [PROSE[0], PROSE[1], "The board wrote the new price on the old sign, which made it look\nlike this:\n\n    PIER 3"]
    ),
    "grant": "Copyright 2019 Anna Grey\nAll rights reserved.\n\n"
    "Redistribution and use in source and binary forms, with or without changes, are allowed to whoever keeps these lines.",
    "holders": "\n".join(f"  Copyright (C) {year} {name} <{name[:3].lower()}@mill.example>" for year, name in HOLDERS),
    "files": "\n\n".join(f"Files: mill/{name[:3]}.py\nCopyright:\n  Copyright {name}, {year}" for year, name in HOLDERS),
    "release notes": "\n".join([*PROSE, "  tag -s may now be used with a key of the board", PROSE[0]]),
    "subhead": "\n\n".join(["Pier will cost more", PROSE[0], "The price of timber", PROSE[1], "What comes next", PROSE[2]]),
}


@pytest.mark.parametrize("text", STAY.values(), ids=STAY)
def test_content_stays(text):
    assert clean_text(text, ONLY).text == text


GO = [
    "[ad_1]",
    "Source link",
    "Share on FacebookShare on Twitter",
    "Leave a Reply",
    "© 2024 Coast Gazette. All rights reserved.",
    "Powered by Blogger.",
]


@pytest.mark.parametrize("line", GO)
def test_furniture_goes(line):
    body = "\n\n".join(["Pier will cost more", *PROSE])
    assert clean_text(f"{body}\n\n{line}", ONLY).text == body
    assert clean_text(f"{line}\n\n{body}", ONLY).text == body


def test_a_page_of_nothing_but_furniture_is_empty():
    assert clean_text("Skip to content\nShare on Facebook\n\nLeave a Reply", ONLY).text == ""


def test_headline_loses_the_name_of_its_site():
    assert clean_text("\n\n".join(["Pier will cost more | Coast News", *PROSE]), ONLY).text.startswith("Pier will cost more\n")


def test_own_phrases():
    settings = replace(ONLY, boilerplate=boilerplate.Settings(phrases=("Buy our book",)))
    text = "\n\n".join(["Pier will cost more", PROSE[0], "Buy our book!", *PROSE[1:]])
    assert "Buy our book" in clean_text(text, ONLY).text
    assert "Buy our book" not in clean_text(text, settings).text
