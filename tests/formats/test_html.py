"""Markup -> blocks: tables of cases, laws over any markup, and the same blocks from BeautifulSoup's tree."""

import pytest
from bs4 import BeautifulSoup
from bs4.element import PreformattedString, Tag
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.formats import html, html_tokens
from pipeline.formats.html import Builder, blocks_of

PAGE = """<!doctype html><html lang=en><head><meta charset=latin1><title>Old mill reopens | Valley News</title>
<meta property="og:title" content="Old mill reopens"><meta name=author content="Ann Grey">
<meta property="article:published_time" content="2021-03-05T10:00:00Z"><link rel=canonical href="https://v.example/a">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Mill"}</script><style>p {color: red}</style>
</head><body class=home><nav class="menu top"><ul><li><a href=/>Home</a></li><li><a href=/n>News</a></li></ul></nav>
<main><article id=post-7 class=post><h1>Old mill reopens</h1><p class=lead>After <b>forty</b> years the
   wheel  turns <a href=x>again</a>.<p>Second caf\u00e9 &amp; bar<br>a line<br><br>a paragraph
<table><tr><th>Year<th>Visitors<tr><td>2020<td>1,200</table><pre>if x:
    run()

  else</pre><figure><img src=a alt="not text"><figcaption>The wheel</figcaption></figure></article></main>
<script>var x = "<p>no</p>";</script><noscript>no script</noscript><template><p>tpl</p></template></body></html>"""

TEXTS = [  # markup, texts of its blocks
    ("", []),
    (" \n ", []),
    ("<p>\u00a0<p>&nbsp;&#8195;", []),
    ("no tags & none needed", ["no tags & none needed"]),
    ("<p>one<p>two", ["one", "two"]),
    ("<div>a<div>b</div>c</div>", ["a", "b", "c"]),
    ("<p>in<b>si</b>de a&nbsp;b  \n c", ["inside a\u00a0b c"]),
    ("<span>a</span><span>b</span>", ["ab"]),
    ("<a href=1>Home</a><a href=2>News</a>", ["Home News"]),
    ("x<script>y</script><style>y</style><template>y</template><noscript>y</noscript>z", ["xz"]),
    ("<p hidden>n<p style='color:red; DISPLAY : none'>n<p style='visibility:hidden'>n<p>y", ["y"]),
    ("<div hidden><p>n<div>n</div></div><p>y", ["y"]),
    ("<body style='visibility:hidden' hidden><p>y", ["y"]),
    ("<div hidden=until-found>y</div><dialog>n</dialog><dialog open>d</dialog>", ["y", "d"]),
    ("<p>a<i aria-hidden=true>n</i><div aria-hidden=true>y</div>", ["a", "y"]),
    ("<div hidden id='S:0'>streamed</div>", ["streamed"]),
    ("<svg><title>n</title><text>n</text></svg><select><option>n</select><iframe>n</iframe>y", ["y"]),
    ("<img alt='n'><input value=n>y", ["y"]),
    ("<table><tr><td>a<td>b<tr><td>c</table>", ["a | b", "c"]),
    ("<table><tr><td>a<td><p>b<p>c</table>", ["a", "b", "c"]),
    ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", ["a | b | c"]),
    ("<table><tr><td> <td>a<td></table>", ["a"]),
    ("<dl><dt>term<dd>meaning</dl>", ["term", "meaning"]),
    ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["a", "b", "c"]),
    ("<pre>\n\n  a\n    b  \n \n c\r\nd\n</pre>", ["a\n    b", "c\nd"]),
    ("<pre>a<br>b</pre>", ["a\nb"]),
    ("a\0b", ["ab"]),
    ("<p>&amp;amp; &lt;b&gt;", ["&amp; <b>"]),
    ("<p>cut in the mid<b", ["cut in the mid"]),
    ("</p></div>a</body>b</html>c", ["a", "b", "c"]),
    ("\ud800<p>x", ["?", "x"]),
    ("<p>\u2028x\u2028", ["x"]),
    ("<x-y>custom</x-y> <madeup>element", ["custom element"]),
    ("<p>" + "<b>" * 5000 + "deep", ["deep"]),
]


@pytest.mark.parametrize(("markup", "texts"), TEXTS)
def test_texts(markup, texts):
    assert [block.text for block in blocks_of(markup).blocks] == texts


