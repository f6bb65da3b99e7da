"""The dedup stage, its guard off, against all pairs of paragraphs compared exactly.

    python -m benchmarks.dedup_exact FOLDER [--limit 50000] [--set threshold=0.8 ...]

FOLDER is as for `benchmarks/dedup.py`. The oracle is a sparse self-join over the shingles themselves (strings, no hashes,
no sampling); texts with the same words are one. Prints

- precision: of the paragraphs that go, those whose named twin is as similar as the threshold asks, or has the same words;
- recall of pairs: of all pairs similar enough, those of which one goes (of the others both stay: they were missed);
- recall of rows: of the paragraphs that an exact run of the same rule drops (in order of preference, each that is similar
  to one that stays), those that go.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.dedup import batches, run
from pipeline.dedup import Settings
from pipeline.dedup.paragraphs import DOCUMENT
from pipeline.text.normal import normal_form

STEP = 2000  # rows joined with all others at a time


class Exact(NamedTuple):
    """Texts of one set, and all pairs of different ones that are similar enough."""

    same: NDArray[np.int64]  # for each text the first with the same words
    one: NDArray[np.int64]
    two: NDArray[np.int64]
    sizes: NDArray[np.int64]  # words


def compare_all(texts: list[str], settings: Settings) -> Exact:
    """Every pair of the texts that have enough words."""
    first: dict[str, int] = {}
    forms = [normal_form(text) for text in texts]
    same = np.array([first.setdefault(form, at) for at, form in enumerate(forms)])
    sizes = np.array([form.count(" ") + 1 for form in forms])
    least = min(max(DOCUMENT, settings.shingle), settings.min_words)  # each text is a document
    rows = np.flatnonzero((same == np.arange(len(texts))) & (sizes >= least))
    matrix = _matrix([forms[row] for row in rows.tolist()], settings.shingle)
    counts, turned = np.diff(matrix.indptr), matrix.T.tocsr()
    found = []
    for start in range(0, len(rows), STEP):
        shared = (matrix[start : start + STEP] @ turned).tocoo()
        one, two = shared.row.astype(np.int64) + start, shared.col.astype(np.int64)
        jaccard = shared.data / (counts[one] + counts[two] - shared.data)
        close = (one < two) & (jaccard >= settings.threshold)
        found.append(np.stack((rows[one[close]], rows[two[close]])))
    one, two = np.concatenate(found, axis=1)
    return Exact(same, one, two, sizes)


def _matrix(forms: list[str], size: int) -> sparse.csr_matrix:
    """Texts by shingles, 1 where a text has one."""
    known: dict[tuple[str, ...], int] = {}
    places, offsets = [], [0]
    for form in forms:
        words = form.split()
        places += sorted({known.setdefault(tuple(words[i : i + size]), len(known)) for i in range(len(words) - size + 1)})
        offsets.append(len(places))
    ones = np.ones(len(places), np.float64)
    return sparse.csr_matrix((ones, np.array(places), np.array(offsets)), shape=(len(forms), len(known)))


def dropped(exact: Exact) -> NDArray[np.bool_]:
    """What the rule drops when nothing is missed: the longest stays, ties to the first."""
    alike: dict[int, list[int]] = {}
    for one, two in zip(exact.one.tolist(), exact.two.tolist(), strict=True):
        alike.setdefault(one, []).append(two)
        alike.setdefault(two, []).append(one)
    gone = np.zeros(len(exact.same), bool)
    rank = np.lexsort((np.arange(len(gone)), -exact.sizes))
    place = np.empty(len(rank), np.int64)
    place[rank] = np.arange(len(rank))
    for row in sorted(alike, key=lambda row: place[row]):
        gone[row] = any(not gone[other] and place[other] < place[row] for other in alike[row])
    return gone


def main() -> None:
    """Read the set, run the stage and the oracle, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--limit", type=int, default=50_000)
    options.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    asked = options.parse_args()
    settings = Settings(**{"guard": False} | {k: json.loads(v) for k, v in (pair.split("=", 1) for pair in asked.set)})
    with (asked.folder / "paras.jsonl").open("rb") as file:
        texts = [orjson.loads(line)["text"] for line in list(file)[: asked.limit]]
    done, _, _ = run(list(batches(texts)), settings)
    twins = pa.concat_tables([part.blocks for part in done])["twin_seq"]
    gone = np.flatnonzero(twins.is_valid().to_numpy())  # one document a paragraph: their numbers are its row
    _report(compare_all(texts, settings), gone, twins.drop_null().to_numpy())


def _report(exact: Exact, gone: NDArray[np.int64], twins: NDArray[np.int64]) -> None:
    one, two = exact.same[gone], exact.same[twins]
    true = np.sort(np.minimum(exact.one, exact.two) << 32 | np.maximum(exact.one, exact.two))
    named = np.minimum(one, two) << 32 | np.maximum(one, two)
    right = (one == two) | np.isin(named, true)
    stays = np.ones(len(exact.same), bool)
    stays[gone] = False
    kept = np.zeros(len(stays), bool)  # by words: a text stays if any copy of it does
    np.logical_or.at(kept, exact.same, stays)
    missed = kept[exact.one] & kept[exact.two]
    expected = dropped(exact)
    firsts = exact.same == np.arange(len(kept))
    print(f"{len(kept)} paragraphs, {len(gone)} go, {len(true)} pairs of different texts are similar enough")
    print(f"precision {right.mean():.5f} ({(~right).sum()} wrong)")
    print(f"recall of pairs {1 - missed.mean():.5f} ({missed.sum()} missed)")
    print(
        f"recall of rows {(~kept[expected & firsts]).mean():.5f} ({kept[expected & firsts].sum()} of {expected.sum()} missed)"
    )
    copies = np.bincount(exact.same[stays], minlength=len(kept))[exact.sizes[: len(kept)] >= 15]
    print(f"texts of 15 words or more that stay more than once: {(copies > 1).sum()}")


if __name__ == "__main__":
    main()
