"""What is no page: walls are emptied and listed as such, hostile shapes come through, what is strange stays."""

import json

import pytest

from pipeline import Settings, run
from pipeline.boilerplate.walls import is_wall
from pipeline.formats import assemble, settle
from pipeline.formats.records import Record
from pipeline.single import clean_text, decide

ONLY = Settings(stages=("boilerplate",))
WALLS = {
    "cookies": [
        "We value your privacy",
        'We use cookies to enhance your browsing experience and to analyse our traffic. By clicking "Accept All", you consent.',
        "Customise",
        "Reject All",
        "Accept All",
    ],
    "partners": [
        "We and our 842 partners store and access personal data, like browsing data or unique identifiers, on your device.",
        "Selecting I Accept enables tracking technologies to support the purposes shown.",
        "Manage settings",
        "I Accept",
    ],
    "cookies in German": [
        "Wir verwenden Cookies",
        "Wir und unsere Partner verwenden Cookies, um zu messen.",
        "Alle akzeptieren",
    ],
    "login": ["Sign in to continue", "You must be logged in to view this page.", "Username", "Password", "Log in", "Register"],
    "labels of a login": ["Log in", "Email address", "Password", "Forgot your password?", "Remember me", "Sign in"],
    "subscription": ["Subscribe to continue reading", "This article is for subscribers only.", "Already a subscriber? Log in"],
    "scripts": ["Please enable JavaScript to continue using this application."],
    "check": [
        "Just a moment...",
        "Checking your browser before accessing the site.",
        "Enable JavaScript and cookies to continue",
    ],
    "denied": ["Access Denied", "You don't have permission to access this page on this server.", "Reference #18.2d"],
    "not found": ["404", "Page not found", "The page you are looking for does not exist.", "Back to home"],
}


def as_html(lines):
    return "<html><body><div id=root>" + "".join(f"<div>{line}</div>" for line in lines) + "</div></body></html>"


@pytest.mark.parametrize("kind", ["text", "html"])
def test_walls_are_emptied_and_listed(kind, tmp_path):
    make = as_html if kind == "html" else "\n\n".join
    rows = [{"id": name, kind: make(lines)} for name, lines in WALLS.items()]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = run([tmp_path / "in.jsonl"], tmp_path / "out", Settings(workers=1))
    assert result.report["documents"]["emptied"] == len(WALLS)
    assert (tmp_path / "out" / "jsonl" / "part-00000.jsonl").read_bytes() == b""


STAY = {
    "one true sentence": [*WALLS["cookies"], "The mill by the old bridge opened its doors again on Friday."],
    "about cookies": ["Websites must ask before they use cookies.", "The court said so on Monday."],
    "recipe": ["Cookies", "We use cookies cutters of tin.", "Roll out the dough and cut it into twelve."],
    "question": ["I forgot my password and cannot log in.", "Can anybody help?"],
    "manual": ["To open the lab, sign in with your card.", "The door stays open for ten seconds."],
    "verse": ["You must be up before the sun,", "log in the fire and bread upon the stone."],
    "error in prose": ["Page not found, said the librarian, and went on looking.", "It was under the cat."],
    "labels alone": ["Eggs", "Flour", "Milk"],
}


@pytest.mark.parametrize("lines", STAY.values(), ids=STAY)
def test_what_is_written_about_them_stays(lines):
    assert not is_wall(lines)


def test_a_cookie_banner_over_a_text_does_not_cost_the_text():
    prose = "The harbour board met on Monday evening and heard that the new pier will cost a third more than was planned."
    assert (
        prose
        in clean_text("\n\n".join([*WALLS["cookies"], "Pier will cost more", prose, prose.replace("pier", "quay")]), ONLY).text
    )


def read(record):
    return next(assemble.batches([(0, record)], 10**9))


SAID = "It was said that the mill would open again, and nobody in the town believed a word of it; "
SHAPES = {  # what is repeated, and how often in a tenth of the whole
    "a line of 10 MB": (SAID, 11_500),
    "a million lines of a word": ("word\n", 100_000),
    "a word of 10 MB": ("a", 1_000_000),
    "two million line breaks": ("\n", 200_000),
}


@pytest.mark.parametrize("tenths", [1, pytest.param(10, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", SHAPES)
def test_hostile_shapes_come_through(name, tenths):
    part, count = SHAPES[name]
    text = f"a\n{part * count * tenths}\nb"
    (done,) = decide([read(Record("a", text, None, "", "a"))], ONLY)
    results, _ = settle.settle(done)
    assert results["text"].to_pylist() == [text]


CUT = "<html><body><main><h1>The mill reopens</h1><p>The mill by the old bridge opened its <b>doors"


@pytest.mark.parametrize(
    "tail", ["", "<", "</", "<p", '<p class="x', "<!--", "<![CDATA[", "<script>if (a <", "&am", "<table><tr><td>", "\x00"]
)
def test_markup_cut_anywhere_keeps_its_text(tail):
    (done,) = decide([read(Record("a", "", CUT + tail, "", "a"))], ONLY)
    assert "The mill by the old bridge opened its doors" in settle.settle(done)[0]["text"].to_pylist()[0]


UNSEEN = {
    "Georgian": "ძველ ხიდთან მდგარი წისქვილი პარასკევს კვლავ გაიხსნა, ორწლიანი შეკეთების შემდეგ.",
    "Amharic": "በድሮው ድልድይ አጠገብ ያለው ወፍጮ ከሁለት ዓመት ጥገና በኋላ አርብ ዕለት እንደገና ተከፈተ።",
    "Welsh": "Agorodd y felin ger yr hen bont ei drysau eto ddydd Gwener, ar ôl dwy flynedd o waith atgyweirio.",
    "Hungarian": "A régi híd melletti malom pénteken újra megnyitotta kapuit, két évi javítás után.",
    "Thai": "โรงสีข้างสะพานเก่าเปิดประตูอีกครั้งในวันศุกร์หลังจากซ่อมแซมมาสองปี",
    "Armenian": "Հին կամրջի մոտի ջրաղացը ուրբաթ օրը կրկին բացվեց երկու տարվա վերանորոգումից հետո։",
}


@pytest.mark.parametrize("line", UNSEEN.values(), ids=UNSEEN)
def test_a_language_never_seen_stays(line):
    text = "\n\n".join([line, line[::-1].strip(), line])
    assert clean_text(text, ONLY).text == text