def test_page():
    page = blocks_of(PAGE)
    found = [(block.lead, block.text, block.path) for block in page.blocks]
    post = "main>article#post-7.post>"
    assert found == [
        ("", "Home", "nav.menu.top>ul>li>a"),
        ("\n", "News", "nav.menu.top>ul>li>a"),
        ("\n\n", "Old mill reopens", post + "h1"),
        ("\n\n", "After forty years the wheel turns again.", post + "p.lead"),
        ("\n\n", "Second café & bar", post + "p"),
        ("\n", "a line", post + "p"),
        ("\n\n", "a paragraph", post + "p"),
        ("\n\n", "Year | Visitors", post + "table>tr"),
        ("\n", "2020 | 1,200", post + "table>tr"),
        ("\n\n", "if x:\n    run()", post + "pre"),
        ("\n\n  ", "else", post + "pre"),
        ("\n\n", "The wheel", post + "figure>figcaption"),
    ]
    links = [block.link for block in page.blocks]
    assert links[:3] == [1, 1, 0]
    assert links[3] == pytest.approx(5 / 34)
    assert page[1:] == ("Old mill reopens", "Ann Grey", "2021-03-05T10:00:00Z", "https://v.example/a")


LD = '<script type="application/ld+json">%s</script>'
METADATA = [  # markup, (title, author, date, url)
    ("<title> A \n title </title>", ("A title", "", "", "")),
    ("<svg><title>no</title></svg><title>yes</title>", ("yes", "", "", "")),
    ("<title>first</title><title>second</title>", ("first", "", "", "")),
    ("<title>A</title>" + LD % '{"headline": "B"}', ("B", "", "", "")),
    ("<title>A</title>" + LD % "{broken", ("A", "", "", "")),
    (LD % ("[" * 100_000), ("", "", "", "")),
    (LD % '{"@graph": [{"name": "x"}, 3, {"headline": "B", "author": [{"name": "P"}, "Q"]}]}', ("B", "P, Q", "", "")),
    (LD % '{"headline": "B", "datePublished": 7, "author": {"name": null}}', ("B", "", "", "")),
    ("<time datetime=2020-01-02>x</time><time datetime=2021-01-02>y</time>", ("", "", "2020-01-02", "")),
    ("<meta name=author content=https://x.example/me><meta name=dc.creator content=Me>", ("", "Me", "", "")),
    (
        "<link rel=canonical href=/relative><meta property=og:url content=http://x.example/>",
        ("", "", "", "http://x.example/"),
    ),
    (f"<title>{'long ' * 200}</title>", ("", "", "", "")),
    ("<meta><meta name=author><link><time></time>", ("", "", "", "")),
]


@pytest.mark.parametrize(("markup", "metadata"), METADATA)
def test_metadata(markup, metadata):
    assert blocks_of(markup)[1:] == metadata


def test_page_that_shows_nothing_without_scripts():
    prose = "<p>" + "A post of the thread that crawlers are meant to read. " * 40
    assert [block.text[:6] for block in blocks_of(f"<p>Menu<noscript>{prose}</noscript>").blocks] == ["Menu", "A post"]
    assert [block.text[:6] for block in blocks_of(f"{prose}<noscript>{prose}</noscript>").blocks] == ["A post"]
    assert blocks_of(f"<p>Menu<div hidden><script>{'x ' * 3000}</script></div>").blocks[0].text == "Menu"


def test_long_paths_lose_their_middle():
    markup = "<body class=b>" + "".join(f"<div class=c{i}>" for i in range(40)) + "<p class='p q r s t u'>x"
    (block,) = blocks_of(markup).blocks
    steps = block.path.split(">")
    assert steps[: html.OUTER] == ["div.c0", "div.c1", "div.c2", "div.c3"]
    assert steps[html.OUTER] == "…"
    assert steps[-1] == "p.p.q.r.s"
    assert len(steps) == html.OUTER + 1 + html.INNER


