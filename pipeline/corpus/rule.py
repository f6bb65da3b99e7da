"""One row of the rule book, the same shape for every stage."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A rule as `pipeline rules` prints it; `name` is also its word in the ledger and in the cases of the tests."""

    name: str
    reason: str
    fires: str  # a short text on which the rule acts
    holds: str  # a short text that looks alike and must stay
