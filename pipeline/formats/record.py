"""One document as its input gives it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from pipeline.formats.inputs import Reject, Source

SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")


NONE: Mapping[str, Any] = MappingProxyType({})


class Record(NamedTuple):
    """One document."""

    id: str
    text: str  # empty where there is markup
    markup: str | None  # HTML source
    url: str
    source: str  # the row's own, else the name of the file
    metadata: Mapping[str, Any] = NONE
    encoding: str = "utf-8"
    newline: str = "\n"
    line: int = 1  # line, row or record in its file, from 1


Found = Iterator[Record | Reject]
Read = Callable[[Source, BinaryIO], Found]  # a source and its unpacked bytes -> records and rejects in their order


def without_surrogates(text: str) -> str:
    r"""Text that UTF-8 can hold: pairs of surrogates joined, a lone one replaced by U+FFFD.

    JSON may spell half a character, and the rest of such a document is sound. The WHATWG "USVString" rule.

    >>> without_surrogates("a\ud83d b\ud83d\ude00")
    'a� b😀'
    """
    if text.isascii():
        return text
    return SURROGATES.sub(lambda m: m.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), text)
