"""The block tagger for HTML: what must go and stay, and that a page's result is the page's own."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import Settings, boilerplate
from pipeline.boilerplate import html_model
from pipeline.boilerplate.view import View
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import decide

PROSE = [
    "The mill stood empty for eleven years before the two sisters bought it from the county at auction in the spring.",
    "They had no plan beyond keeping the roof on. The wheel was rusted through, and owls lived in the loft.",
    "“We thought it would take a summer,” the elder of them said, laughing. “It has taken four so far.”",
    "The river did most of the harm. Twice the water came over the lower floor, and each time plaster had to come off.",
    "By the autumn of the second year the stones were turning again, slowly, and some first flour went to the market.",
]
BODY = "".join(f"<p>{p}</p>" for p in PROSE)
HEAD = "<h1>Sisters bring the old mill back to life</h1>"
MENU = (
    "<nav class=main-nav><ul>"
    + "".join(f"<li><a href=/{x}>{x}</a>" for x in ("Home", "News", "Sport", "Weather"))
    + "</ul></nav>"
)
SIDE = (
    "<aside class='sidebar widget'><h3>Popular</h3><ul>"
    "<li><a href=/1>Bridge at Low Ferry to be closed until June</a><li><a href=/2>School wins prize for its garden</a></ul></aside>"
)
FOOT = "<footer class=site-footer><p>© 2023 Valley Herald. All rights reserved.</p><ul><li><a href=/t>Terms of use</a></ul></footer>"
TABLE = "<table><tr><th>Year<th>Flour, kg<tr><td>2019<td>120<tr><td>2020<td>340<tr><td>2021<td>910</table>"
LIST = "<ul><li>a new wheel of oak<li>two pairs of stones<li>a roof of slate</ul>"
CODE = "<pre>def grind(grain):\n    return [stone(g) for g in grain]</pre>"


def page(inside, above=MENU, below=SIDE + FOOT):
    return (
        f"<html><body class=single>{above}<main id=content><article class=post>{inside}</article></main>{below}</body></html>"
    )


def records(pages):
    return [(i << 8, Record(f"site{i}/x", "", markup, f"http://site{i}.example/", "x.jsonl")) for i, markup in enumerate(pages)]


def batch_of(pages):
    return next(assemble.batches(records(pages), 10**9))


def cleaned(markup, balance="even"):
    only = Settings(stages=("boilerplate",), boilerplate=boilerplate.Settings(balance=balance))
    batches = decide(list(assemble.batches(records([markup]), 10**9)), only)
    return settle.settle(batches[0])[0].to_pylist()[0]["text"]


GO = [
    (MENU, "Weather"),
    (SIDE, "Low Ferry"),
    (FOOT, "Valley Herald"),
    (FOOT, "Terms of use"),
    ("<div class=share-buttons><a href=f>Share on Facebook</a> <a href=t>Share on Twitter</a></div>", "Facebook"),
    (
        "<div id=cookie-banner class=cookie-consent><p>We use cookies to give you the best experience on our site.</p></div>",
        "cookies",
    ),
    ("<div class=newsletter-signup><p>Subscribe to our newsletter</p></div>", "newsletter"),
    ("<div class=related-posts><h3>Related</h3><ul><li><a href=a>The ferry that never came</a></ul></div>", "never came"),
]


@pytest.mark.parametrize("balance", ["even", "strip"])
@pytest.mark.parametrize(("below", "line"), GO)
def test_furniture_goes(below, line, balance):
    text = cleaned(page(HEAD + BODY, below=below), balance)
    assert line not in text
    assert all(p in text for p in PROSE)


STAY = {
    "headline": (HEAD + BODY, "old mill back to life"),
    "list": (HEAD + BODY + LIST + BODY.replace("mill", "barn"), "two pairs of stones"),
    "table": (HEAD + BODY + TABLE + BODY.replace("mill", "barn"), "340"),
    "code": (HEAD + BODY + CODE + BODY.replace("mill", "barn"), "stone(g)"),
    "subhead": (HEAD + BODY + "<h2>What the river did</h2>" + BODY.replace("mill", "barn"), "What the river did"),
    "quotation": (
        HEAD + BODY + "<blockquote><p>We saw nothing of it, nothing at all.</p></blockquote>" + BODY,
        "nothing at all",
    ),
    "link in a sentence": (
        HEAD + BODY + "<p>They told <a href=/x>the county council</a> about it in May.</p>" + BODY,
        "county council",
    ),
    "sections": (
        "".join(f"<section><h2>Part {i}</h2>{BODY.replace('mill', w)}</section>" for i, w in enumerate(["mill", "barn"])),
        "barn",
    ),
    "no main element": (f"<div class=entry-content>{BODY}</div>", PROSE[-1]),
}


@pytest.mark.parametrize("balance", ["keep", "even"])
@pytest.mark.parametrize(("inside", "line"), STAY.values(), ids=STAY)
def test_content_stays(inside, line, balance):
    assert line in cleaned(page(inside), balance)


def test_markup_decides_where_text_cannot():
    """The same words are the article, or a teaser beside it."""
    words = "<p>The bridge at Low Ferry will be closed until June, the county said.</p>"
    assert "Low Ferry" in cleaned(page(HEAD + BODY + words, below=FOOT))
    beside = f"<div class='sidebar related-posts widget'><a href=/1>{words}</a></div>"
    assert "Low Ferry" not in cleaned(page(HEAD + BODY, below=beside + FOOT))


POOL = [page(HEAD + BODY), page(LIST + BODY), page(TABLE), "<p>x", "", page(BODY * 3, above="", below=FOOT), MENU * 40]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(POOL), min_size=1, max_size=6), st.sampled_from(POOL))
def test_a_page_is_judged_alone(others, one):
    alone = View(batch_of([one]), "even").tags.content
    batch = batch_of([*others, one, *others])
    together = View(batch, "even").tags.content[batch.column("doc") == len(others)]
    assert alone.tobytes() == together.tobytes()


def test_plain_text_is_left_to_its_own_tagger():
    text = Record("a", "\n\n".join(PROSE), None, "", "a.txt")
    batch = next(assemble.batches([(0, text), *((i + 1 << 8, r) for i, (_, r) in enumerate(records([page(BODY)])))], 10**9))
    view = View(batch, "even")
    own = View(next(assemble.batches([(0, text)], 10**9)), "even").tags.content
    assert view.tags.content[batch.column("doc") == 0].tobytes() == own.tobytes()


def test_long_pages_are_cut_at_the_same_places_in_any_batch():
    long = page("".join(f"<p>{i}</p>" for i in range(17_000)))
    alone = View(batch_of([long]), "even").tags.content
    batch = batch_of([POOL[0], long])
    assert alone.tobytes() == View(batch, "even").tags.content[batch.column("doc") == 1].tobytes()


def test_portions_hold_whole_wanted_pages():
    sizes, wanted = [5, 20_000, 3, 7_000, 2_000, 9], np.array([True, True, False, True, True, True])
    doc = np.repeat(np.arange(len(sizes)), sizes)
    found = list(html_model._portions(doc, wanted[doc]))
    covered = np.concatenate([np.arange(low, high) for low, high in found])
    assert (covered == np.flatnonzero(wanted[doc])).all()
    assert all(high - low <= 16_000 for low, high in found)
    assert (5, 16_005) in found


WALL = "<html><body><h1>Sign in</h1><form><label>Name</label><label>Password</label><a href=/f>Forgot your password?</a></form></body></html>"


def test_a_wall_is_emptied_unless_all_is_to_be_kept():
    batch = batch_of([WALL, page(HEAD + BODY)])
    first = batch.column("doc") == 0
    tags = View(batch, "even").tags
    tags = tags._replace(content=np.where(first, np.float32(0.02), tags.content).astype(np.float32))
    walls = html_model.of_walls(batch, tags, np.ones(len(batch), bool))
    assert (walls == first).all()


def test_no_block_is_no_error():
    assert len(View(batch_of([""]), "even").tags.content) == 0


def test_empty_paths():
    paths = pa.array([""]).dictionary_encode()
    assert html_model.html_paths.read(paths.dictionary.to_pylist()).depth.tolist() == [1]
