"""--only-body: title, author, date and comments go; sub-heads, captions and dates in the text stay."""

import pytest

from pipeline import Settings, boilerplate
from pipeline.boilerplate.only_body import says_who_or_when
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import decide

PROSE = [
    "The mill stood empty for eleven years before the two sisters bought it from the county at auction in the spring.",
    "They had no plan beyond keeping the roof on. The wheel was rusted through, and owls lived in the loft.",
    "The river did most of the harm. Twice the water came over the lower floor, and each time plaster had to come off.",
]
TITLE = "Sisters bring the old mill back to life"
LD = f'<script type="application/ld+json">{{"headline":"{TITLE}","author":{{"name":"Ada Thornbury-Okoye"}},"datePublished":"2024-05-03"}}</script>'


def body_of(text="", markup=None, *, only_body=True):
    settings = Settings(stages=("boilerplate",), boilerplate=boilerplate.Settings(only_body=only_body))
    (done,) = decide(list(assemble.batches([(0, Record("a", text, markup, "", "a"))], 10**9)), settings)
    return settle.settle(done)[0]["text"].to_pylist()[0]


def html(*above, below=()):
    parts = [f"<p>{line}</p>" for line in above] + [f"<p>{p}</p>" for p in PROSE] + list(below)
    return f"<html><head>{LD}</head><body><article><h1>{TITLE}</h1>{''.join(parts)}</article></body></html>"


ABOVE = [
    "By Ada Thornbury-Okoye",
    "Words: Ada Thornbury-Okoye, photographs: Li Wei",
    "3 May 2024",
    "Updated: May 3, 2024",
    "4 min read",
    "Posted by Ada Thornbury-Okoye on 3 May 2024",
]


@pytest.mark.parametrize("line", ABOVE)
def test_lines_above_the_text_of_a_page_go(line):
    assert body_of(markup=html(line)) == "\n\n".join(PROSE)


@pytest.mark.parametrize("line", [line for line in ABOVE if "Words" not in line])
def test_lines_above_plain_text_go(line):
    assert body_of("\n\n".join([TITLE, line, *PROSE])) == "\n\n".join(PROSE)


@pytest.mark.parametrize("line", ABOVE[:3])
def test_without_the_setting_they_stay(line):
    assert body_of(markup=html(line), only_body=False).startswith(f"{TITLE}\n\n{line}\n\n")


STAY = [
    "<h2>What the river did</h2>",
    "<h2>The work of two summers</h2>",
    "<figure><figcaption>The mill in 1931.</figcaption></figure>",
    "<p>On 3 May 2024 the wheel turned again.</p>",
    "<p>Ada Thornbury-Okoye, who wrote this, has drunk from the pond.</p>",
    "<p>The first flour was sold on 12 March 2024, by the sack.</p>",
    "<p>“We thought it would take a summer,” the elder of them said.</p>",
]


@pytest.mark.parametrize("inside", STAY)
def test_the_body_stays(inside):
    shown = inside.replace("</", "<").split(">")
    text = max((part.partition("<")[0] for part in shown), key=len)
    assert text in body_of(markup=html("By Ada Thornbury-Okoye", below=[inside, f"<p>{PROSE[0]}</p>"]))


def test_the_title_goes_wherever_the_page_repeats_it():
    assert TITLE not in body_of(markup=html(TITLE, "3 May 2024"))


def test_a_page_without_a_paragraph_is_no_error():
    assert body_of("A title") in ("", "A title")
    assert isinstance(body_of(markup="<h1>A title</h1>"), str)


@pytest.mark.parametrize(
    ("text", "author", "goes"),
    [
        ("Words by Ann Smith", "ann smith", True),
        ("ANN SMITH", "ann smith", True),
        ("Estimated reading time: 12 minutes", "", True),
        ("Published 3 May 2024", "", True),
        ("Ann Smithson won", "ann smith", False),
        ("Ann Smith says that she has never been as happy in any place as she was there", "ann smith", False),
        ("12 minutes later", "", False),
        ("The mill reopens", "", False),
        ("Key points", "", False),
    ],
)
def test_lines_that_say_who_or_when(text, author, goes):
    assert says_who_or_when(text, author) is goes
