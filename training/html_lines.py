"""The plain-text taggers that the trees for HTML learn from: each fitted without the sites of one fold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from pipeline.boilerplate.network import Weights, read
from training import augment, clean, lines
from training.export import write
from training.pages import FOLDS, load

_EPOCHS = 10  # as the shipped one


def fitted(data: Path, texts: Path, folder: Path, seed: int) -> list[Weights]:
    """The taggers in order of the fold left out, from the folder or else fitted and written there."""
    files = [folder / f"lines-{fold}.npz" for fold in range(FOLDS)]
    if not all(file.exists() for file in files):
        pages, documents = load(data, folder / "lines.parquet"), [*clean.collections(texts), *clean.code()]
        torch.set_num_threads(1)
        for fold, file in enumerate(files):
            torch.manual_seed(seed)
            shown = [page for page in pages if page.fold != fold]
            write(file, *lines.fit(shown, augment.source(shown, documents), _EPOCHS, seed))
    return [_read(file) for file in files]


def _read(file: Path) -> Weights:
    with np.load(file) as data:
        return read(dict(data))