HOSTILE = {
    "open tags": "<a " * 300_000,
    "open comments": "<!--" * 250_000,
    "deep": "<div>" * 100_000 + "kept",
    "deep, then end tags of others": "<b>" * 100_000 + "</i>" * 150_000 + "kept",
    "deep, then lines": "<b>" * 100_000 + "x<br>" * 100_000 + "kept",
    "tables in tables": "<table><tr><td>" * 60_000 + "kept",
    "lists in lists": "<ul><li>" * 100_000 + "kept",
    "one-word lines": "x<br>" * 200_000 + "kept",
    "attributes": "<p " + "".join(f"a{i}=1 " for i in range(100_000)) + ">kept",
    "ampersands": "&" * 1_000_000 + "<p>kept",
    "less-than": "<" * 1_000_000 + "<p>kept",
    "quotes": '<a b="' * 100_000,
    "white space in a style": "<p style='display" + " " * 500_000 + "'>kept",
    "blank lines": "<pre>a" + "\n \n" * 200_000 + "kept",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_keeps_its_text(name):
    blocks = blocks_of(HOSTILE[name]).blocks
    assert ("kept" in HOSTILE[name]) == (bool(blocks) and blocks[-1].text.endswith("kept"))


def test_text_100_000_deep_is_kept_with_its_neighbours():
    page = blocks_of("<p>before</p>" + "<div>" * 100_000 + "deep" + "</div>" * 100_000 + "<p>after</p>")
    assert [block.text for block in page.blocks] == ["before", "deep", "after"]


def from_soup(markup):
    """The blocks of BeautifulSoup's tree."""
    tree = BeautifulSoup(markup.replace("\0", ""), "lxml", multi_valued_attributes=None)
    builder, todo = Builder(), [(child, False) for child in reversed(tree.contents)]
    while todo:
        node, ended = todo.pop()
        if ended:
            builder.end(node.name)
        elif isinstance(node, Tag):
            builder.start(node.name, node.attrs)
            todo.append((node, True))
            todo.extend((child, False) for child in reversed(node.contents))
        elif not isinstance(node, PreformattedString):
            builder.data(str(node))
    builder.close()
    return builder.page()


@pytest.mark.parametrize("markup", [PAGE, *(m for m, _ in TEXTS if m.strip() and "\ud800" not in m and "<b><b>" not in m)])
def test_same_blocks_as_from_beautiful_soup(markup):
    assert blocks_of(markup) == from_soup(markup)


TAGS = (
    *(
        "html",
        "head",
        "title",
        "body",
        "div",
        "p",
        "span",
        "a",
        "b",
        "ul",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "pre",
        "br",
    ),
    *("hr", "script", "style", "noscript", "template", "h1", "x-y"),
)
PIECES = st.one_of(
    st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(TAGS).map(lambda tag: f"</{tag}>"),
    st.sampled_from(["<a href=x>", "<p hidden>", "<p class='a b'>", "<!-- c -->", "<!", "<", ">", "&amp;", "&#0;", "&"]),
    st.text(alphabet="ab \n\t\r\u00a0\u200b\u2028é\x85\0", max_size=8),
)


@given(st.lists(PIECES, max_size=40).map("".join))
@example("x<pre> \ra")
@example("x<pre>\u2028a")
def test_blocks_of_any_markup_keep_the_contract(markup):
    page = blocks_of(markup)
    for number, block in enumerate(page.blocks):
        assert block.text == block.text.strip() != ""
        assert not block.lead.strip()  # the indent of code may be any white space, U+2028 too
        assert block.lead.count("\n") in ((1, 2) if number else (0,))
        assert 0 <= block.link <= 1
        assert "\0" not in block.text


@given(st.lists(PIECES, max_size=40).map("".join))
def test_pieces_of_the_input_do_not_matter(markup):
    whole, pieces = Builder(), Builder()
    parts = [markup.encode()[i : i + 7] for i in range(0, len(markup.encode()), 7)]
    for builder, chunks in ((whole, [markup.encode()]), (pieces, parts)):
        parser = html.etree.HTMLParser(target=builder, encoding="utf-8")
        for chunk in (b"<html>", *chunks):
            parser.feed(chunk)
        parser.close()
    assert whole.page() == pieces.page()


@given(st.lists(PIECES, max_size=40).map("".join))
def test_reader_of_deep_pages_sends_balanced_events(markup):
    stack = []

    class Checker:
        def start(self, tag, attributes):
            stack.append(tag)

        def end(self, tag):
            assert stack.pop() == tag

        def data(self, text):
            assert isinstance(text, str)

    html_tokens.feed(markup, Checker())
    assert not stack


def test_reader_of_deep_pages_gives_the_same_blocks_for_sound_markup():
    builder = Builder()
    html_tokens.feed(PAGE, builder)
    builder.close()
    assert builder.page() == blocks_of(PAGE)
