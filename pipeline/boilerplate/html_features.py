"""What HTML shows of a block beside its text: the elements round it, their links and words, the blocks before and after.

All sums are of whole numbers, so that they are exact in any order: a block's features never depend on the other pages of
the batch.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.boilerplate import html_paths
from pipeline.boilerplate.features import Blocks, Columns, Floats, Pages, names
from pipeline.boilerplate.html_paths import LEVELS, Paths, PathTable
from pipeline.boilerplate.tokens import Ints

FINE = 1024  # probabilities and shares as whole numbers
AROUND = (
    *("article", "main", "nav", "header", "footer", "aside", "form", "table", "ul", "ol", "li", "p", "pre", "blockquote"),
    *("section", "figure", "button", "label", "dl", "details", "tr", "h2", "noscript"),
)
INNERMOST = ("p", "li", "tr", "td", "div", "span", "h1", "h2", "h3", "h4", "pre", "button", "a", "dd", "figcaption", "label")
_UP = (0, 1, 2, 3, 4, 6)  # elements round the block: how far up
_DOWN = (0, 1, 2, 3)  # and how far down from the root
_TEXT = names()
_LONG = _TEXT.index("long")


class Html(NamedTuple):
    """The blocks of whole pages."""

    blocks: Blocks  # features of their text
    heads: Floats  # (blocks, heads) what the tagger for plain text says
    paths: Paths
    path: Ints  # (blocks,) row in `paths`
    link: Floats  # (blocks,) share of characters in links


class Elements(NamedTuple):
    """Which blocks share elements. A pair is a path that occurs on a page."""

    pair: Ints  # (blocks,)
    path: Ints  # (pairs,)
    groups: Ints  # (pairs, LEVELS) number of the element of the page at each step, -1 below the last
    number: int  # of elements


def elements(html: Html) -> Elements:
    """Numbers pairs and elements."""
    of_row, distinct = html.blocks.pages.of_row, max(len(html.paths.depth), 1)
    pairs, pair = np.unique(of_row * distinct + html.path, return_inverse=True)
    path, page = pairs % distinct, pairs // distinct
    inside = html.paths.elements[path]
    most = int(html.paths.elements.max(initial=0)) + 1
    kinds, found = np.unique(page[:, None] * most + inside, return_inverse=True)
    return Elements(pair, path, np.where(inside >= 0, found.reshape(inside.shape), -1), len(kinds))


def columns(html: Html, table: PathTable) -> Columns:
    """(name, values) of what the text, its tagger and the markup say."""
    pages, words = html.blocks.pages, html.blocks.words
    of_path = html_paths.score(html.paths, table)
    named, link = of_path[html.path], _whole(html.link)
    likely = _whole(html.heads[:, 0])
    long = html.blocks.dense[_LONG].astype(np.int64) * FINE
    found: Columns = [*zip(_TEXT, html.blocks.dense, strict=True)]
    found += [(f"head {k}", html.heads[:, k]) for k in range(html.heads.shape[1])]
    found += _own(html, named) + _tags(html)
    for name, values in (("words", words), ("link", link), ("likely", likely), ("names", named)):
        found += _neighbours(name, values, pages, (2, 5, 12, 30), (-2, -1, 1, 2))
    shares = {"link": link, "likely": likely, "names": named, "long": long}
    found += _enclosing(html, elements(html), shares, words)
    for name, values in (("link", link), ("likely", likely), ("names", named)):
        found.append((f"page {name}", _page_share(pages, values, words)))
    return found


def _own(html: Html, names: Ints) -> Columns:
    """The block's own markup."""
    return [("link", html.link), ("names", _f(names)), ("depth", _f(html.paths.depth[html.path]))]


def _tags(html: Html) -> Columns:
    """Flags of the innermost tag, and of the tags round it."""
    paths = html.paths
    tag = np.array([html_paths.tag_of(name) for name in paths.names])
    padded = np.append(tag, "")[paths.steps]  # -1 is the empty name
    last = tag[html_paths.innermost(paths, paths.steps, 0)]
    within = [(f"in {name}", _f((padded == name).any(1))[html.path]) for name in AROUND]
    return within + [(f"is {name}", _f(last == name)[html.path]) for name in INNERMOST]


def _neighbours(name: str, values: Ints, pages: Pages, reach: tuple[int, ...], steps: tuple[int, ...]) -> Columns:
    """Means over the blocks above and below, and the values some blocks away (-1 beyond the page)."""
    row, low = np.arange(len(values)), pages.first[pages.of_row]
    high = low + pages.rows[pages.of_row]
    total = np.concatenate(([0], np.cumsum(values)))
    columns: Columns = []
    for k in reach:
        columns.append((f"{name} {k} above", _f((total[row] - total[np.maximum(low, row - k)]) / k)))
        columns.append((f"{name} {k} below", _f((total[np.minimum(high, row + k + 1)] - total[row + 1]) / k)))
    for k in steps:
        there = row + k
        inside = (there >= low) & (there < high)
        columns.append((f"{name} at {k}", _f(np.where(inside, values[np.where(inside, there, 0)], -1))))
    return columns


def _enclosing(html: Html, shared: Elements, shares: dict[str, Ints], words: Ints) -> Columns:
    """Word-weighted means over the elements round a block, and how many of the page's words and blocks they hold."""
    weight = np.minimum(words, 1000) + 1
    sums = [weight, np.ones_like(weight), *(values * weight for values in shares.values())]
    of_pair = [np.bincount(shared.pair, column, len(shared.path)) for column in sums]
    inside = shared.groups >= 0
    where = shared.groups[inside]
    of_element = np.zeros((len(sums), shared.number + 1))
    for k, column in enumerate(of_pair):
        of_element[k, :-1] = np.bincount(where, np.broadcast_to(column[:, None], inside.shape)[inside], shared.number)
    page = np.bincount(html.blocks.pages.of_row, weight)[html.blocks.pages.of_row]
    columns: Columns = []
    for place, group in _places(html, shared):
        found = of_element[:, group][:, shared.pair]
        size = np.maximum(found[0], 1)
        columns.append((f"share {place}", _f(found[0] / page)))
        columns.append((f"words {place}", _f(np.log1p(found[0]))))
        columns.append((f"blocks {place}", _f(found[1])))
        columns += [(f"{name} {place}", _f(total / size)) for name, total in zip(shares, found[2:], strict=True)]
    return columns


def _places(html: Html, shared: Elements) -> list[tuple[str, Ints]]:
    """Names of the elements that are asked, and the number of each for each pair."""
    depth = html.paths.depth[shared.path]
    at = np.arange(len(depth))
    places = [(f"up {up}", np.where(depth > up, shared.groups[at, np.maximum(depth - 1 - up, 0)], -1)) for up in _UP]
    return places + [(f"down {level}", shared.groups[:, level]) for level in _DOWN if level < LEVELS]


def _page_share(pages: Pages, values: Ints, words: Ints) -> Floats:
    weight = np.minimum(words, 1000) + 1
    total = np.bincount(pages.of_row, values * weight) / np.bincount(pages.of_row, weight)
    return _f(total)[pages.of_row]


def _whole(share: Floats) -> Ints:
    return np.rint(share * FINE).astype(np.int64)


def _f(values: NDArray[Any]) -> Floats:
    return values.astype(np.float32)
