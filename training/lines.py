"""Fits the line tagger for plain text and writes its model file.

    python -m training.lines --data wcxb-dev.parquet --texts FOLDER --out pipeline/boilerplate/data/lines.npz

One process, one thread, about five minutes. `--fold K` leaves out the sites of fold K, and some kinds of clean
documents, and reports on them.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch

from training import augment, clean, evaluate
from training.export import write
from training.net import Net, Prepared, loss, prepare, scales
from training.pages import Page, load
from training.steps import Averaged
from training.table import Table, build

CLEAN, FOREIGN = 6, 2  # documents of each kind added to a step of BATCH annotated pages
BATCH = 16


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the annotated pages")
    parser.add_argument("--texts", type=Path, required=True, help="folder of the plain-text collections")
    parser.add_argument("--out", type=Path, required=True, help="the model file")
    parser.add_argument("--cache", type=Path, default=Path("pages.parquet"), help="page views, made once")
    parser.add_argument("--fold", type=int, choices=range(5), help="leave these sites out and report on them")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    pages, texts = load(args.data, args.cache), [*clean.collections(args.texts), *clean.code()]
    left_out = () if args.fold is None else clean.held_out(args.fold)
    shown = [p for p in pages if p.fold != args.fold]
    net, table = fit(shown, augment.source(shown, texts, left_out), args.epochs, args.seed)
    write(args.out, net, table)
    print(f"{args.out}: {args.out.stat().st_size} bytes", flush=True)
    if args.fold is not None:
        evaluate.report(args.out, [p for p in pages if p.fold == args.fold], texts, left_out)


def fit(pages: list[Page], made: augment.Source, epochs: int, seed: int) -> tuple[Net, Table]:
    """A model of the pages and of what is made of them."""
    rng, start = random.Random(seed), time.process_time()
    table = build(pages, made, rng)
    net = Net(table, *scales([augment.seen(p, made, rng) for p in rng.sample(pages, 300)]))
    views: dict[str, list[Page]] = {}
    for page in pages:
        views.setdefault(page.id, []).append(page)
    names = sorted(views)
    fitted = Averaged(net, epochs * -(-len(names) // BATCH))
    for epoch in range(epochs):
        rng.shuffle(names)
        losses = []
        for first in range(0, len(names), BATCH):
            step = _step([rng.choice(views[n]) for n in names[first : first + BATCH]], made, table, rng)
            done = epoch * len(names) // BATCH + first // BATCH
            losses.append(fitted.step(loss(net(step), step), done))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, {time.process_time() - start:.0f} CPU s", flush=True)
    return fitted.finish(), table


def _step(pages: list[Page], made: augment.Source, table: Table, rng: random.Random) -> Prepared:
    rows = [augment.seen(page, made, rng) for page in pages]
    rows += [augment.weathered(augment.clean_document(made, rng), rng) for _ in range(CLEAN)]
    rows += [augment.weathered(augment.foreign(made, rng), rng) for _ in range(FOREIGN)]
    return prepare([r for r in rows if r], table)


if __name__ == "__main__":
    main()
