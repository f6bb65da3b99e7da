"""`--only-body`: biographies, disclaimers and calls to action beside the body go; a plain run keeps them."""

import pytest

from pipeline import Settings, boilerplate
from pipeline.boilerplate import beside
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
LIFE = "She has walked every mill race of the county and keeps two geese."


def cleaned(inside, only_body=True):
    markup = f"<html><body><main><article><h1>Sisters bring the mill back</h1>{inside}</article></main></body></html>"
    only = Settings(stages=("boilerplate",), boilerplate=boilerplate.Settings(balance="even", only_body=only_body))
    batch = next(assemble.batches([(0, Record("x", "", markup, "http://s.example/", "x.jsonl"))], 10**9))
    return settle.settle(decide([batch], only)[0])[0].to_pylist()[0]["text"]


GO = [
    f"<div class=author-bio><p>{LIFE}</p></div>",
    f"<div id=aboutTheAuthor><p>{LIFE}</p></div>",
    f"<p class=disclaimer>{LIFE}</p>",
    f"<div class='box call-to-action'><p>{LIFE}</p></div>",
    f"<p>Ann Smith is a reporter at the Herald. {LIFE}</p>",
    f"<p>Ann B. Smith is the author of three books. {LIFE}</p>",
    f"<p>Anna Schmidt ist freie Journalistin in Kassel. {LIFE}</p>",
    f"<p>Anne Petit est une journaliste indépendante. {LIFE}</p>",
    f"<p>Ana Ruiz es periodista y vive en Lugo. {LIFE}</p>",
]
STAY = [
    f"<p>{LIFE}</p>",
    f"<div class=has-author-bio><p>{LIFE}</p></div>",
    f"<p class=author-quote>{LIFE}</p>",
    f"<p>The elder is a writer too. {LIFE}</p>",
    f"<p>Ann Smith is a miller. {LIFE}</p>",
]


@pytest.mark.parametrize("part", GO)
def test_what_stands_beside_the_body_goes(part):
    assert LIFE not in cleaned(BODY + part)
    assert all(p in cleaned(BODY + part) for p in PROSE)


@pytest.mark.parametrize("part", GO)
def test_a_plain_run_keeps_it(part):
    assert LIFE in cleaned(BODY + part, only_body=False)


@pytest.mark.parametrize("part", STAY)
def test_text_stays(part):
    assert LIFE in cleaned(BODY + part)


def test_an_article_about_a_writer_stays():
    first = "Ann Smith is a writer who has lived in this mill since the two of them had it mended."
    assert first in cleaned(f"<p>{first}</p>{BODY}")


def test_a_page_of_biographies_stays():
    assert all(p in cleaned("".join(f"<div class=bio><p>{p}</p></div>" for p in PROSE)) for p in PROSE)


@pytest.mark.parametrize("path", ["body.has-cta>p", "article.bio>p", "div.biology>p", "p.author", "p"])
def test_names_that_say_nothing(path):
    assert not beside.named(path)
