"""Rules for single lines and for HTML regions: cases that fire, and more that hold."""

import tomllib
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.boilerplate import RULES
from pipeline.boilerplate.byline import is_byline
from pipeline.boilerplate.headline import names_site, tail_of
from pipeline.boilerplate.phrases import Phrase, look_up, may_be, normal, table
from pipeline.boilerplate.regions import region
from pipeline.boilerplate.rules import DATE_LINE, LINE_RULES, calendars
from pipeline.boilerplate.tokens import tokenize
from pipeline.corpus import utf8

FIRES = {
    "shortcode": ["[ad_1]", "[ad_2]", "[ad_1] [ad_2]", "[vc_row full_width=1]", "[/su_box]", '[caption id="3"]'],
    "share-bar": [
        "Share on FacebookShare on Twitter",
        "Share Tweet Pin",
        "Facebook Twitter WhatsApp",
        "Facebook | Twitter | Email | Print",
        "Email ThisBlogThis!Share to XShare to Facebook",
        "ShareTweetShare on WhatsApp",
    ],
    "copyright": [
        "© 2024 Valley News. All rights reserved.",
        "Copyright © 2011-2024 Pine & Sons",
        "(c) 2019 somebody",
        "© Valley News 2024",
        "All rights reserved",
    ],
    "powered-by": ["Powered by Blogger.", "Proudly powered by WordPress", "powered by phpBB"],
}
FIRES |= {
    "breadcrumb": [
        "Home > News > May 14, 2014",
        "Home » Blog",
        "Home / News / Old mill",
        "You are here: Home > Shop",
        "Inicio » Noticias » Local",
        "当前位置：首页 > 新闻 > 社会",
        "Home›Stage",
    ],
    "feed-footer": [
        "The post Old mill reopens after nine years, and nobody came to see it appeared first on Valley News.",
        "The post “Nothing ever changes” appeared first on The Valley Gazette",
        "The article 5 mills to see first appeared on millwalks.example",
        "Der Beitrag Alte Mühle öffnet wieder erschien zuerst auf Talbote.",
        "L’article Le moulin rouvre est apparu en premier sur La Vallée.",
        "La entrada El molino abre de nuevo se publicó primero en El Valle.",
        "L'articolo Riapre il mulino proviene da La Valle.",
        "O post Moinho reabre apareceu primeiro em O Vale.",
        "Het bericht Molen weer open verscheen eerst op De Vallei.",
        "Artykuł Młyn znów otwarty pochodzi z serwisu Dolina.",
        "Сообщение Мельница снова открыта появились сначала на Долина.",
        "Inlägget Kvarnen öppnar igen dök först upp på Dalbladet.",
        "Příspěvek Mlýn znovu otevřen pochází z Údolí.",
        "《老磨坊重新开放》最先出现在《山谷报》。",
        "投稿 水車小屋が再開 は 谷の新聞 に最初に表示されました。",
    ],
    "tags": [
        "Schlagwörter: Mühle, Fluss",
        "Теги: мост, река",
        "标签：图书馆",
        "Tags: mill, river, bread",
        "Filed under: News",
        "Posted in Stage, Books",
        "Tagged with river",
        "Tag: bread",
    ],
}
HOLDS = {
    "breadcrumb": [
        "Home is where the mill is",
        "Home",
        "Home/away games",
        "Home > the play. It opens in May.",
        "Home and garden",
        "Accueil des nouveaux élèves",
        "Hem > verb, past tense hemmed. To sew the edge.",
    ],
    "feed-footer": [
        "The post of harbour master appeared first on the list of the board.",
        "The article first appeared on 3 May 1871.",
        "The story appeared first on Monday.",
        "The post appeared first on his doorstep.",
        "Der Beitrag erschien zuerst auf der Titelseite.",
        "Artykuł ten pochodzi z serwisu prasowego.",
        "La entrada se publicó primero en Sevilla.",
        "这个词最先出现在《山谷报》。",
    ],
    "tags": [
        "Tags",
        "Tags: the secretary has them.",
        "Posted: 3 May",
        "Filed",
        "Posted in the hall: a list of names, and of debts.",
        "Tagged.",
        "Tag the request with a label, and name the group",
        "Tag blocks",
        "tagged with the name of the mill, so that a later",
        "posted in the hall",
        "Teги",
        "Etiquetas",
        "Metki: to słowo. Znaczy co innego.",
    ],
    "shortcode": [
        "[sic]",
        "[1]",
        "[Music]",
        "[ad]",
        "The tag [ad_1] is a shortcode.",
        "[to be continued]",
        "a[i_1]",
        "[logger_root]",
        "[embed]",
        "[wp]",
    ],
    "share-bar": [
        "Facebook shares fell",
        "Share",
        "Twitter",
        "Print",
        "Post it to them",
        "Share this with your sister, who knows.",
        "Facebook, Twitter and Google were sued",
        "Line",
        "xxx",
        "X x XX",
    ],
    "copyright": [
        "© This report was first printed in May.",
        "The copyright expired in 1998.",
        "Copyright law changed twice.",
        "He sold the rights in 2024.",
        "c 2024",
    ],
    "powered-by": [
        "Powered by the sun, the car crossed Australia.",
        "The wheel is powered by water from the upper pond",
        "Powered by AI agents",
        "Powered by rage and coffee and very little sleep",
    ],
}


