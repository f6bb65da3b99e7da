"""The letter case of a repaired word: a filter that does not mind case has often lost it."""

from __future__ import annotations

import re
from collections.abc import Callable

# Nouns of names: "the Teachers' Association", where one capitalised neighbour is enough.
NOUNS = frozenset(
    {"association", "associates", "associate", "assembly", "assistant", "assessment", "assets", "asset", "analytics"}
    | {"analyst", "assault", "assassination", "cocktail"}
)
LONG_WORD = re.compile(r"[^\W\d_]{4,}")
NAME_AFTER = re.compile(r"\s[A-Z][a-z]{2,}")
NAME_BEFORE = re.compile(r"(?<=[a-z,] )[\"“(]?[A-Z][a-z]{2,}(?:['’]s?)? (?:of |for |and |the )?$")
LABEL = re.compile(r"(?:^|\n|[.!?] )[\s\d.•*–-]*(?:[\w’'-]+ ){0,5}[\w’'-]+: $")  # "2. Your budget: Assess the cost"
HEAD = re.compile(r"(?:^|\n)[\s\d.•*–-]*(?:[A-Z][\w’'-]* |and |of |& ){1,5}$")  # "- Risk Assessment: ..."
ENDS_HEAD = re.compile(r"\s*(?:$|\n|[:|(–]| and [A-Z])")
# "assert.Equal(", "assert!(x)", "'title': 1": a name in code keeps its small letter
CALLED = re.compile(r"""[._(:=]\w|!?\(|["'](?:\.\w|\s?[:\])])""")
OPENS = re.compile(r"""(?:^|[.!?•*|>])[\s"'“‘(]*$""")
LINE_OPENS = re.compile(r"""\n[\s"'“‘(]*$""")
LINE_START = re.compile(r"\n\W*([^\W\d_])")
HYPHENED = re.compile(r"(?:[a-z,] |[A-Z][a-z]+ )[A-Z][a-z]+-$")  # "Markets in Crypto-Assets", not "Well-assembled"


def recased(
    written: str, reading: str, pair: tuple[str, str], before: str, after: str, compound: Callable[[str, str], bool]
) -> str:
    """The reading, in the letter case that the damaged word and the words round it speak for.

    Args:
        written: The damaged word as it stands.
        reading: What it read, in small letters.
        pair: The letters, and what the filter wrote for them, in small letters.
        before: The text of the block before the word.
        after: The text behind it.
        compound: Whether two words (in small letters) are joined in a name only: "SmartAsset".
    """
    letters, replacement = pair
    at = written.lower().find(replacement) if replacement else _gap(written.lower(), reading, letters)
    head, hit, tail = written[:at], written[at : at + len(replacement)], written[at + len(replacement) :]
    if head.lower() + letters + tail.lower() != reading:
        every = re.sub(re.escape(replacement), letters, written, flags=re.IGNORECASE)
        if head and every.lower() == reading:  # "ClbadPbad" keeps its second capital
            return every
        head, hit, tail, letters = "", written[: len(replacement)], "", reading
    if len(head + tail) > 1 and (head + tail).isupper():
        letters = letters.upper()
    if head:
        joined = head[0].isupper() and head[1:].islower() and compound(head.lower(), letters + tail)
        return head + (_capital(letters) if joined else letters) + tail
    shouted = len(hit) > 1 and hit.isupper() and not written.isupper()
    opens = (_opens(before, after) or LABEL.search(before)) and not CALLED.match(after)
    if HYPHENED.search(before[-40:]) or (hit[:1].isupper() and not shouted) or opens or _title(before, after, reading):
        letters = _capital(letters)
    return letters + tail


def _opens(before: str, after: str) -> bool:
    """Whether a sentence or an item begins; the lines of hard-wrapped prose begin with small letters."""
    if LINE_OPENS.search(before[-8:]):
        starts = LINE_START.findall(before + "\0" + after)
        return not starts or sum(letter.isupper() for letter in starts) >= 0.5 * len(starts)
    return OPENS.search(before[-8:]) is not None


def _gap(word: str, reading: str, letters: str) -> int:
    """Where letters were taken out of a word."""
    return next(i for i in range(len(word) + 1) if word[:i] + letters + word[i:] == reading)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _title(before: str, after: str, reading: str) -> bool:
    """Whether the neighbours say that a capital was lost: a heading, or a noun beside a name."""
    left, right = before.rsplit("\n", 1)[-1], after.split("\n", 1)[0]
    words = LONG_WORD.findall(left + " " + right)
    if "\0" not in left + right and 2 <= len(words) <= 14 and sum(w[0].isupper() for w in words) >= 0.8 * len(words):
        return True
    if HEAD.search(before) and ENDS_HEAD.match(after):
        return True
    follows, precedes = NAME_AFTER.match(after), NAME_BEFORE.search(before[-40:])
    return bool(follows or precedes) if reading in NOUNS else bool(follows and precedes)
