"""Text from pages, fit for a terminal: nothing in it can move the cursor, change colours or ring."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""The text with everything invisible but spaces and line feeds written out.

    >>> printable("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    return "".join(c if c.isprintable() or c == "\n" else " " if c.isspace() else ascii(c)[1:-1] for c in text)
