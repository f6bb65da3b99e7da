"""Figures of the block tagger for HTML on pages that nothing in it was fitted on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.choose import Balance
from pipeline.boilerplate.tagger import Tags
from training.evaluate import kept, word_f1
from training.html_pages import HtmlPage

_BALANCES: tuple[Balance, ...] = ("even", "strip", "keep")


def report(pages: list[HtmlPage], tags: list[Tags], said: Iterable[NDArray[np.float32]]) -> None:
    """Prints F1 by fold and by kind of page, for each balance; words lost and furniture left at "keep"."""
    rows = np.array([_figures(p, t._replace(content=s)) for p, t, s in zip(pages, tags, said, strict=True)])
    group = {"all": [True] * len(pages)}
    group |= {f"fold {k}": [p.page.fold == k for p in pages] for k in sorted({p.page.fold for p in pages})}
    group |= {k: [p.page.kind == k for p in pages] for k in sorted({p.page.kind for p in pages})}
    print(f"{'':14} pages {' '.join(_BALANCES)}  keep: % of content words lost, % of furniture words left")
    for name, chosen in group.items():
        of_group = rows[np.array(chosen)]
        f1, sums = of_group[:, :3].mean(0), of_group[:, 3:].sum(0)
        shares = f"{100 * sums[0] / sums[1]:6.2f} {100 * sums[2] / max(sums[3], 1):6.1f}"
        print(f"{name:14} {len(of_group):5} {f1[0]:.4f} {f1[1]:.4f} {f1[2]:.4f} {shares}", flush=True)


def _figures(page: HtmlPage, tags: Tags) -> list[float]:
    texts, content = [row.text for row in page.page.rows], np.array([row.content for row in page.page.rows], bool)
    chosen = {balance: kept(tags, balance) for balance in _BALANCES}
    f1 = [word_f1("\n".join(t for t, k in zip(texts, c, strict=True) if k), page.page.reference) for c in chosen.values()]
    keep = chosen["keep"]
    lost = [tags.words[content & ~keep].sum(), tags.words[content].sum()]
    return [*f1, *lost, tags.words[~content & keep].sum(), tags.words[~content].sum()]
