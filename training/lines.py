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
from training.table import Table, build

CLEAN, FOREIGN = 6, 2  # documents of each kind added to a step of BATCH annotated pages
BATCH = 16
AVERAGE = 0.99  # of the weights over the steps (Polyak and Juditsky 1992)


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
    """A model of the pages and of what is made of them; its weights are averages over the last steps."""
    rng, start = random.Random(seed), time.process_time()
    table = build(pages, made, rng)
    net = Net(table, *scales([augment.seen(p, made, rng) for p in rng.sample(pages, 300)]))
    mean = {k: v.clone() for k, v in net.state_dict().items()}
    views: dict[str, list[Page]] = {}
    for page in pages:
        views.setdefault(page.id, []).append(page)
    names = sorted(views)
    steps = epochs * -(-len(names) // BATCH)
    optimizer, schedule = _optimizer(net, steps)
    for epoch in range(epochs):
        rng.shuffle(names)
        losses = []
        for first in range(0, len(names), BATCH):
            step = _step([rng.choice(views[n]) for n in names[first : first + BATCH]], made, table, rng)
            value = loss(net(step), step)
            optimizer.zero_grad()
            value.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            _average(mean, net, epoch * len(names) // BATCH + first // BATCH)
            losses.append(float(value.detach()))
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, {time.process_time() - start:.0f} CPU s", flush=True)
    net.load_state_dict(mean)
    return net, table


def _step(pages: list[Page], made: augment.Source, table: Table, rng: random.Random) -> Prepared:
    rows = [augment.seen(page, made, rng) for page in pages]
    rows += [augment.weathered(augment.clean_document(made, rng), rng) for _ in range(CLEAN)]
    rows += [augment.weathered(augment.foreign(made, rng), rng) for _ in range(FOREIGN)]
    return prepare([r for r in rows if r], table)


def _optimizer(net: Net, steps: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    dense = [p for name, p in net.named_parameters() if "vectors" not in name]
    groups = [{"params": dense, "weight_decay": 0.01}, {"params": [net.vectors.weight], "weight_decay": 0.05}]
    optimizer = torch.optim.AdamW(groups, lr=3e-3)
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps, pct_start=0.1)


@torch.no_grad()
def _average(mean: dict[str, torch.Tensor], net: Net, step: int) -> None:
    share = 1 - min(AVERAGE, step / (step + 10))
    for name, value in net.state_dict().items():
        if value.dtype.is_floating_point:
            mean[name].lerp_(value, share)


if __name__ == "__main__":
    main()
