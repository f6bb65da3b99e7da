"""An HTML page -> its leaf blocks in reading order: paragraphs, headings, list items, table rows, lines.

The page is never held as a tree: libxml2 sends its events (the same that BeautifulSoup builds its tree from) straight
to a builder that keeps one list of open elements. That is ten times faster than a tree of Python objects, needs no
recursion, and text is kept at any depth, where the tree of `lxml.html` silently ends at 255.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from pipeline.formats import html_declared, html_tokens
from pipeline.formats.html_hidden import LITTLE, Hidden
from pipeline.formats.html_metadata import Metadata

OUTER, INNER = 4, 8  # steps of a long path that are kept, from body on and up to the block
CHUNK, DEEP = 1 << 15, 2000  # bytes at a time; open elements at which libxml2's time for each end tag begins to show
CLASSES, NAME = 4, 30  # of one element, and characters of one; pages built from utility classes have dozens
CELL_SEPARATOR = " | "

# what ends a block: a line of its own (WEAK), or a block with space above and below (STRONG)
WEAK, STRONG = 1, 2
BREAKS = {
    **dict.fromkeys(("li", "tr", "td", "th", "tbody", "thead", "tfoot", "dt", "dd", "button", "summary"), WEAK),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "blockquote", "hr", "hgroup", "address"), STRONG),
    **dict.fromkeys(("ul", "ol", "dl", "menu", "dir", "table", "caption", "figure", "figcaption", "center"), STRONG),
    **dict.fromkeys(("html", "body", "main", "article", "section", "header", "footer", "nav", "aside", "div"), STRONG),
    **dict.fromkeys(("form", "fieldset", "legend", "details", "dialog", "frameset", "search", "listing"), STRONG),
}
ROOTS = ("html", "head", "body")  # no steps of a path; libxml2 leaves a <main> without a <body> in the head
LISTS = ("ul", "ol", "dl", "menu", "dir")
SPACES = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")  # what CSS collapses; a no-break space stays
BLANK_LINES = re.compile(r"[ \t\f]*\n(?:[ \t\f]*\n)+")
LINE_BREAKS = re.compile(r"\r\n?")


class HtmlBlock(NamedTuple):
    """One block of a page; it starts and ends with a visible character."""

    lead: str  # "" for the first; "\n" between list items, rows and lines; else "\n\n" (and the indent of code)
    text: str
    path: str  # tags from below body to the innermost element that holds all of it: "main.article>div#content>p"
    link: float  # share of its characters that stand in links


class Page(NamedTuple):
    """The blocks of a page and what it says about itself; unknown metadata are empty."""

    blocks: list[HtmlBlock]
    title: str
    author: str
    date: str
    url: str


def blocks_of(markup: str) -> Page:
    r"""The visible blocks and the metadata of a page or fragment, whatever the markup holds.

    >>> page = blocks_of('<title>T</title><main id=m><h1>Old mill</h1><p>It <a href=x>runs</a>.<ul><li>a<li>b</ul>')
    >>> [(block.lead, block.text, block.path) for block in page.blocks][:3]
    [('', 'Old mill', 'main#m>h1'), ('\n\n', 'It runs.', 'main#m>p'), ('\n\n', 'a', 'main#m>ul>li')]
    >>> page.title, page.blocks[1].link
    ('T', 0.5714285714285714)
    """
    markup = markup.replace("\0", "")
    builder = _built(markup, reveal=False)
    if builder.hidden.is_most_of(sum(len(block.text) for block in builder.blocks)):
        builder = _built(markup, reveal=True)
    page = builder.page()
    if sum(len(block.text) for block in page.blocks) >= LITTLE:
        return page
    return page._replace(blocks=page.blocks + _declared(builder.metadata, page.blocks))


def _declared(metadata: Metadata, shown: list[HtmlBlock]) -> list[HtmlBlock]:
    """Blocks of what an all but empty page says of itself."""
    found = html_declared.texts(metadata.things, "\n".join(block.text for block in shown))
    blocks: list[HtmlBlock] = []
    for path, text in found:  # descriptions of jobs and products are often markup
        for block in _built(text.replace("\0", ""), reveal=True).blocks:
            blocks.append(HtmlBlock("\n\n" if shown or blocks else "", block.text, path, 0.0))
    return blocks


def _built(markup: str, *, reveal: bool) -> Builder:
    builder = Builder(reveal=reveal)
    if not _fed_to_libxml2(markup.encode("utf-8", "replace"), builder):
        builder = Builder(reveal=reveal)
        html_tokens.feed(markup, builder)
        builder.close()
    return builder


def _fed_to_libxml2(data: bytes, builder: Builder) -> bool:
    """Whether the page came to its end; not if it is nested so deep that libxml2 is slow."""
    parser = etree.HTMLParser(target=builder, encoding="utf-8", huge_tree=True)
    parser.feed(b"<html>")  # so that no page is empty, which is an error
    for start in range(0, len(data), CHUNK):
        parser.feed(data[start : start + CHUNK])
        if builder.depth > DEEP:
            return False
    parser.close()
    return True


class Builder:
    """Takes the events of a parser, in order; the elements are balanced."""

    def __init__(self, *, reveal: bool = False) -> None:
        """`reveal` takes what scripts would show as shown."""
        self.blocks: list[HtmlBlock] = []
        self.metadata = Metadata()
        self.hidden = Hidden(reveal=reveal)
        self._steps: list[str] = []  # open elements that are shown: "div.main"
        self._names: dict[tuple[str, str | None, str | None], str] = {}
        self._links = 0  # open links
        self._link_ended = False  # since the last text
        self._open_links: list[int] = []  # their places in `_steps`
        self._lists = 0
        self._pre = 0
        self._rows: list[list[int]] = []  # open table rows: where in `blocks` the row and its cells begin
        self._gap = STRONG  # between the last block and what comes
        self._clear()

    def _clear(self) -> None:
        """Begins a new block."""
        self._chunks: list[str] = []
        self._size = self._linked = 0  # characters, without white space
        self._floor = self._low = 0  # fewest open elements since the block's first text: by now, by its last text
        self._path = ""

    @property
    def depth(self) -> int:
        """Open elements."""
        return len(self._steps) + self.hidden.depth

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self.metadata.start(tag, attributes)
        if self.hidden.start(tag, attributes):
            return
        if tag in BREAKS:
            self._break(tag)
            self._open_block(tag)
        elif tag == "br":
            self._line_break()
        elif tag == "a" and "href" in attributes:
            if self._link_ended:  # a menu whose space between the items is CSS
                self._chunks.append(" ")
            self._links += 1
            self._open_links.append(len(self._steps))
        self._steps.append(self._step(tag, attributes))

    def end(self, tag: str) -> None:
        """The innermost open element ends."""
        self.metadata.end(tag)
        if self.hidden.end():
            return
        if tag in BREAKS:
            self._break(tag)
            self._close_block(tag)
        if self._size and len(self._steps) == self._floor:
            if self._floor == self._low:
                self._path = _path(self._steps, len(self._steps))
            self._floor -= 1
        self._steps.pop()
        if self._links and self._open_links[-1] == len(self._steps):
            self._open_links.pop()
            self._links -= 1
            self._link_ended = True

    def data(self, text: str) -> None:
        """Text; a run of it may come in several pieces."""
        if self.hidden.depth:
            self.hidden.data(text)
            self.metadata.data(text)
            return
        size = sum(map(len, text.split()))
        self._chunks.append(text)
        self._link_ended = False
        if size:
            if not self._size:
                self._floor = len(self._steps)
            self._low = self._floor
            self._size += size
            if self._links:
                self._linked += size

    def close(self) -> None:
        """The page ends."""
        self._flush()

    def page(self) -> Page:
        """What was found."""
        found = self.metadata
        return Page(self.blocks, found.title, found.author, found.date, found.url)

    def _open_block(self, tag: str) -> None:
        if tag in LISTS:
            self._lists += 1
        elif tag == "pre":
            self._pre += 1
        elif tag == "tr":
            self._rows.append([len(self.blocks)])
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append(len(self.blocks))

    def _close_block(self, tag: str) -> None:
        if tag in LISTS:
            self._lists -= 1
        elif tag == "pre":
            self._pre -= 1
        elif tag == "tr":
            self._join_cells(self._rows.pop())

    def _break(self, tag: str) -> None:
        """What stands before the tag is a block of its own."""
        self._flush()
        level = BREAKS[tag]
        if (tag in LISTS and self._lists > 1) or (self._pre and tag != "pre"):  # a list in a list; lines of code
            level = WEAK
        self._gap = max(self._gap, level)

    def _line_break(self) -> None:
        if self._pre:
            self._chunks.append("\n")
            return
        ended = self._size > 0
        self._flush()
        self._gap = max(self._gap, WEAK if ended or not self._gap else STRONG)  # two in a row end a paragraph

    def _flush(self) -> None:
        """The text since the last break becomes a block."""
        if not self._size:
            self._chunks.clear()
            return
        text = "".join(self._chunks)
        path = self._path if self._floor < self._low else _path(self._steps, self._low)
        link = self._linked / self._size
        if self._pre:
            self._add_lines(LINE_BREAKS.sub("\n", text), path, link)
        else:
            self._add(SPACES.sub(" ", text).strip(), path, link)
        self._clear()

    def _add(self, text: str, path: str, link: float, indent: str = "") -> None:
        if text:
            lead = ("\n" if self._gap == WEAK else "\n\n") + indent if self.blocks else ""
            self.blocks.append(HtmlBlock(lead, text, path, link))
            self._gap = 0

    def _add_lines(self, text: str, path: str, link: float) -> None:
        """Preformatted text: blank lines part it, all other white space stays."""
        for part in BLANK_LINES.split(text):
            lines = part.strip("\n").rstrip()
            shown = lines.lstrip()
            indent = lines[: len(lines) - len(shown)].rpartition("\n")[2]  # what stands before may be a line of blanks
            self._add(shown, path, link, indent)
            self._gap = STRONG

    def _join_cells(self, row: list[int]) -> None:
        """The row is one block if none of its cells holds more than one."""
        start, *cells = row
        edges = [*cells, len(self.blocks)]
        found = self.blocks[start:]
        if len(found) < 2 or not cells or cells[0] != start:
            return
        if any(end - begin > 1 for begin, end in pairwise(edges)):
            return
        sizes = [len(block.text) for block in found]
        link = sum(size * block.link for size, block in zip(sizes, found, strict=True)) / sum(sizes)
        text = CELL_SEPARATOR.join(block.text for block in found)
        self.blocks[start:] = [HtmlBlock(found[0].lead, text, _path(self._steps, len(self._steps)), link)]

    def _step(self, tag: str, attributes: Mapping[str, str]) -> str:
        """An element in a path: "div#content.post.wide"."""
        if tag in ROOTS or not attributes:
            return "" if tag in ROOTS else tag
        key = (tag, attributes.get("id"), attributes.get("class"))
        step = self._names.get(key)
        if step is None:
            marks = [f"#{key[1].strip()[:NAME]}"] if key[1] and key[1].strip() else []
            marks += [f".{name[:NAME]}" for name in (key[2] or "").split()[:CLASSES]]
            step = self._names[key] = tag + "".join(marks).replace(">", "")
        return step


def _path(steps: list[str], end: int) -> str:
    """The steps up to `end`, from below body; the middle of a long path is left out."""
    start = 0
    while start < end and not steps[start]:
        start += 1
    if end - start > OUTER + INNER:
        return ">".join((*steps[start : start + OUTER], "…", *steps[end - INNER : end]))
    return ">".join(steps[start:end])
