"""What a damaged word may have read before a filter wrote one string for another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from pipeline.repair.known import MARK, MASKS

MANY = 4  # a word with more replacements in it is no word: "badbadbadbad..."


def readings(word: str, pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Each reading of a word with replacements undone, and the number undone.

    Args:
        word: Lower-case word.
        pairs: (letters, replacement); several letters may share a replacement, and a true one may stay.

    >>> readings("badysts", [("ass", "bad"), ("anal", "bad")])
    {'assysts': 1, 'analysts': 1}
    """
    found: dict[str, int] = {}
    by_replacement: dict[str, list[str]] = {}
    for letters, replacement in pairs:
        by_replacement.setdefault(replacement, []).append(letters)
    for replacement, choices in by_replacement.items():
        for reading, undone in _undo(word, replacement, choices):
            found.setdefault(reading, undone)
    found.pop(word, None)
    return found


def _undo(word: str, replacement: str, choices: list[str]) -> Iterable[tuple[str, int]]:
    if not replacement:
        for letters in choices:
            yield from ((word[:i] + letters + word[i:], 1) for i in range(len(word) + 1))
        return
    parts = word.split(replacement)
    if len(parts) - 1 > MANY:
        return
    for chosen in product([replacement, *choices], repeat=len(parts) - 1):
        reading = parts[0] + "".join(c + part for c, part in zip(chosen, parts[1:], strict=True))
        yield reading, sum(c != replacement for c in chosen)


def gap(word: str, reading: str, letters: str) -> int:
    """Where letters were taken out of a word.

    >>> gap("clroom", "classroom", "ass")
    2
    """
    return next(i for i in range(len(word) + 1) if word[:i] + letters + word[i:] == reading)


def is_mask(replacement: str) -> bool:
    """Whether a replacement is made of signs: "***", "c**k"."""
    return any(c in MASKS for c in replacement)


def signs(mask: str) -> str:
    r"""A mask without what escapes its signs for Markdown: "***" for "\*\*\*"."""
    return mask.replace("\\", "")


def holes(masked: str, left: int = 1, right: int = 1) -> Iterable[tuple[str, str, str]]:
    """Ways to cut a masked word into (before, replacement, after); the replacement may keep some outer letters.

    Args:
        masked: The word.
        left: How many letters it may keep at most before the signs.
        right: And behind them.

    >>> list(holes("pe**ock"))[:2]
    [('pe', '**', 'ock'), ('pe', '**o', 'ck')]
    """
    signs = [i for i, c in enumerate(masked) if c in MASKS]
    first, last = signs[0], signs[-1] + 1
    inner = masked[first:last]
    if any(map(str.isalpha, inner)) and not MARK.fullmatch(inner):  # two masks: "cl***p***"
        return
    for i in range(first, max(0, first - left) - 1, -1):
        for j in range(last, min(len(masked), last + right) + 1):
            before, after = masked[:i], masked[j:]
            if before + after and (before + after).isalpha():
                yield before, masked[i:j], after
