"""How the networks of both taggers are fitted, step by step."""

from __future__ import annotations

from typing import Generic, TypeVar

import torch
from torch import nn

AVERAGE = 0.99  # of the weights over the steps (Polyak and Juditsky 1992)
_RATE = 3e-3
Fitted = TypeVar("Fitted", bound=nn.Module)


class Averaged(Generic[Fitted]):
    """Steps of AdamW with one cycle of the rate; in the end the weights are averages over the last steps."""

    def __init__(self, net: Fitted, steps: int) -> None:
        self._net = net
        self._mean = {k: v.clone() for k, v in net.state_dict().items()}
        dense = [p for name, p in net.named_parameters() if "vectors" not in name]
        vectors = [p for name, p in net.named_parameters() if "vectors" in name]
        groups = [{"params": dense, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.05}]
        self._optimizer = torch.optim.AdamW([group for group in groups if group["params"]], lr=_RATE)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(self._optimizer, _RATE, total_steps=steps, pct_start=0.1)

    def step(self, value: torch.Tensor, done: int) -> float:
        """One step down a loss, after so many others; returns the loss."""
        self._optimizer.zero_grad()
        torch.autograd.backward(value)  # as `value.backward()`, which has no types
        torch.nn.utils.clip_grad_norm_(self._net.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        self._average(done)
        return float(value.detach())

    def finish(self) -> Fitted:
        """The network with the averages."""
        self._net.load_state_dict(self._mean)
        return self._net

    def _average(self, done: int) -> None:
        share = 1 - min(AVERAGE, done / (done + 10))
        with torch.no_grad():
            for name, value in self._net.state_dict().items():
                if value.dtype.is_floating_point:
                    self._mean[name].lerp_(value, share)
