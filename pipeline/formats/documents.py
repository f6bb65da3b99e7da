"""Files that hold one document: plain text, HTML."""

from __future__ import annotations

import re
from typing import BinaryIO

from pipeline.formats.bounded import Damaged, whole
from pipeline.formats.decode import Decoded, Rejected, declared_encoding, decode
from pipeline.formats.inputs import PACKINGS, Reject, Source
from pipeline.formats.record import Found, Record

PACKED = "|".join(map(re.escape, PACKINGS))
TEXT_SUFFIX = re.compile(rf"\.txt({PACKED})?$", re.IGNORECASE)
PACKED_SUFFIX = re.compile(rf"({PACKED})$", re.IGNORECASE)


def read_text(source: Source, stream: BinaryIO) -> Found:
    """A .txt file."""
    found = _decoded(source, stream)
    if isinstance(found, Reject):
        yield found
    elif not found.text.strip():
        yield Reject(source.name, None, 0, "a file without text: nothing but white space")
    else:
        name = TEXT_SUFFIX.sub("", source.name)
        yield Record(name, found.text, None, "", source.name, {}, found.encoding, found.newline)


def read_html(source: Source, stream: BinaryIO) -> Found:
    """A page, decoded, not yet parsed."""
    found = _decoded(source, stream)
    if isinstance(found, Reject):
        yield found
    else:
        name = PACKED_SUFFIX.sub("", source.name)
        yield Record(name, "", found.text, "", source.name, {}, found.encoding, found.newline)


def _decoded(source: Source, stream: BinaryIO) -> Decoded | Reject:
    try:
        data = whole(stream)
        return decode(data, declared_encoding(data) if source.kind == "html" else None)
    except (Damaged, Rejected) as error:
        return Reject(source.name, None, error.byte, error.reason)
