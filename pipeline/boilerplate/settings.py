"""Settings of the stage."""

from __future__ import annotations

from dataclasses import dataclass

BALANCES = ("keep", "even", "strip")
COMMENTS = ("keep", "drop")


@dataclass(frozen=True)
class Settings:
    """How much is taken for furniture.

    Raises:
        ValueError: a word that is none of the choices, or a share outside 0 to 1.
    """

    balance: str = "keep"
    """"keep": what is unsure stays; "even": best word F1 of a page; "strip": what is unsure goes."""
    only_body: bool = False
    """Drop headline, byline and comments too."""
    comments: str = "keep"
    """"keep" or "drop": what readers wrote below an article."""
    site_share: float = 0.3
    """A line on this share of a site's pages, and on three of them at least, is furniture of the site."""
    phrases: tuple[str, ...] = ()
    """Further lines that are always furniture; letter case, white space and end marks do not count."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.balance not in BALANCES:
            raise ValueError(f"balance: {self.balance!r} is none of {', '.join(BALANCES)}")
        if self.comments not in COMMENTS:
            raise ValueError(f"comments: {self.comments!r} is none of {', '.join(COMMENTS)}")
        if not 0 < self.site_share <= 1:
            raise ValueError("site_share lies above 0 and is 1 at most")
