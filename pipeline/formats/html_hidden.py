"""What of a page is not shown: scripts and the like, hidden elements, what stands there for readers without scripts.

Some pages show next to nothing until a script has run: forum software keeps the thread in `<noscript>` for crawlers,
and application frameworks send the article hidden. Without that exception every fourth annotated forum page was empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NEVER_SHOWN = {
    *("title", "script", "style", "template", "noframes", "noembed", "iframe", "object", "svg", "canvas", "audio"),
    *("video", "select", "datalist", "textarea", "annotation", "annotation-xml", "rp"),
}
CODE = ("script", "style", "template")
INLINE = {"abbr", "b", "em", "i", "label", "small", "span", "strong", "sub", "sup", "u"}
UNSTYLED = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
STREAMED = re.compile(r"S:[0-9a-f]+")  # id of a part that React sent hidden and puts in place as soon as it has come

LITTLE = 1000  # characters: a page that shows less, and has more than that in waiting, is read as if scripts had run
MUCH = 1500


class Hidden:
    """Follows the elements that are not shown, from the outermost on."""

    def __init__(self, *, reveal: bool) -> None:
        """`reveal` takes what scripts would show as shown."""
        self.depth = 0  # open elements
        self.waiting = 0  # characters that scripts may show, without white space
        self._reveal = reveal
        self._waits = False  # the outermost one is hidden only until a script runs
        self._code = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Whether the element that begins is not shown."""
        if not self.depth:
            self._waits = tag == "noscript" or _is_hidden(tag, attributes)
            if tag not in NEVER_SHOWN and (self._reveal or not self._waits):
                return False
        self.depth += 1
        self._code = tag in CODE
        return True

    def end(self) -> bool:
        """Whether the element that ends is not shown."""
        self._code = False
        if not self.depth:
            return False
        self.depth -= 1
        return True

    def data(self, text: str) -> None:
        """Counts text that is not shown."""
        if self._waits and not self._code:
            self.waiting += sum(map(len, text.split()))

    def is_most_of(self, shown: int) -> bool:
        """Whether nearly all of a page waits for scripts, of which `shown` characters do not."""
        return shown < LITTLE and self.waiting > MUCH


def _is_hidden(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether the element's own attributes hide it."""
    if not attributes:
        return tag == "dialog"
    if tag in ("html", "body"):  # some pages hide themselves until a script has run
        return False
    if tag == "dialog" and "open" not in attributes:
        return True
    if attributes.get("hidden", "until-found") != "until-found":
        return not STREAMED.fullmatch(attributes.get("id", ""))
    # an open dialog marks all the rest of the page: only what stands inside a line is ornament
    if attributes.get("aria-hidden") == "true" and tag in INLINE:
        return True
    return "style" in attributes and bool(UNSTYLED.search(attributes["style"]))
