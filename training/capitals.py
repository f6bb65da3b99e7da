"""Fit the weights of `pipeline/repair/capitals.py`.

    python -m training.capitals --data wcxb-dev.parquet --out pipeline/repair/data/capitals.json

Every word of four letters or more on articles, forums and documentation, its own letter case hidden, is a case: those that
begin with the letters of usual filters, and one in twelve of all others (a third of the weight). Figures are those of
eight folds by page.
"""

from __future__ import annotations

import argparse
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from pipeline.formats.blocks import split_text
from pipeline.repair.capitals import LINE, LINES, Place, features
from pipeline.repair.known import USUAL
from pipeline.repair.language import function_words
from pipeline.repair.lexicon import lexicon

WORD = re.compile(r"(?<![\w@.\\'’])[^\W\d_]{4,}(?!_)")
KINDS = ("article", "forum", "documentation")
FOLDS, OTHERS, LEAST, PENALTY, AROUND = 8, 12, 40, 3.0, 240
LEAST_ZIPF = 2.2


def cases(data: Path) -> Iterator[tuple[str, bool, bool, dict[str, float]]]:
    """(page, begins with letters of a filter, has a capital, features) of each word."""
    for row in pq.read_table(data, columns=["id", "page_type", "main_content"]).to_pylist():
        if row["page_type"] in KINDS:
            lines = [line.text for line in split_text(row["main_content"].strip())[0]]
            for k, line in enumerate(lines):
                for found in WORD.finditer(line):
                    yield from _case(row["id"], lines, k, found)


def _case(page: str, lines: list[str], k: int, found: re.Match[str]) -> Iterator[tuple[str, bool, bool, dict[str, float]]]:
    word, low = found.group(), found.group().lower()
    sought = low.startswith(tuple(USUAL))
    zipf = lexicon("en").zipf(low)
    if word[1:] != low[1:] or zipf < LEAST_ZIPF or low in function_words("en"):
        return
    if sought or zlib.crc32(f"{page} {k} {found.start()}".encode()) % OTHERS == 0:
        yield page, sought, word[0].isupper(), features(low, zipf, _place(lines, k, found))


def _place(lines: list[str], k: int, found: re.Match[str]) -> Place:
    before, after = lines[k][: found.start()], lines[k][found.end() :]
    before = "\0" * (len(before) > AROUND) + before[-AROUND:]
    after = after[:AROUND] + "\0" * (len(after) > AROUND)
    initials = [next(filter(str.isalpha, line), "") for line in lines]
    opening = sum(c.isupper() for c in initials) / max(1, sum(map(bool, initials)))
    above, below = ([line[:LINE] for line in some] for some in (lines[max(0, k - LINES) : k], lines[k + 1 : k + 1 + LINES]))
    return Place(before, after, above, below, opening, _Names(lines))


class _Names:
    """Names of a page: within a sentence with a capital, and never without."""

    def __init__(self, lines: list[str]) -> None:
        self.text = "\n".join(lines)

    def __call__(self, word: str) -> bool:
        within = re.search(rf"(?<=[a-z] ){re.escape(word)}(?!\w)", self.text)
        return bool(within) and not re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", self.text)


def fitted(x: sparse.csr_matrix, y: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression with a penalty on their squares."""

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x @ w
        value = (weight * (np.logaddexp(0, z) - y * z)).sum() + PENALTY * (w @ w) / 2
        return value, x.T @ (weight * (1 / (1 + np.exp(-z)) - y)) + PENALTY * w

    return np.asarray(minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x)


def main() -> None:
    """Fit, show the figures of the folds, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    pages, sought, truth, found = (list(column) for column in zip(*cases(args.data), strict=True))
    counts = Counter(name for one in found for name in one)
    names = sorted(name for name, n in counts.items() if n >= LEAST)
    place = {name: k for k, name in enumerate(names)}
    cells = [(i, place[name], value) for i, one in enumerate(found) for name, value in one.items() if name in place]
    rows, columns, values = zip(*cells, strict=True)
    x = sparse.csr_matrix((np.array(values), (rows, columns)), shape=(len(found), len(names)))
    y, ours = np.array(truth, float), np.array(sought)
    weight, fold = np.where(ours, 3.0, 1.0), np.array([zlib.crc32(page.encode()) % FOLDS for page in pages])
    z = np.zeros(len(y))
    for k in range(FOLDS):
        z[fold == k] = x[fold == k] @ fitted(x[fold != k], y[fold != k], weight[fold != k])
    wrong = (z > 0) != y
    print(f"{ours.sum()} words with letters of filters, wrong {wrong[ours].mean():.4f}, capital {y[ours].mean():.4f}")
    print(f"{(~ours).sum()} others, wrong {wrong[~ours].mean():.4f}, capital {y[~ours].mean():.4f}")
    weights = {name: round(float(w), 2) for name, w in zip(names, fitted(x, y, weight), strict=True)}
    args.out.write_text(json.dumps(weights, indent=0, ensure_ascii=False) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
