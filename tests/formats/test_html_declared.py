"""What pages declare in JSON-LD: text where the page shows nothing, and never a second time."""

import json

import pytest

from pipeline import Settings, boilerplate
from pipeline.formats import assemble, settle
from pipeline.formats.html import blocks_of
from pipeline.formats.html_declared import texts
from pipeline.formats.records import Record
from pipeline.single import decide

BODY = (
    "The mill stood empty for eleven years before the two sisters bought it from the county at auction in the spring. "
    "They had no plan beyond keeping the roof on. The wheel was rusted through, and owls lived in the loft of the mill."
)
ARTICLE = {"@type": "NewsArticle", "headline": "Sisters buy the mill", "articleBody": BODY, "description": "A mill is sold."}


def page(*things, body=""):
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)
    return f"<html><head><title>t</title>{scripts}</head><body>{body}</body></html>"


FIRES = {
    "article": (ARTICLE, ["Sisters buy the mill", BODY]),
    "graph": ({"@graph": [{"@type": "WebPage", "name": "x"}, ARTICLE]}, ["Sisters buy the mill", BODY]),
    "list": ([ARTICLE], ["Sisters buy the mill", BODY]),
    "product": ({"@type": ["Product", "Thing"], "name": "Oak wheel", "description": BODY, "sku": "X1"}, ["Oak wheel", BODY]),
    "job in markup": (
        {"@type": "JobPosting", "title": "Miller", "description": f"<p>{BODY}</p><ul><li>Stones<li>Flour</ul>"},
        ["Miller", BODY, "Stones", "Flour"],
    ),
    "recipe": (
        {
            "@type": "Recipe",
            "name": "Bread",
            "recipeIngredient": ["500 g of flour", "a pinch of salt"],
            "recipeInstructions": [{"@type": "HowToStep", "text": BODY}, {"@type": "HowToStep", "text": "Bake it."}],
        },
        ["Bread", "500 g of flour", "a pinch of salt", BODY, "Bake it."],
    ),
    "answers": (
        {
            "@type": "FAQPage",
            "mainEntity": [{"@type": "Question", "name": "Why?", "acceptedAnswer": {"@type": "Answer", "text": BODY}}],
        },
        ["Why?", BODY],
    ),
}


@pytest.mark.parametrize(("thing", "shown"), FIRES.values(), ids=FIRES)
def test_an_empty_page_gives_what_it_declares(thing, shown):
    found = blocks_of(page(thing)).blocks
    assert [block.text for block in found] == shown
    assert all(block.path.startswith("script.json-ld>") for block in found)
    assert found[0].lead == ""


HOLDS = {
    "shown": (page(ARTICLE, body=f"<h1>Sisters buy the mill</h1><p>{BODY}</p>"), 2),
    "shown in parts": (page(ARTICLE, body="".join(f"<p>{s}.</p>" for s in BODY.split(". "))), 3),
    "a page that shows something": (page(ARTICLE, body="<p>" + "Quite another text stands here. " * 40), 1),
    "description of an article": (page({"@type": "NewsArticle", "description": BODY}), 0),
    "organisation": (page({"@type": "Organization", "name": "Mill & Co", "description": BODY}), 0),
    "little": (page({"@type": "Product", "name": "Oak wheel", "description": "Made of oak."}), 0),
    "not JSON": (page().replace("</head>", '<script type="application/ld+json">{"articleBody": }</script></head>'), 0),
    "not text": (page({"@type": "Article", "headline": 7, "articleBody": {"a": ["b", None, 1.5]}}), 0),
    "another script": (page().replace("</head>", f"<script>{json.dumps(ARTICLE)}</script></head>"), 0),
    "deep": (page({"@type": "FAQPage", "mainEntity": json.loads("[" * 50 + json.dumps(BODY) + "]" * 50)}), 0),
}


@pytest.mark.parametrize(("markup", "blocks"), HOLDS.values(), ids=HOLDS)
def test_nothing_is_said_twice_or_made_up(markup, blocks):
    assert len(blocks_of(markup).blocks) == blocks


def test_the_same_thing_declared_twice_comes_once():
    assert len(blocks_of(page(ARTICLE, ARTICLE)).blocks) == 2
    assert texts([ARTICLE, ARTICLE], "") == texts([ARTICLE], "")


@pytest.mark.parametrize("balance", ["keep", "even", "strip"])
def test_the_stage_keeps_it(balance):
    settings = Settings(stages=("boilerplate",), boilerplate=boilerplate.Settings(balance=balance))
    markup = page(ARTICLE, body="<div class=cookie>We use cookies.</div><nav><a href=/>Home</a><a href=/b>Basket</a></nav>")
    (done,) = decide(list(assemble.batches([(0, Record("a", "", markup, "", "a"))], 10**9)), settings)
    assert settle.settle(done)[0]["text"].to_pylist()[0].endswith(f"Sisters buy the mill\n\n{BODY}")


@pytest.mark.parametrize(
    ("thing", "title", "author", "date"),
    [
        (
            {"@type": "Recipe", "name": "Bread", "author": {"name": "Li"}, "datePublished": "2024-05-03"},
            "Bread",
            "Li",
            "2024-05-03",
        ),
        ({"@type": "JobPosting", "title": "Miller", "datePosted": "2024-05-03"}, "Miller", "", "2024-05-03"),
        ({"@type": "Organization", "name": "Mill & Co", "title": "x"}, "t", "", ""),
    ],
)
def test_metadata_of_recipes_and_jobs(thing, title, author, date):
    found = blocks_of(page(thing, body="<p>Text.</p>"))
    assert (found.title, found.author, found.date) == (title, author, date)
