"""The steps of the optimiser, with a warm-up, checkpoints and a log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol

import torch

from pipeline.progress import Progress
from pipeline.training.ocr.checkpoint import Checkpoint
from pipeline.training.ocr.network import TorchGraph
from pipeline.training.progress import in_words

logger = logging.getLogger(__name__)

_CLIPPED = 5.0  # largest norm of the gradient
_LOGGED = 50  # steps


class Run(Protocol):
    """What both configs say of a run."""

    @property
    def steps(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def warmup(self) -> int: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def checkpoint_minutes(self) -> float: ...


def optimise(
    network: TorchGraph,
    run: Run,
    checkpoint: Checkpoint,
    loss_of_step: Callable[[int], torch.Tensor],
    progress: Progress,
) -> None:
    """Train a network, from its last checkpoint if there is one.

    Args:
        loss_of_step: the loss of each step, counted from 0; called in ascending order.
        progress: is told of each step.
    """
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=run.learning_rate, weight_decay=run.weight_decay
    )
    first = checkpoint.restore(network, optimiser)
    saved, began, losses = time.monotonic(), time.monotonic(), list[float]()
    for step in range(first, run.steps):
        progress("training", step, run.steps)
        loss = loss_of_step(step)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIPPED)
        for group in optimiser.param_groups:
            group["lr"] = _rate(run, step)
        optimiser.step()
        losses.append(loss.item())
        if (step + 1) % _LOGGED == 0:
            left = (time.monotonic() - began) / (step + 1 - first) * (run.steps - step - 1)
            mean = sum(losses) / len(losses)
            logger.info("step %d: loss %.4g, %s left", step + 1, mean, in_words(left))
            losses.clear()
        if time.monotonic() - saved > 60 * run.checkpoint_minutes:
            checkpoint.save(step + 1, network, optimiser)
            saved = time.monotonic()
    progress("training", run.steps, run.steps)
    checkpoint.save(run.steps, network, optimiser)


def _rate(run: Run, step: int) -> float:
    """The learning rate of a step: up over the warm-up, then down to zero."""
    rising = min(1.0, (step + 1) / max(1, run.warmup))
    return run.learning_rate * rising * (1 - step / run.steps)
