"""The letter case of a repaired word: a filter that does not mind case has often lost it."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from pipeline.repair.capitals import Place, capital
from pipeline.repair.readings import gap

BEHIND, BEFORE = re.compile(r"\W{1,3}(\w+)"), re.compile(r"(\w+)\W{1,3}\Z")


class Style(StrEnum):
    """What a site's filters did to letter case, as its damaged words show."""

    KEPT = "kept"  # "Badociation" and "badociation": the replacement has the letter case of what it replaced
    SPARED = "spared"  # "Association" stands, "badociation" too: only small letters were replaced
    LOST = "lost"  # one replacement for all


def recased(
    written: str,
    reading: str,
    zipf: float,
    pair: tuple[str, str],
    style: Style,
    place: Callable[[], Place],
    compound: Callable[[str, str], bool],
) -> str:
    """The reading, in the letter case that the filter, the damaged word and the words round it speak for.

    Args:
        written: The damaged word as it stands.
        reading: What it read, in small letters.
        zipf: Of the reading.
        pair: The letters, and what the filter wrote for them, in small letters.
        style: Of the filter.
        place: Gives where the word stands; asked only where its letter case is lost.
        compound: Whether two words (in small letters) are joined in a name only: "SmartAsset".
    """
    letters, replacement = pair
    at = written.lower().find(replacement) if replacement else gap(written.lower(), reading, letters)
    head, hit, tail = written[:at], written[at : at + len(replacement)], written[at + len(replacement) :]
    if head.lower() + letters + tail.lower() != reading:
        every = re.sub(re.escape(replacement), letters, written, flags=re.IGNORECASE)
        if head and every.lower() == reading:  # "ClbadPbad" keeps its second capital
            return every
        head, hit, tail, letters = "", written[: len(replacement)], "", reading
    if style is Style.KEPT and hit:
        return head + _like(hit, letters) + tail
    if style is Style.SPARED:
        return head + letters + tail
    if _shouted(head + tail, place):
        letters = letters.upper()
    elif head:
        joined = head[0].isupper() and head[1:].islower() and compound(head.lower(), letters + tail)
        letters = _capital(letters) if joined else letters
    elif (hit[:1].isupper() and not (len(hit) > 1 and hit.isupper())) or capital(reading, zipf, place()):
        letters = _capital(letters)
    return head + letters + tail


def _like(hit: str, letters: str) -> str:
    """Letters in the letter case of a replacement that kept it."""
    if len(hit) > 1 and hit.isupper():
        return letters.upper()
    return _capital(letters) if hit[0].isupper() else letters


def _shouted(rest: str, place: Callable[[], Place]) -> bool:
    """Whether what a filter left of a word stands in capitals; of one letter its neighbours tell: "EXTRA B***"."""
    if not rest.isupper() or len(rest) > 1:
        return rest.isupper()
    beside = [m[1] for m in (BEFORE.search(place().before[-40:]), BEHIND.match(place().after)) if m]
    return any(map(str.isupper, beside)) and (all(map(str.isupper, beside)) or max(map(len, filter(str.isupper, beside))) > 3)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
