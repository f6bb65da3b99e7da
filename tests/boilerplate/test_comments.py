"""`boilerplate.comments = "drop"`: what readers wrote goes, what only looks like it stays."""

import numpy as np
import pytest

from pipeline import Settings, boilerplate
from pipeline.boilerplate.comments import kind_of, named, section
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import decide

ARTICLE = [
    "Sisters bring the old mill back to life",
    "The mill stood empty for eleven years before the two sisters bought it from the county at auction in the spring.",
    "They had no plan beyond keeping the roof on. The wheel was rusted through, and owls lived in the loft.",
]
FIRST = "I went there on Saturday with my children, and they loved the wheel. Be early, the bread was gone by noon!"
SECOND = "Is there any parking near the yard, or should we walk from the station?"
WORDPRESS = [
    "2 thoughts on “Sisters bring the old mill back to life”",
    "Peter Hall says:",
    "4 May 2024 at 10:00",
    FIRST,
    "Reply",
]
WORDPRESS += ["Mary says:", "5 May 2024 at 11:12", SECOND, "Reply", "Leave a Reply"]
BLOGGER = [
    "2 comments:",
    "Anonymous said...",
    FIRST,
    "May 4, 2024 at 5:00 PM",
    "Mary said...",
    SECOND,
    "May 5, 2024 at 5:00 PM",
]
BLOGGER += ["Post a Comment"]
DATED = ["Kommentare (2)", "Peter Hall", "4. Mai 2024, 10:00", FIRST, "Mary", "5. Mai 2024, 11:12", SECOND, "Antworten"]
UNHEADED = ["Peter Hall says:", "4 May 2024 at 10:00", FIRST, "Mary says:", "5 May 2024 at 11:12", SECOND]
TIMES_BELOW = ["3 Comments", FIRST, "Posted by: Peter at May 4, 2024 10:00", SECOND, "Posted by: Mary at May 5, 2024 10:00"]
TIMES_BELOW += ["Sold out already?", "Posted by: Li at May 6, 2024 9:00"]


def cleaned(lines=None, markup=None, *, comments="drop", only_body=False):
    settings = boilerplate.Settings(comments=comments, only_body=only_body)
    text = "" if lines is None else "\n".join(lines)
    batches = list(assemble.batches([(0, Record("a", text, markup, "", "a"))], 10**9))
    (done,) = decide(batches, Settings(stages=("boilerplate",), boilerplate=settings))
    return settle.settle(done)[0]["text"].to_pylist()[0]


@pytest.mark.parametrize("below", [WORDPRESS, BLOGGER, DATED, UNHEADED, TIMES_BELOW])
def test_comments_below_a_text_go(below):
    assert cleaned([*ARTICLE, *below]).strip() == "\n".join(ARTICLE)


@pytest.mark.parametrize("below", [WORDPRESS, BLOGGER, DATED, UNHEADED, TIMES_BELOW])
def test_by_default_they_stay(below):
    assert FIRST in cleaned([*ARTICLE, *below], comments="keep")


def test_the_body_alone_is_without_comments():
    assert cleaned([*ARTICLE, *WORDPRESS], only_body=True, comments="keep").strip() == "\n".join(ARTICLE[1:])


STAY = [
    ["3 Comments", *ARTICLE],  # a link at the top
    [ARTICLE[0], "3 Comments", "4 May 2024 at 10:00", *ARTICLE[1:]],
    [*ARTICLE, "“The wheel will turn,” she says.", "Ann Smith says:", FIRST],  # reported speech
    [
        "1 Reply",
        *ARTICLE,
        "Peter said:",
        FIRST,
        "4 May 2024 at 10:00",
        SECOND,
        "Peter said:",
        FIRST,
        "4 May 2024 at 11:00",
    ],  # a board
    WORDPRESS[1:],  # nothing else on the page
]


@pytest.mark.parametrize("lines", STAY)
def test_the_text_itself_stays(lines):
    out = cleaned(lines)
    assert FIRST in out or FIRST not in lines
    assert all(line in out for line in ARTICLE[1:] if line in lines)


def page(comment="comment", around="comments"):
    body = "".join(f"<p>{line}</p>" for line in ARTICLE[1:])
    said = f'<ol><li class="{comment}"><p>{FIRST}</p></li><li class="{comment}"><p>{SECOND}</p></li></ol>'
    return f'<main><article class="has-comments"><h1>{ARTICLE[0]}</h1>{body}</article><div class="{around}">{said}</div></main>'


@pytest.mark.parametrize(
    ("comment", "around"), [("comment", "comments"), ("x", "comments-area"), ("comment-body", "y"), ("x", "post-comments")]
)
def test_markup_names_comments(comment, around):
    assert cleaned(markup=page(comment, around)) == "\n\n".join(ARTICLE)


def test_other_names_say_nothing():
    assert FIRST in cleaned(markup=page("commentary", "comments-open"))


def test_a_page_of_comments_alone_keeps_them():
    said = "".join(f'<div class="comment"><p>{line}</p></div>' for line in [*ARTICLE[1:], FIRST, SECOND])
    assert FIRST in cleaned(markup=f"<main><h1>What do you think?</h1>{said}</main>")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("main>section#comments.area>ol>li", "comments"),
        ("div.post>div#disqus_thread>p", "disqus_thread"),
        ("div.comment-1042>p", "comment-1042"),
        ("article.has-comments>p", ""),
        ("article.comments-closed>p", ""),
        ("div.commentary>p", ""),
        ("div.replies>p", ""),
        ("comments>p", ""),  # a tag is no name
    ],
)
def test_names_of_elements(path, found):
    assert named(path) == found


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("12 Responses to The old mill", "heading"),
        ("Commentaires (3)", "heading"),
        ("Ann Smith a dit :", "says"),
        ("Ann Smith on May 4, 2024 at 10:00 said:", "time"),
        ("Ann wrote on 4 May 2024:", "says"),
        ("3 hours ago", "time"),
        ("Log in to Reply", "reply"),
        ("Ann Smith said:", ""),
        (
            "He says it was 10:30 when the wheel stopped on 4 May 2024, and that all who stood there had seen the water rise.",
            "",
        ),
        ("Two of three comments were kind", ""),
        ("12 Replies", ""),
        ("Opening at 10:00", ""),
    ],
)
def test_kinds_of_lines(line, kind):
    assert kind_of(line) == kind


def test_a_section_ends_before_the_next_article():
    kinds = ["", "heading", "says", "time", "", "", "time"]
    words, headlines = np.array([30, 0, 0, 0, 9, 8, 0]), np.zeros(7, bool)
    assert section(kinds, headlines, words) == (1, 7)
    headlines[5] = True
    assert section(kinds, headlines, words) == (1, 5)
    assert section(kinds, headlines, words // 2) == (0, 0)  # too little stands above


def test_a_list_of_posts_with_their_comments_is_no_section():
    kinds = ["", *["heading", "time", "", ""] * 5]
    assert section(kinds, np.zeros(21, bool), np.full(21, 40)) == (0, 0)