@pytest.mark.parametrize(("name", "rule", "hint"), LINE_RULES, ids=[row[0] for row in LINE_RULES])
def test_line_rules(name, rule, hint):
    hinted = pc.match_substring_regex(pa.array(FIRES[name]), hint, ignore_case=True).to_pylist()
    assert [text for text, asked in zip(FIRES[name], hinted, strict=True) if not (asked and rule(text))] == []
    assert [text for text in HOLDS[name] if rule(text)] == []


PHRASES = [
    "Leave a Reply",
    "  leave a reply  ",
    "0 Comments",
    "Post a Comment",
    "No comments:",
    "Source link",
    "[Source Link]",
    "Exit mobile version",
    "ADVERTISEMENT",
    "Click to share on Facebook (Opens in new window)",
    "Your email address will not be published. Required fields are marked *",
    "Skip to content",
    "Labels: garden, spring",
    "Subscribe to Posts (Atom)",
    "We use cookies to improve your experience.",
]
NO_PHRASES = [
    "__name__",
    "She would not leave a reply.",
    "The source link in the chain was rusty.",
    "Advertisement standards were raised in June, the board said.",
    "Comments by the mayor",
    "A post a day",
    "Labels",
    "LabelSelector",
    "--labels=[KEY=VALUE,...]",
    "Skip the content and look at the form",
    "Home at last",
    "",
    "…",
]


@pytest.mark.parametrize("text", PHRASES)
def test_phrases(text):
    assert look_up(pa.array([text]))[0].certain


@pytest.mark.parametrize("text", NO_PHRASES)
def test_no_phrases(text):
    assert look_up(pa.array([text])) == [None]


def test_phrases_of_the_user():
    assert look_up(pa.array(["BUY NOW!", "buy"]), ["Buy now"]) == [Phrase("settings", True), None]


def maybe(lines, own=()):
    """Which lines are looked up at all."""
    return may_be(tokenize(*utf8(pa.chunked_array([pa.array(lines, pa.string())]))), np.arange(len(lines)), own).tolist()


def test_few_lines_are_looked_up():
    assert maybe(["Leave a Reply", "Wool is spun here", "12 comments", "Äpfel", "…"]) == [True, False, True, True, True]
    assert maybe(["Wool is spun here"], ["wool: ours"]) == [True]
    assert maybe(["…"]) == [True]


PIECES = [
    *table().keys.to_pylist(),
    "Labels: a b",
    "More from Ann",
    " ",
    "\u00a0",
    "’",
    "•",
    "\u212a",
    "12",
    "٣",
    "▼",
    "É",
    "\u00ad",
    "a",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), min_size=1, max_size=4), st.booleans())
def test_every_phrase_is_looked_up(pieces, upper):
    text = "".join(pieces).upper() if upper else "".join(pieces)
    assert maybe([text, "a"])[0] or look_up(pa.array([text])) == [None]


def test_the_phrase_table_is_sorted_normal_and_without_doubles():
    data = tomllib.loads((files("pipeline.boilerplate") / "data" / "phrases.toml").read_text("utf-8"))
    seen = set()
    for group in data.values():
        assert list(group) == sorted(group)
        for lines in group.values():
            assert lines == sorted(lines)
            for line in lines:
                key = normal(pa.array([line]))[0].as_py()
                assert line == line.lower()
                assert key not in seen
                seen.add(key)


