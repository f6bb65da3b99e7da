"""Markdown is judged as a reader sees it, and written as it came."""

import pytest

from pipeline.boilerplate.markdown import pictures, reading
from pipeline.formats.assemble import batches
from pipeline.formats.records import Record
from pipeline.single import clean_text
from tests.boilerplate.test_stage import ONLY, PROSE

READ = {
    "[Home](https://mill.example/)": "Home",
    "* [Wheel _(old)_](https://mill.example/a_(b) 'the wheel')": "* Wheel _(old)_",
    "see [the mill](<https://mill.example/a b>), and [weir](w.html)": "see the mill, and weir",
    "[![Valley News](/logo.png)](/)": "Valley News",
    "![The mill](mill.jpg) The mill in spring": "The mill in spring",
    "![](mill.jpg)": "![](mill.jpg)",
    "a[1](x) and f[i](y)": "a1 and fi",
    "* [The wheel](#the-wheel)": "* [The wheel](#the-wheel)",
    "[Leave a Reply](#respond)": "Leave a Reply",
    "[Home] (soon)": "[Home] (soon)",
    "[a](b": "[a](b",
    "!![": "!![",
    "The mill opened.": "The mill opened.",
}
PICTURES = ["[![Valley News](/logo.png)](/)", "![](mill.jpg)", "![a](b.png) ![c](d.png)", "* ![a](b.png)"]

PAGE = [
    "[![Coast Gazette](/logo.png)](https://coast.example/)",
    "",
    "  * [Home](https://coast.example/)",
    "  * [News](https://coast.example/news)",
    "  * [Harbour](https://coast.example/harbour)",
    "  * [Log In](https://coast.example/login)",
    "",
    "# Pier will cost more",
    "",
    PROSE[0].replace("The harbour board", "[The harbour board](https://coast.example/board)"),
    "",
    f"**{PROSE[1]}**",
    "",
    PROSE[2],
    "",
    "[Share on Facebook](https://www.facebook.com/sharer.php?u=https://coast.example)",
    "[Leave a Reply](#respond)",
]


def batch(text):
    (found,) = batches([(0, Record("a", text, None, "", "a.txt"))], 10)
    return found


@pytest.mark.parametrize("text", READ)
def test_reading(text):
    assert reading(batch(text)).texts() == [READ[text]]


@pytest.mark.parametrize("text", [*PICTURES, *READ])
def test_pictures(text):
    assert bool(len(pictures(batch(text)))) == (text in PICTURES)


def test_a_page_in_markdown():
    kept = "\n".join(PAGE[7:14])
    assert clean_text("\n".join(PAGE), ONLY).text == kept


def test_badges_of_a_readme_stay():
    text = "\n".join(
        [
            "# Mill",
            "",
            "[![build](https://mill.example/build.svg)](https://mill.example)",
            "",
            *PROSE,
            "",
            "```",
            "mill --grind",
            "```",
        ]
    )
    assert clean_text(text, ONLY).text == text
