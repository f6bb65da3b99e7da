"""What class and id names say of content: a logistic regression over hashed names, by how near the block they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from pipeline.boilerplate import html_paths
from pipeline.boilerplate.html_paths import SLOTS, ZONES, PathTable
from training.html_pages import HtmlPage

_SITES = 3  # a name of fewer sites is that site's own
_RIDGE = 3.0
_ROUNDS = 120
_UNIT = 32  # of the stored weights, a logit


def fit(pages: Sequence[HtmlPage], weights: Sequence[NDArray[np.float64]]) -> PathTable:
    """The table for a training set; `weights` are those of the blocks of each page."""
    paths, site, wanted, total = _pairs(pages, weights)
    gram, zone, row = _grams(paths)
    checks, known = _slots(gram, site[row])
    slot = (gram & np.uint32(SLOTS - 1)).astype(np.int64)
    held = known[slot] & (checks[slot] == (gram >> np.uint32(24)))
    column = slot[held] * ZONES + zone[held]
    design = csr_matrix((np.ones(len(column)), (row[held], column)), (len(paths), SLOTS * ZONES))
    used = np.unique(column)
    found = _regression(design[:, used], wanted, total)
    table = np.zeros(SLOTS * ZONES)
    table[used] = found
    return PathTable(checks, np.clip(np.rint(table * _UNIT), -127, 127).astype(np.int8).reshape(SLOTS, ZONES))


def _pairs(
    pages: Sequence[HtmlPage], weights: Sequence[NDArray[np.float64]]
) -> tuple[list[str], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Each path of each page: its site, and the weight of its content and of all its blocks."""
    number = {site: i for i, site in enumerate(sorted({p.page.site for p in pages}))}
    paths, site, wanted, total = list[str](), list[int](), list[float](), list[float]()
    for page, weight in zip(pages, weights, strict=True):
        sums: dict[str, list[float]] = {}
        for path, row, w in zip(page.paths, page.page.rows, weight.tolist(), strict=True):
            pair = sums.setdefault(path, [0.0, 0.0])
            pair[0] += w * row.content
            pair[1] += w
        paths += sums
        site += [number[page.page.site]] * len(sums)
        wanted += [pair[0] for pair in sums.values()]
        total += [pair[1] for pair in sums.values()]
    return paths, np.array(site), np.array(wanted), np.array(total)


def _grams(paths: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    """Hash, zone and row of each gram."""
    gram, zone, row = list[NDArray[np.uint32]](), list[int](), list[int]()
    for i, path in enumerate(paths):
        steps = path.split(">")[: html_paths.LEVELS]
        for up, step in enumerate(reversed(steps)):
            found = html_paths.hashes(step)
            gram.append(found)
            zone += [min(up, ZONES - 1)] * len(found)
            row += [i] * len(found)
    return np.concatenate(gram), np.array(zone), np.array(row)


def _slots(gram: NDArray[np.uint32], site: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The gram of most sites gets the slot: the top byte of its hash, and whether there is one."""
    seen = np.unique(gram.astype(np.int64) * (int(site.max()) + 1) + site) // (int(site.max()) + 1)
    kind, sites = np.unique(seen, return_counts=True)
    kind, sites = kind[sites >= _SITES], sites[sites >= _SITES]
    order = np.lexsort((kind, -sites))
    slot, first = np.unique(kind[order] & (SLOTS - 1), return_index=True)
    checks, known = np.zeros(SLOTS, np.uint8), np.zeros(SLOTS, bool)
    checks[slot] = kind[order][first] >> 24
    known[slot] = True
    return checks, known


def _regression(design: csr_matrix, wanted: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression with a ridge; the bias is a column of ones and is not returned."""

    def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logit = design @ beta[:-1] + beta[-1]
        value = (total * np.logaddexp(0, logit) - wanted * logit).sum() + _RIDGE / 2 * (beta[:-1] ** 2).sum()
        slope = total / (1 + np.exp(-logit)) - wanted
        return value, np.append(design.T @ slope + _RIDGE * beta[:-1], slope.sum())

    start = np.zeros(design.shape[1] + 1)
    found: NDArray[np.float64] = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS}).x
    return found[:-1]
