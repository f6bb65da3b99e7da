"""Markup -> events, in time linear in its length whatever it holds; for pages that are nested too deep for libxml2.

libxml2 looks through all open elements for each end tag: 1 MB of `<b>` and then `</i>` costs it half a minute. This
reader looks at a few. It knows less of HTML (a `>` inside an attribute ends the tag), so it serves only pages that are
nested thousands deep.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Protocol

NEAR = 50  # open elements among which an end tag looks for its own; beyond it is ignored
TOKEN = re.compile(r"<!--(?:.*?-->|.*)|<[!?][^>]*>|<(/?)([a-zA-Z][^\s/<>]*)([^<>]*)>", re.DOTALL)
ATTRIBUTE = re.compile(r"""([^\s"'=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?""")
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
RAW = frozenset(["script", "style", "title", "textarea", "noscript", "xmp", "iframe"])
ENDED_BY = {  # the innermost element that ends where another begins
    "p": frozenset(["p", "div", "ul", "ol", "dl", "li", "table", "pre", "blockquote", "form", "hr", "h1", "h2", "h3"]),
    "li": frozenset(["li"]),
    "dt": frozenset(["dt", "dd"]),
    "dd": frozenset(["dt", "dd"]),
    "td": frozenset(["td", "th", "tr"]),
    "th": frozenset(["td", "th", "tr"]),
    "tr": frozenset(["tr"]),
    "option": frozenset(["option"]),
}


class Handler(Protocol):
    """What takes the events."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """The innermost open element ends."""

    def data(self, text: str) -> None:
        """Text."""


def feed(markup: str, handler: Handler) -> None:
    """Sends the events of the markup; the elements are balanced."""
    stack: list[str] = []
    for ends, tag, rest in _tokens(markup):
        if not tag:
            handler.data(rest)
        elif ends:
            _close(tag, stack, handler)
        else:
            while stack and tag in ENDED_BY.get(stack[-1], ()):
                handler.end(stack.pop())
            handler.start(tag, _attributes(rest))
            stack.append(tag)
            if tag in VOID:
                handler.end(stack.pop())
    while stack:
        handler.end(stack.pop())


def _tokens(markup: str) -> Iterator[tuple[bool, str, str]]:
    """(is an end tag, name, attributes), or (False, "", text)."""
    at = 0
    while match := TOKEN.search(markup, at):
        if match.start() > at:
            yield False, "", html.unescape(markup[at : match.start()])
        at = match.end()
        if match[2]:
            tag = match[2].lower()
            yield bool(match[1]), tag, match[3]
            if tag in RAW and not match[1]:
                end = re.compile(f"</{tag}", re.IGNORECASE).search(markup, at)
                stop = end.start() if end else len(markup)
                yield False, "", html.unescape(markup[at:stop]) if tag == "title" else markup[at:stop]
                at = stop
    yield False, "", html.unescape(markup[at:])


def _close(tag: str, stack: list[str], handler: Handler) -> None:
    """Ends the nearest element of that name and all inside it."""
    if tag in stack[-NEAR:]:
        while True:
            handler.end(stack[-1])
            if stack.pop() == tag:
                return


def _attributes(text: str) -> dict[str, str]:
    """Names in small letters with their values; the first of a name counts."""
    found: dict[str, str] = {}
    for name, *values in ATTRIBUTE.findall(text) if text else ():
        found.setdefault(name.lower(), html.unescape("".join(values)))
    return found
