"""A fitted network as the arrays that `pipeline.boilerplate.network` reads."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from pipeline.boilerplate.network import FARTHEST, GRID, HIGHEST
from training.net import DILATIONS, WEIGHT_GRID, Body, Net
from training.table import Table

_EXACT = 2048.0  # sums below this are exact on the grid in single precision


def write(path: Path, net: Net, table: Table) -> None:
    """Writes the model file for plain text.

    Raises:
        ValueError: A sum could grow beyond what single precision holds exactly on the grid.
    """
    vectors = net.state_dict()["vectors.weight"].numpy() * table.used[:, None]
    scale = np.abs(vectors).max(0) / 127 + 1e-9
    arrays = {
        "checks": table.checks,
        "vectors": np.rint(vectors / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        **layers(net),
        **_layer("clean_hidden", net.hidden, HIGHEST),
        **_layer("clean", net.clean, HIGHEST),
    }
    save(path, arrays)


def layers(net: Body) -> dict[str, NDArray[np.generic]]:
    """The layers that both networks have, as `pipeline.boilerplate.network.read_layers` takes them.

    Raises:
        ValueError: As for `write`.
    """
    fitted = {name: values.numpy() for name, values in net.state_dict().items()}
    arrays: dict[str, NDArray[np.generic]] = {name: fitted[name] for name in ("mean", "deviation")}
    arrays |= {"dilations": np.array(DILATIONS), "context": _grid(fitted["context.weight"].T)}
    if float((HIGHEST * np.abs(arrays["context"]).sum(0)).max()) >= _EXACT:
        raise ValueError("the page context can exceed the exact range")
    arrays |= _layer("into", net.into, FARTHEST)
    for k, layer in enumerate(net.layers):
        arrays |= _layer(f"layer{k}", layer, HIGHEST)
    return {**arrays, **_layer("out", net.out, HIGHEST)}


def save(path: Path, arrays: dict[str, NDArray[np.generic]]) -> None:
    """As numpy's own `savez_compressed`, but without the time of day: equal weights are equal files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, values in sorted(arrays.items()):
            buffer = io.BytesIO()
            np.save(buffer, _small(values))
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED, 9)


def _layer(name: str, layer: nn.Module, highest: float) -> dict[str, NDArray[np.float32]]:
    """Weights (inputs, outputs), or (taps, inputs, outputs), and biases."""
    fitted = {name: values.numpy() for name, values in layer.state_dict().items()}
    weight = _grid(fitted["weight"])
    weight = weight.transpose(2, 1, 0) if weight.ndim == 3 else weight.T
    bias = _grid(fitted["bias"])
    largest = np.abs(weight).sum(tuple(range(weight.ndim - 1))) * highest + np.abs(bias)
    if largest.max() >= _EXACT:
        raise ValueError(f"{name}: sums of up to {largest.max():.0f} are not exact on the grid of 1/{GRID * WEIGHT_GRID:.0f}")
    return {name: weight, f"{name}_bias": bias}


def _grid(values: NDArray[np.float32]) -> NDArray[np.float32]:
    out: NDArray[np.float32] = np.rint(values * WEIGHT_GRID) / np.float32(WEIGHT_GRID)
    return out


def _small(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Weights of the grid fit in half precision while they are small; the file is half as long."""
    half = values.astype(np.float16)
    return half if values.dtype == np.float32 and values.ndim > 1 and (half == values).all() else values
