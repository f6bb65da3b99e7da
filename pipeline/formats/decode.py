"""Bytes -> text and back: a reading counts only if it gives the same bytes again, and only on evidence.

The order is that of the HTML standard, section 13.2.3 (byte order mark, then declaration), with two changes. Bytes that
are valid UTF-8 are UTF-8 whatever the page declares: pages are converted and their declaration stays behind, while text
of another encoding is hardly ever valid UTF-8. And no reading is taken on trust: see `legacy`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from bs4.dammit import EncodingDetector

from pipeline.formats import legacy

BOMS = {  # the longer first: the mark of UTF-32 begins like that of UTF-16
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
MAGIC = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "gzip data",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x7fELF": "a program",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "an RTF document",
}
SAMPLE = 1 << 16  # bytes by which an encoding is judged; what comes later cannot change the picture
ASCII_RUN = re.compile(rb"([\x00-\x7f]{50})[\x00-\x7f]+([\x00-\x7f]{50})")  # all of them read the same
CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")  # without those that terminals and old printers know
BINARY_SHARE = 0.02  # of the first bytes that are control characters; damaged text holds a few


class Decoded(NamedTuple):
    """Text and all that is needed to give its bytes again."""

    text: str  # with "\n" where every line of the bytes ends in `newline`
    encoding: str  # a Python codec; "-sig" at its end: with byte order mark
    newline: str  # "\n", or "\r\n" or "\r" where every line end is one


class Rejected(ValueError):  # noqa: N818 - a decision about the data, not an error
    """Data that is not presented as text."""

    def __init__(self, reason: str, byte: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.byte = byte


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of a document.

    Args:
        data: all its bytes.
        declared: the encoding that the document or its server names, as any label of the WHATWG Encoding Standard.

    Raises:
        Rejected: empty or binary data, or no encoding with good evidence; `byte` is where the trouble starts.
    """
    if not data:
        raise Rejected("empty file", 0)
    for encoding in _certain(data):
        return _normal(_strict(data, encoding), encoding)
    _refuse_binary(data)
    codec = legacy.codec(declared)
    if codec in legacy.SEVEN_BIT and (text := _exact(data, codec)) is not None and not text.isascii():
        return _normal(text, codec)
    try:
        return _normal(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _legacy(data, codec, error)


def encode(decoded: Decoded) -> bytes:
    r"""The bytes that `decode` read.

    >>> encode(Decoded("a\n", "utf-8-sig", "\r\n"))
    b'\xef\xbb\xbfa\r\n'
    """
    text = decoded.text if decoded.newline == "\n" else decoded.text.replace("\n", decoded.newline)
    codec = decoded.encoding.removesuffix("-sig")
    return (BOMS[codec] if codec != decoded.encoding else b"") + text.encode(codec)


def declared_encoding(markup: bytes) -> str | None:
    """What an HTML or XML page says about itself in its first bytes."""
    return EncodingDetector.find_declared_encoding(markup, is_html=True)


def _certain(data: bytes) -> Iterator[str]:
    """The encoding, at most one, that a byte order mark or the places of the NUL bytes prove."""
    for codec, mark in BOMS.items():
        if data.startswith(mark):
            yield codec + "-sig"
            return
    nuls = [data[i : 1 << 16 : 4].count(0) * 4 / min(len(data), 1 << 16) for i in range(4)] if b"\0" in data else [0.0]
    patterns = {"utf-32-le": "x.00", "utf-32-be": "00.x", "utf-16-le": "x0x0", "utf-16-be": "0x0x"}
    for codec, pattern in patterns.items() if len(nuls) == 4 else ():
        zeros = [n for n, sign in zip(nuls, pattern, strict=True) if sign == "0"]
        others = [n for n, sign in zip(nuls, pattern, strict=True) if sign == "x"]
        if min(zeros) > 0.5 and max(others) < 0.05 and _exact(data, codec) is not None:
            yield codec
            return


def _strict(data: bytes, encoding: str) -> str:
    """The text of data whose encoding is certain."""
    codec = encoding.removesuffix("-sig")
    mark = len(BOMS[codec]) if codec != encoding else 0
    try:
        text = data[mark:].decode(codec)
    except UnicodeDecodeError as error:
        at = mark + error.start
        raise Rejected(f"invalid {codec.upper()}, although the file begins with its byte order mark", at) from None
    if not text:
        raise Rejected("empty file: nothing but a byte order mark", 0)
    if "\0" in text:
        raise Rejected("binary data: a NUL character", mark + len(text[: text.index("\0")].encode(codec)))
    return text


def _refuse_binary(data: bytes) -> None:
    for magic, what in MAGIC.items():
        if data.startswith(magic):
            raise Rejected(f"not text: it begins like {what}", 0)
    if (at := data.find(b"\0")) >= 0:
        raise Rejected("binary data: a NUL byte", at)
    head = data[: 1 << 16]
    if len(CONTROLS.findall(head)) > max(8, BINARY_SHARE * len(head)):
        raise Rejected("binary data: too many control characters", next(CONTROLS.finditer(head)).start())


def _exact(data: bytes, codec: str) -> str | None:
    """The text, if the codec reads all the data and gives the same bytes again."""
    try:
        text = data.decode(codec)
        return text if text.encode(codec) == data else None
    except UnicodeError:
        return None


def _legacy(data: bytes, declared: str | None, error: UnicodeDecodeError) -> Decoded:
    """The reading of bytes that are not UTF-8 for which there is good evidence."""
    if _mostly_utf8(data):
        raise Rejected("invalid UTF-8 in a text that is UTF-8 elsewhere", error.start)
    readings = {codec: text for codec in legacy.candidates(declared) if (text := _exact(data, codec)) is not None}
    sample = ASCII_RUN.sub(rb"\1 \2", data)[:SAMPLE]
    codec = legacy.best({codec: sample.decode(codec, "ignore") for codec in readings}, declared)
    if codec is None:
        raise Rejected("invalid UTF-8, and no other encoding fits with good evidence", error.start)
    return _normal(readings[codec], codec)


def _mostly_utf8(data: bytes) -> bool:
    """Whether non-ASCII bytes form valid UTF-8 sequences but for a few: a damaged text, not one of another encoding."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    good = sum(map(len, re.findall(r"[^\x00-\x7f\ufffd]+", text)))
    return good > 4 * bad


def _normal(text: str, encoding: str) -> Decoded:
    r"""The text with "\n", if all its line ends are of one other kind."""
    if "\r" not in text:
        return Decoded(text, encoding, "\n")
    pairs, returns, feeds = text.count("\r\n"), text.count("\r"), text.count("\n")
    if pairs == returns == feeds:
        return Decoded(text.replace("\r\n", "\n"), encoding, "\r\n")
    if not feeds:
        return Decoded(text.replace("\r", "\n"), encoding, "\r")
    return Decoded(text, encoding, "\n")
