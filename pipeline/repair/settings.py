"""What a user may choose about the repair of words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """Settings of the repair stage; every field also works as `--set repair.<field>=<value>`.

    Attributes:
        margin: Evidence an inferred word filter must reach, in natural-log-like units. At 3 no word of 2.8 million clean
            ones is changed, and no filter reaches 2 there; 4 repairs 1 % less of filters never seen before.
        suspect: A filter that reaches this evidence, but not `margin`, is listed in the report and not undone.
        learn: Infer word filters from the corpus. Without it only `rules` are undone.
        rules: Filters the user knows, letters to replacement, as in `{"ass" = "bad"}`; they hold for every site. A
            table under the name of a site, as in `{"example.org" = {"ass" = "bad"}}`, holds for that site only.
        protect: Words never touched, in any letter case.
        languages: Languages whose words are judged; text in any other language stays as it is.
        filters: Undo word filters.
        lost_space: Put back the space lost after a full stop.
        run_together: Put back the space lost between two words.
        line_end_hyphen: Join a word that a line end broke in two.
        letter_spaced: Join a word printed with spaces between its letters.
    """

    margin: float = 3.0
    suspect: float = 2.0
    learn: bool = True
    rules: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)
    protect: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en", "es", "fr", "de", "it", "pt", "nl")
    filters: bool = True
    lost_space: bool = True
    run_together: bool = True
    line_end_hyphen: bool = True
    letter_spaced: bool = True

    def __post_init__(self) -> None:
        """Refuse a table of filters that cannot be undone."""
        for letters, replacement in self.filters_for(""):
            _check(letters, replacement)
        for site, table in self.rules.items():
            if not isinstance(table, str):
                for letters, replacement in table.items():
                    _check(letters, replacement, f" of site {site!r}")

    def filters_for(self, site: str) -> list[tuple[str, str]]:
        """The user's (letters, replacement) pairs that hold for a site, in a fixed order."""
        pairs = [(x, y) for x, y in self.rules.items() if isinstance(y, str)]
        own = self.rules.get(site)
        if own is not None and not isinstance(own, str):
            pairs += list(own.items())
        return sorted({(x.lower(), y.lower()) for x, y in pairs})


def _check(letters: str, replacement: str, where: str = "") -> None:
    """Refuse one filter of the user's table.

    Raises:
        ValueError: The letters are empty, are no letters, or come back in their own replacement.
    """
    if not letters or not letters.isalpha():
        raise ValueError(f"repair.rules{where}: {letters!r} is not a run of letters")
    if letters.lower() in replacement.lower():
        raise ValueError(f"repair.rules{where}: {letters!r} -> {replacement!r} holds its own letters")
