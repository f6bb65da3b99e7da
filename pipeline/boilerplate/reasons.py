"""Why a block got its probability: the features that weigh most in it, for people. Nothing here decides anything.

Each kind of feature is taken from the block in turn, and the change in the logit of "content" is its weight (occlusion:
Zeiler and Fergus 2014). That needs no knowledge of the model, only its answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.boilerplate import html_model, tagger
from pipeline.boilerplate.features import Columns, Floats, number_pages
from pipeline.boilerplate.html_features import Html, columns
from pipeline.boilerplate.view import View

STRONGEST = 5
AT_ONCE = 8_000  # blocks
Weighed = list[tuple[str, float]]  # (feature, weight), the strongest first; above 0 it speaks for content


def reasons(view: View, rows: Sequence[int]) -> dict[int, Weighed]:
    """The strongest features of some blocks.

    Args:
        view: whole documents.
        rows: of blocks.
    """
    markup = html_model.is_html(view.batch)[view.doc]
    out = {row: _of_text(view, row) for row in rows if not markup[row]}
    if len(out) < len(rows):
        for low, high, html in html_model.portions(view.batch, view.block_tokens, view.text_tags):
            found = columns(html, html_model.shipped().names)
            out |= {row: _strongest(_occluded(html, found, row - low)) for row in rows if low <= row < high}
    return out


def kind(name: str) -> str:
    """A feature as it is named to people; those that tell the same share a name.

    >>> [kind(name) for name in ("words 12 above", "share up 2", "in li", "head 0", "page link", "bullet")]
    ['words around', 'elements around', 'tags', 'words of the text', 'page', 'bullet']
    """
    first, _, rest = name.partition(" ")
    if first in ("in", "is") and rest:
        return "tags"
    if first in ("head", "page"):
        return {"head": "words of the text", "page": "page"}[first]
    if {"up", "down"} & set(rest.split()):
        return "elements around"
    return f"{first} around" if {"above", "below", "at"} & set(rest.split()) else name


def _of_text(view: View, row: int) -> Weighed:
    return tagger.explain(*view.batch.buffer(), view.doc, view.blank_lines, view.indent, row)


def _occluded(html: Html, found: Columns, at: int) -> Iterator[tuple[str, float]]:
    """Kinds of features with the change in the logit when a block has what its page has on average."""
    page = np.flatnonzero(html.blocks.pages.of_row == html.blocks.pages.of_row[at])
    own, values = at - page[0], [column[page] for _, column in found]
    kinds = np.array([kind(name) for name, _ in found])
    named = sorted(set(kinds.tolist()))
    (before,) = _logits(values, own, kinds, [""])
    step = max(1, AT_ONCE // len(page))
    for first in range(0, len(named), step):
        some = named[first : first + step]
        yield from zip(some, (before - _logits(values, own, kinds, some)).tolist(), strict=True)


def _logits(values: list[Floats], at: int, kinds: np.ndarray[tuple[int], np.dtype[np.str_]], taken: list[str]) -> Floats:
    """Logits of a block of a page, once without each of some kinds of features."""
    size, wide = len(values[0]), []
    for column, of_kind in zip(values, kinds.tolist(), strict=True):
        copies = np.tile(column, len(taken))
        for k in (k for k, name in enumerate(taken) if name == of_kind):
            copies[k * size + at] = column.mean(dtype=np.float64)
        wide.append(copies)
    pages = number_pages(np.repeat(np.arange(len(taken)), size))
    p = html_model.weigh(wide, pages, html_model.shipped())[at::size].astype(np.float64)
    logits: Floats = np.log(p / (1 - p)).astype(np.float32)
    return logits


def _strongest(found: Iterator[tuple[str, float]]) -> Weighed:
    rounded = [(name, round(weight, 2)) for name, weight in found]
    return sorted((pair for pair in rounded if pair[1]), key=lambda pair: (-abs(pair[1]), pair[0]))[:STRONGEST]
