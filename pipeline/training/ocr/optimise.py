"""The steps of the optimiser, with a warm-up, checkpoints and a log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import torch

from pipeline.progress import Progress
from pipeline.training.ocr.checkpoint import Checkpoint
from pipeline.training.ocr.config import OcrTrainConfig
from pipeline.training.ocr.network import TorchRecogniser
from pipeline.training.progress import in_words

logger = logging.getLogger(__name__)

_CLIPPED = 5.0  # largest norm of the gradient
_LOGGED = 50  # steps


def optimise(
    network: TorchRecogniser,
    config: OcrTrainConfig,
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
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    first = checkpoint.restore(network, optimiser)
    saved, began, losses = time.monotonic(), time.monotonic(), list[float]()
    for step in range(first, config.steps):
        progress("training", step, config.steps)
        loss = loss_of_step(step)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIPPED)
        for group in optimiser.param_groups:
            group["lr"] = _rate(config, step)
        optimiser.step()
        losses.append(loss.item())
        if (step + 1) % _LOGGED == 0:
            left = (time.monotonic() - began) / (step + 1 - first) * (config.steps - step - 1)
            mean = sum(losses) / len(losses)
            logger.info("step %d: loss %.4g, %s left", step + 1, mean, in_words(left))
            losses.clear()
        if time.monotonic() - saved > 60 * config.checkpoint_minutes:
            checkpoint.save(step + 1, network, optimiser)
            saved = time.monotonic()
    progress("training", config.steps, config.steps)
    checkpoint.save(config.steps, network, optimiser)


def _rate(config: OcrTrainConfig, step: int) -> float:
    """The learning rate of a step: up over the warm-up, then down to zero."""
    rising = min(1.0, (step + 1) / max(1, config.warmup))
    return config.learning_rate * rising * (1 - step / config.steps)
