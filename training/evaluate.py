"""Figures on pages and documents that a model was not fitted on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate.choose import Balance, choose
from pipeline.boilerplate.network import Weights, read
from pipeline.boilerplate.tagger import Tags, tag
from training import clean
from training.augment import Rows
from training.labels import BYLINE, COMMENT, HEADLINE, words
from training.pages import Page, Row, columns

_DOCUMENTS = 60  # of each kind of clean document


def tags_of(rows: Rows, weights: Weights) -> Tags:
    """What the model says of one page."""
    return tag(*columns([rows]), weights)


def kept(tags: Tags, balance: Balance) -> NDArray[np.bool_]:
    """What stays of one page."""
    return choose(tags, np.zeros(len(tags.words), np.int64), tags.words, balance)


def word_f1(text: str, reference: str) -> float:
    """F1 of bags of lower-cased words; 1 if both are empty."""
    got, wanted = Counter(words(text)), Counter(words(reference))
    if not got or not wanted:
        return float(not got and not wanted)
    shared = (got & wanted).total()
    return 2 * shared / (got.total() + wanted.total())


def report(model: Path, pages: list[Page], texts: list[Page], left_out: Iterable[str]) -> None:
    """Prints F1 by view and kind, words lost at "keep", and clean documents untouched by kind."""
    with np.load(model) as data:
        weights = read(dict(data))
    for view in ("flat", "layout"):
        of_view = [p for p in pages if p.view == view]
        tags = [tags_of(p.rows, weights) for p in of_view]
        _pages(view, of_view, tags)
        _roles(of_view, tags)
    for kind, documents in sorted(clean_documents(pages, texts, left_out).items()):
        _clean(kind, documents, weights)


def clean_documents(pages: list[Page], texts: list[Page], left_out: Iterable[str]) -> dict[str, list[list[Row]]]:
    """Documents of the kinds left out, and the references of the annotated pages."""
    rng, left = random.Random(1), set(left_out)
    references = [clean.reference(p) for p in pages if p.view == "flat" and p.reference.strip()]
    whole = [p for p in texts if p.kind in left]
    told = clean.sentences([p for p in references if p.kind == "reference article"])
    out: dict[str, list[list[Row]]] = {}
    for page in rng.sample(whole, len(whole)) + references:
        if len(out.setdefault(page.kind, [])) < _DOCUMENTS:
            out[page.kind].append(clean.excerpt(page, rng))
    for kind in clean.SHAPES:
        out[f"{kind}{' (new kind)' * (kind in left)}"] = [clean.shaped(told, kind, rng) for _ in range(_DOCUMENTS)]
    return out


def _pages(view: str, pages: list[Page], tags: list[Tags]) -> None:
    print(f"{view:8} {'pages':>6} even-F1 strip-F1 keep-F1  keep: % of content words lost, % of furniture words left")
    rows = [_figures(p, t) for p, t in zip(pages, tags, strict=True)]
    for kind in ["all", *sorted({p.kind for p in pages})]:
        of_kind = np.array([r for p, r in zip(pages, rows, strict=True) if kind in ("all", p.kind)])
        f1, sums = of_kind[:, :3].mean(0), of_kind[:, 3:].sum(0)
        shares = f"{100 * sums[0] / sums[1]:6.2f} {100 * sums[2] / max(sums[3], 1):6.1f}"
        print(f"{kind:14} {len(of_kind):6} {f1[0]:.3f} {f1[1]:.3f} {f1[2]:.3f} {shares}", flush=True)


def _roles(pages: list[Page], tags: list[Tags]) -> None:
    """Precision and recall of the other heads at a probability of one half."""
    role = np.array([row.role for page in pages for row in page.rows])
    for number, name in ((HEADLINE, "headline"), (BYLINE, "byline"), (COMMENT, "comment")):
        said = np.concatenate([getattr(t, name) for t in tags]) >= 0.5
        right = (said & (role == number)).sum()
        precision, recall = right / max(said.sum(), 1), right / max((role == number).sum(), 1)
        print(f"head {name:9} precision {precision:.3f} recall {recall:.3f}", flush=True)


def _figures(page: Page, tags: Tags) -> list[float]:
    chosen = {balance: kept(tags, balance) for balance in ("even", "strip", "keep")}
    scores = [
        word_f1("\n".join(r.text for r, k in zip(page.rows, c, strict=True) if k), page.reference) for c in chosen.values()
    ]
    content, keep = np.array([r.content for r in page.rows], bool), chosen["keep"]
    count = [tags.words[content & ~keep].sum(), tags.words[content].sum()]
    return [*scores, *count, tags.words[~content & keep].sum(), tags.words[~content].sum()]


def _clean(kind: str, documents: list[list[Row]], weights: Weights) -> None:
    """Documents untouched and words lost, at "keep"."""
    tags = [tags_of(rows, weights) for rows in documents]
    keep = [kept(t, "keep") for t in tags]
    untouched = np.mean([k.all() for k in keep])
    lost = sum(t.words[~k].sum() for t, k in zip(tags, keep, strict=True)) / sum(t.words.sum() for t in tags)
    judged = np.mean([t.clean[0] >= 0.5 for t in tags])
    print(
        f"clean {kind:24} {len(documents):4} untouched {untouched:.3f} words lost {lost:.4f} judged clean {judged:.3f}",
        flush=True,
    )
