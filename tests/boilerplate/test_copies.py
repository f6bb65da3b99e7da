"""Passages that a page holds twice: one of them stays, and what is only alike stays too."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import Settings, boilerplate
from pipeline.boilerplate import copies
from pipeline.boilerplate.view import View
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import decide

PROSE = [
    "The mill stood empty for eleven years before the two sisters bought it from the county at auction in the spring.",
    "They had no plan beyond keeping the roof on. The wheel was rusted through, and owls lived in the loft.",
    "By the autumn of the second year the stones were turning again, slowly, and some first flour went to the market.",
]
BODY = "".join(f"<p>{p}</p>" for p in PROSE)
MENU = "<nav><ul><li><a href=/>Home</a><li><a href=/n>News</a><li><a href=/s>Sport</a><li><a href=/w>Weather</a></ul></nav>"
FOOT = "<footer><p>© 2023 Valley Herald. All rights reserved.</p><ul><li><a href=/t>Terms of use</a></ul></footer>"
WIDE, NARROW = f"<div class=wide>{BODY}</div>", f"<div class=narrow>{BODY}</div>"
SUBHEAD = "<h2>Flour</h2>"
SHORT = "The river did most of the harm, in spring and again in autumn."


def page(inside):
    return f"<html><body>{MENU}<main><article><h1>Sisters bring the mill back</h1>{inside}</article></main>{FOOT}</body></html>"


def batch_of(pages):
    records = [(i << 8, Record(f"s{i}/x", "", p, f"http://s{i}.example/", "x.jsonl")) for i, p in enumerate(pages)]
    return next(assemble.batches(records, 10**9))


def cleaned(markup, balance="even"):
    only = Settings(stages=("boilerplate",), boilerplate=boilerplate.Settings(balance=balance))
    return settle.settle(decide([batch_of([markup])], only)[0])[0].to_pylist()[0]["text"]


GO = {
    "for two screens": (WIDE + NARROW, PROSE),
    "for three": (WIDE + NARROW + WIDE, PROSE),
    "one sentence of it": (BODY + f"<p>{PROSE[0]}</p>", PROSE[:1]),
    "a sentence in other elements": (f"<p>{SHORT}</p>{BODY}<section><p>{SHORT}</p></section>", [SHORT]),
    "with a short line between": (f"{SUBHEAD}{BODY}<div>{SUBHEAD}{BODY}</div>", ["Flour", *PROSE]),
}
VERSE = "<p>The wheel goes over, the wheel goes down, the flour is white upon the gown.</p>"
STAY = {
    "a sentence in the same elements": page(f"<p>{SHORT}</p>{BODY}<p>{SHORT}</p>"),
    "in full and in part": page(BODY + f"<p>{PROSE[0]} So they said.</p>"),
    "a short line": page(f"<p>Turn, wheel, turn.</p>{BODY}<p>Turn, wheel, turn.</p>"),
    "many short lines": page("".join(f"<li>{p}</li><li>Add it to your cart</li><li>In stock</li>" for p in PROSE)),
    "rows of a table": page(
        BODY + "<table>" + "<tr><td>one new wheel of oak<td>two pairs of stones<td>slate</tr>" * 2 + "</table>"
    ),
    "lines of code": page(
        BODY
        + "<pre class=x>for sack in the sacks of this mill do grind it\n\nfor sack in the sacks of this mill do grind it</pre>"
    ),
    "of two pages": page(BODY),
    "a refrain of a page without furniture": f"<html><body>{VERSE}<p>{PROSE[0]}</p>{VERSE}<p>{PROSE[1]}</p>{VERSE}</body></html>",
}


@pytest.mark.parametrize("balance", ["even", "strip"])
@pytest.mark.parametrize(("inside", "passage"), GO.values(), ids=GO)
def test_the_second_copy_goes(inside, passage, balance):
    text = cleaned(page(inside), balance)
    assert [text.count(p) for p in passage] == [1] * len(passage)


@pytest.mark.parametrize("markup", STAY.values(), ids=STAY)
def test_what_is_alike_is_no_copy(markup):
    found = copies.rows(View(batch_of([markup, page(BODY)]), "even"), np.zeros(0, np.int64))
    assert not found


def cleaned_text(text):
    only = Settings(stages=("boilerplate",), boilerplate=boilerplate.Settings(balance="even"))
    batch = next(assemble.batches([(0, Record("s/x", text, None, "", "s/x.txt"))], 10**9))
    return settle.settle(decide([batch], only)[0])[0].to_pylist()[0]["text"]


LINKS = "Home\nNews\nSport\nWeather\nContact\n\n"
FRAME = "\n\nShare this:\nFacebook\nTwitter\n\nRelated posts\nBridge to be closed\n\n© 2023 Valley Herald. All rights reserved."


def test_the_second_copy_goes_from_text_too():
    text = cleaned_text(LINKS + "\n\n".join(["Sisters bring the mill back", *PROSE, *PROSE]) + FRAME)
    assert [text.count(p) for p in PROSE] == [1, 1, 1]


def test_a_song_keeps_its_refrain():
    refrain = (
        "The wheel goes over, the wheel goes down,\nthe flour is white upon the gown,\nand the miller rides to market town."
    )
    song = "\n\n".join(["The Miller", refrain, *(f"{p}\n\n{refrain}" for p in PROSE)])
    assert cleaned_text(song) == song


def test_copies_stay_on_keep():
    assert cleaned(page(WIDE + NARROW), "keep").count(PROSE[0]) == 2


PARTS = [f"<p>{p}</p>" for p in PROSE] + [
    "<p>Turn, wheel.</p>",
    "<h2>Flour</h2>",
    "<ul><li>a roof of slate and of oak for us</ul>",
]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=12), min_size=1, max_size=3), st.integers(0, 2**32))
def test_one_copy_always_stays(pages, seed):
    batch = batch_of([page("".join(parts)) for parts in pages])
    view = View(batch, "even")
    gone = np.flatnonzero(np.random.default_rng(seed).random(len(batch)) < 0.2)
    found = copies.rows(view, gone)
    texts, doc = batch.blocks.column("text").to_pylist(), view.doc.tolist()
    left = [row for row in range(len(batch)) if row not in found and row not in set(gone.tolist())]
    assert all(any(doc[k] == doc[row] and texts[k] == texts[row] for k in left if k < row) for row in found)
