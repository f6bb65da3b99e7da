"""What a page says about itself: title, author, date and address, from the places where sites write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from pipeline.formats.html_declared import kind_of

LONGEST = 500  # characters of a value; longer ones are whole texts in the wrong place
LARGEST = 2_000_000  # characters of one JSON-LD script
META = {  # name or property of a <meta> element -> field and rank; the smaller rank wins
    "og:title": ("title", 0),
    "twitter:title": ("title", 3),
    "dc.title": ("title", 4),
    "author": ("author", 0),
    "dc.creator": ("author", 2),
    "parsely-author": ("author", 2),
    "article:author": ("author", 3),
    "article:published_time": ("date", 0),
    "parsely-pub-date": ("date", 2),
    "dc.date": ("date", 3),
    "dc.date.issued": ("date", 3),
    "date": ("date", 3),
    "og:url": ("url", 1),
}
NAMED = {"Recipe": "name", "JobPosting": "title"}  # types without a headline, and what stands for it
JSON_LD, TITLE_ELEMENT, TIME_ELEMENT = 1, 2, 4  # ranks


class Metadata:
    """Listens to the events of a page."""

    def __init__(self) -> None:
        self.things: list[dict[str, Any]] = []  # what its JSON-LD describes
        self._found: dict[str, tuple[int, str]] = {}
        self._pieces: list[str] | None = None  # text of the open <title> or JSON-LD script
        self._depth = 0  # of <svg>, whose <title> is the name of a drawing

    @property
    def title(self) -> str:
        """The headline, without the site's name where the page gives it so."""
        return self._value("title")

    @property
    def author(self) -> str:
        """A name."""
        return self._value("author")

    @property
    def date(self) -> str:
        """Of publication, as the page spells it."""
        return self._value("date")

    @property
    def url(self) -> str:
        """The canonical address; absolute."""
        return self._value("url")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if tag == "meta":
            self._meta(attributes)
        elif tag == "link":
            if "canonical" in attributes.get("rel", "").lower().split():
                self._add("url", 0, attributes.get("href", ""))
        elif tag == "time":
            self._add("date", TIME_ELEMENT, attributes.get("datetime", ""))
        elif tag == "svg":
            self._depth += 1
        elif (tag == "title" and not self._depth) or (
            tag == "script" and attributes.get("type", "").strip().lower() == "application/ld+json"
        ):
            self._pieces = []

    def data(self, text: str) -> None:
        """Text that is not shown."""
        if self._pieces is not None:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "svg":
            self._depth -= 1
        if self._pieces is None or tag not in ("title", "script"):
            return
        text, self._pieces = "".join(self._pieces), None
        if tag == "title":
            self._add("title", TITLE_ELEMENT, text)
        elif len(text) <= LARGEST:
            self._json_ld(text)

    def _meta(self, attributes: Mapping[str, str]) -> None:
        name = (attributes.get("property") or attributes.get("name") or "").strip().lower()
        if name in META:
            self._add(*META[name], attributes.get("content", ""))

    def _json_ld(self, text: str) -> None:
        """The headline, author and date of an article's or recipe's description; schema.org."""
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:  # common: comments, line breaks inside strings
            return
        for thing in _things(value):
            self.things.append(thing)
            kind = kind_of(thing)
            title = thing.get("headline") or (kind in NAMED and thing.get(NAMED[kind]))
            if isinstance(title, str) and title:
                self._add("title", JSON_LD, title)
                self._add("date", JSON_LD, thing.get("datePublished") or thing.get("datePosted"))
                self._add("author", JSON_LD, _names(thing.get("author")))

    def _add(self, field: str, rank: int, value: Any) -> None:
        """Keeps the value if none of the same or a better rank is known."""
        if not isinstance(value, str):
            return
        value = " ".join(value.split())
        is_address = value.startswith(("http://", "https://"))
        if not value or len(value) > LONGEST or is_address != (field == "url"):  # many "authors" are profile pages
            return
        if field not in self._found or rank < self._found[field][0]:
            self._found[field] = (rank, value)

    def _value(self, field: str) -> str:
        return self._found[field][1] if field in self._found else ""


def _things(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD script: one, a list of them, or a "@graph" of them."""
    for thing in value if isinstance(value, list) else [value]:
        if isinstance(thing, dict):
            yield thing
            graph = thing.get("@graph")
            yield from (node for node in graph if isinstance(node, dict)) if isinstance(graph, list) else ()


def _names(author: Any) -> str:
    """The name of a person, or of several."""
    people = author if isinstance(author, list) else [author]
    names = [person.get("name") if isinstance(person, dict) else person for person in people]
    return ", ".join(name for name in names if isinstance(name, str))
