"""The rule book as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.corpus import Rule


def listing(rules: Mapping[str, Sequence[Rule]], *, markdown: bool = False) -> Iterator[str]:
    """Every rule by stage: name, reason, a text on which it acts, a text that stays."""
    if markdown:
        yield "| stage | rule | reason | acts on | leaves |"
        yield "|---|---|---|---|---|"
    for stage, book in rules.items():
        for rule in book:
            fires, holds = (" ".join(text.split()) for text in (rule.fires, rule.holds))
            if markdown:
                cells = [stage, rule.name, rule.reason, fires, holds]
                yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
            else:
                yield f"{stage}/{rule.name}: {rule.reason}"
                yield f"    acts on  {fires}"
                yield f"    leaves   {holds}"
