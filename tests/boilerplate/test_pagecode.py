"""Scripts and style sheets among the text of a page go; code that a text shows, and code that is the text, stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.boilerplate.pagecode import code
from pipeline.single import clean_text
from tests.boilerplate.test_stage import ONLY, PROSE

MENU = ["Home", "News", "Sport", "Weather", "Contact us", "Subscribe", "About us", "Log in"]
HEAD = """
window.dataLayer = window.dataLayer || [];
function gtag(){dataLayer.push(arguments);}
gtag('js', new Date());
gtag('config', 'UA-0000000-1');
{"@context":"https://schema.org","@type":"NewsArticle","headline":"The pier will cost more","author":{"@type":"Person"}}
@font-face {
font-family: "Harbour";
src: url(/fonts/harbour.woff2) format("woff2");
}
.main-menu li a:hover {
color: #d70060;
margin-left: auto !important;
}
@media only screen and (min-width: 981px) {
#header .logo {
height: 53px;
}
}
""".strip().split("\n")
FOOT = """
jQuery(document).ready(function($) {
$('.menu-toggle').on('click', function(e) {
e.preventDefault();
$('#menu').toggleClass('open');
});
});
var ajaxurl = "https://pier.example/wp-admin/admin-ajax.php";
!function(d,s,id){var js,fjs=d.getElementsByTagName(s)[0];if(!d.getElementById(id)){js=d.createElement(s);}}(document,'script','x');
""".strip().split("\n")
TITLE = "The pier will cost a third more than planned"
PAGE = [*HEAD, TITLE, *MENU, *PROSE, "Share", "Top", *FOOT]

SHOWN = """
.box {
display: flex;
margin: 0 auto !important;
-webkit-flex: 1;
}
""".strip().split("\n")
SCRIPT = """
document.getElementById("pier").addEventListener("click", function (event) {
window.localStorage.setItem("pier", event.target.value);
});
""".strip().split("\n")

HOLDS = {
    "tutorial": [*MENU, PROSE[0], *SHOWN, PROSE[1], *SCRIPT, PROSE[2]],
    "tutorial of structured data": [
        *MENU,
        PROSE[0],
        "{",
        '"@context": "https://schema.org/",',
        '"@type": "Product",',
        '"name": "Tablet Sleeve",',
        '"offers": {"@type": "Offer", "price": "9.99"}',
        "}",
        PROSE[1],
    ],
    "tutorial that ends with code": [*MENU, *PROSE, *SHOWN, *SCRIPT],
    "manual": ["# The pier", *PROSE, "```js", *SCRIPT, "```", PROSE[0], "```html", *HEAD, "```", *MENU],
    "source file": ["/* The pier.", " * Its licence is free. */", *HEAD, *FOOT, *SCRIPT],
    "prose about code": [*MENU, *PROSE, "We set window.dataLayer and called gtag(1).", "Then the board went home."],
    "listing of another language": [*MENU, *PROSE, "fn main() {", 'println!("pier {}", 3);', "}", PROSE[0]],
    "recipe": [*MENU, *PROSE, "Serves: 4;", "Time: 30 minutes;", "{note}", "{note}", "{note}"],
}


def kept(lines):
    gone = [set(range(low, high)) for low, high, _ in code(lines)]
    return [line for row, line in enumerate(lines) if not any(row in rows for rows in gone)]


def test_scripts_and_styles_go():
    assert kept(PAGE) == [TITLE, *MENU, *PROSE, "Share", "Top"]


def test_evidence_names_the_machinery():
    assert [why for _, _, why in code(PAGE)] == [
        "structured data and counters and advertising",
        "blog software and script of the page",
    ]


@pytest.mark.parametrize("lines", HOLDS.values(), ids=HOLDS)
def test_code_that_is_text_stays(lines):
    assert kept(lines) == lines


def test_a_page_is_judged_as_if_its_scripts_were_not_there():
    with_code = clean_text("\n".join(PAGE), ONLY)
    assert with_code.text == clean_text("\n".join([TITLE, *MENU, *PROSE, "Share", "Top"]), ONLY).text
    assert {row["rule"] for row in with_code.ledger} >= {"page-code"}


@given(st.lists(st.sampled_from([*HEAD, *FOOT, *MENU, *PROSE, *SHOWN]), max_size=40))
def test_what_is_left_holds_no_more_of_it_than_was_shown(lines):
    for low, high, why in code(lines):
        assert 0 <= low < high <= len(lines)
        assert why
    assert kept(kept(lines)) == kept(lines)
    assert not set(PROSE) & {lines[row] for low, high, _ in code(lines) for row in range(low, high)}
