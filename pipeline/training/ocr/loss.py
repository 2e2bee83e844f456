"""The loss: CTC over groups of classes, and nearness to the original network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from pipeline.training.ocr.line import Line
from pipeline.training.ocr.targets import Targets

_LEAST = 1e-8


def batch_loss(log_probabilities: Tensor, lines: Sequence[Line], targets: Targets) -> Tensor:
    """The mean over the lines of CTC per character, plus the divergence from what the original
    network said, per column, where it was right. Lines without a transcript have the second term
    only.

    Args:
        log_probabilities: shape (lines, columns, characters).
    """
    columns = torch.tensor([len(line.original.classes) for line in lines])
    return _ctc(log_probabilities, columns, lines, targets) + _divergence(
        log_probabilities, lines, targets
    )


def _ctc(
    log_probabilities: Tensor, columns: Tensor, lines: Sequence[Line], targets: Targets
) -> Tensor:
    count, width, _ = log_probabilities.shape
    grouped = torch.zeros(count, width, targets.count).index_add_(
        2, torch.from_numpy(targets.groups), log_probabilities.exp()
    )
    encoded = [targets.encoded(line.text) for line in lines]
    has_transcript = torch.tensor([not line.is_taught for line in lines])
    lengths = torch.tensor([len(text) for text in encoded])
    losses = functional.ctc_loss(
        grouped.clamp_min(_LEAST).log().transpose(0, 1),
        torch.tensor([group for text in encoded for group in text], dtype=torch.long),
        columns,
        lengths,
        blank=0,
        reduction="none",
        zero_infinity=True,  # a transcript with more characters than its picture has columns
    )
    return (losses / lengths.clamp_min(1) * has_transcript).mean()


def _divergence(log_probabilities: Tensor, lines: Sequence[Line], targets: Targets) -> Tensor:
    """Kullback-Leibler, over the classes that were kept of the original's output."""
    total = log_probabilities.new_zeros(())
    weight = 0
    for row, line in zip(log_probabilities, lines, strict=True):
        original = torch.from_numpy(line.original.probabilities.astype(np.float32))
        classes = torch.from_numpy(line.original.classes.astype(np.int64))
        own = row[: len(classes)].gather(1, classes)
        each = (original * (original.clamp_min(_LEAST).log() - own)).sum(1)
        total = total + (torch.from_numpy(targets.keep_weights(line)) * each).sum()
        weight += len(classes)
    return total / max(1, weight)