CALENDAR = ["March 2024", "M T W T F S S", "\u00a0123", "45678910", "11121314151617", "« Feb   Apr »"]


@pytest.mark.parametrize(
    ("texts", "rows"),
    [
        (CALENDAR, [0, 1, 2, 3, 4, 5]),
        (["About", *CALENDAR, "Next"], [1, 2, 3, 4, 5, 6]),
        (["Mo Di Mi Do Fr Sa So", "1 2 3", "4 5 6 7 8 9 10"], [0, 1, 2]),
        (["3 2 1 0", "4 5 6"], []),
        (["M T W T F S S"], []),
        (["Monday to Sunday", "10 to 5"], []),
        (["March 2024", "1 2 3", "4 5 6"], []),
    ],
)
def test_calendars(texts, rows):
    assert calendars(texts) == rows


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("Saturday 23 March 2024", True),
        ("March 3, 2021", True),
        ("2021-03-05", True),
        ("5.3.2021", True),
        ("3rd May 2020", True),
        ("Samstag, 4. Mai 2024", True),
        ("lundi 1er juillet 2024", True),
        ("4 de mayo de 2024", True),
        ("4 мая 2024", True),
        ("4 marks 2024", False),
        ("3 May 2025, Leeds", False),
        ("March 2021", False),
        ("In March 2021 the mill reopened", False),
        ("1914", False),
    ],
)
def test_date_lines(text, fires):
    assert bool(DATE_LINE.fullmatch(text)) is fires


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("nav.main-menu>ul>li", "nav"),
        ("footer>p", "footer"),
        ("main>aside.related>p", "aside"),
        ("div#cookie-banner>p", "cookie-banner"),
        ("div.footer-links>a", "footer-links"),
        ("div.post>div.sharing>a", "sharing"),
        ("article>p", ""),
        ("body.has-sidebar>main>p", ""),
        ("form#aspnet>div.text>p", ""),
        ("article>header>h1", ""),
        ("article.post>div.content>ul>li", ""),
        ("div.page>div.shared-history>p", ""),
        ("", ""),
    ],
)
def test_regions(path, name):
    assert region(path) == name


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("Old mill reopens after years | Valley News", " | Valley News"),
        ("Old mill reopens after years - Valley News", " - Valley News"),
        ("Old mill reopens after years » Blog", " » Blog"),
        ("Old mill reopens – and closes again the very next day", ""),
        ("Yes | No", ""),
        ("A co-operative mill in the valley", ""),
        ("Old mill reopens after years | ", ""),
    ],
)
def test_headline_tails(text, tail):
    assert tail_of(text)[1] == tail


@pytest.mark.parametrize(
    ("tail", "url", "named"),
    [
        (" | Valley News", "", True),
        (" - Hill Walks", "https://www.hillwalks.org/a", True),
        (" - part two", "https://www.hillwalks.org/a", False),
        (" | part two", "", False),
        (" - the news", "", False),
        (" | x", "http://[", False),
    ],
)
def test_a_page_alone_names_its_site(tail, url, named):
    assert bool(names_site(tail, url)) is named


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("By Ann Smith", True),
        ("von Anna Keller", True),
        ("Ann Smith", True),
        ("Óscar van der Berg", True),
        ("12 March 2024", True),
        ("Published 5 May 2020 by Staff", True),
        ("25 de março de 2024", True),
        ("입력 2022.05.14 10:20", True),
        ("2022. május 14. 10:20", True),
        ("14 मई 2022", True),
        ("14 במאי 2022, 10:20", True),
        ("Оксана Ткаченко", True),
        ("Старий млин знову меле", False),
        ("מרים לוי", True),
        ("הטחנה הישנה שבה לפעול", False),
        ("Version 2.10.2", False),
        ("Aktualisiert am 4. Mai 2024 um 10:00 Uhr", True),
        ("Share this", False),
        ("in Culture", False),
        ("0", False),
        ("Login", False),
        ("by the river they sat down and wept for all that they had lost", False),
    ],
)
def test_bylines(text, fires):
    assert is_byline(text) is fires


def test_every_rule_has_a_reason_and_both_examples():
    for rule in RULES:
        assert rule.reason
        assert rule.fires
        assert rule.holds
        assert rule.fires != rule.holds
    assert {row[0] for row in LINE_RULES} <= {rule.name for rule in RULES}
