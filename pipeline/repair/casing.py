"""The letter case of a repaired word: a filter that does not mind case has often lost it."""

from __future__ import annotations

import re

# Nouns that open names: "the Teachers' Association", where one capitalised neighbour is enough.
NOUNS = frozenset(
    {"association", "associated", "associates", "associate", "assembly", "assistant", "assistance", "assurance"}
    | {"assessment", "assets", "asset", "analysis", "analytics", "analyst", "title", "assault"}
)
LONG_WORD = re.compile(r"[^\W\d_]{4,}")
NAME_AFTER = re.compile(r"\s[A-Z][a-z]{2,}")
NAME_BEFORE = re.compile(r"(?<=[a-z,] )[A-Z][A-Za-z]{2,} (?:of |for |and |the )?$")
OPENS = re.compile(r"""(?:^|[.!?\n•*|>])[\s"'“‘(]*$""")


def recased(written: str, reading: str, replacement: str, before: str, after: str) -> str:
    """The reading, in the letter case that the damaged word and the words round it speak for.

    Args:
        written: The damaged word as it stands.
        reading: What it read, in small letters.
        replacement: What the filter wrote into it, in small letters.
        before: The text of the block before the word.
        after: The text behind it.
    """
    at = written.lower().find(replacement)
    head, tail = written[:at], written[at + len(replacement) :]
    if head:
        if head.isupper() and (len(head) > 1 or tail.isupper()):
            return reading.upper()
        return _capital(reading) if head[0].isupper() else reading
    if len(tail) > 1 and tail.isupper():
        return reading.upper()
    shouted = len(replacement) > 1 and written[: len(replacement)].isupper() and not written.isupper()
    if (written[:1].isupper() and not shouted) or OPENS.search(before[-8:]) or _title(before, after, reading):
        return _capital(reading)
    return reading


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _title(before: str, after: str, reading: str) -> bool:
    """Whether the neighbours say that a capital was lost: a heading, or a noun beside a name."""
    left, right = before.rsplit("\n", 1)[-1], after.split("\n", 1)[0]
    words = LONG_WORD.findall(left + " " + right)
    if 2 <= len(words) <= 14 and sum(w[0].isupper() for w in words) >= 0.8 * len(words):
        return True
    follows, precedes = NAME_AFTER.match(after), NAME_BEFORE.search(before[-40:])
    return bool(follows or precedes) if reading in NOUNS else bool(follows and precedes)
