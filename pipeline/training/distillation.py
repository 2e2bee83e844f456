"""Distillation from the start model, so that fine-tuning does not forget its labels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedModel

from pipeline.labels import LabelSet
from pipeline.training.model import load_model


@dataclass(frozen=True, slots=True)
class Teacher:
    """The model that training started from.

    Attributes:
        model: its weights do not change.
        known: shape (tags,), whether it was trained on the tag.
        weight: of the distillation loss, added to the loss of the annotation.
    """

    model: PreTrainedModel
    known: torch.Tensor
    weight: float

    def loss(
        self, logits: torch.Tensor, inputs: dict[str, torch.Tensor], allowed: torch.Tensor
    ) -> torch.Tensor:
        """The weighted ``distillation_loss`` of a batch; arguments as there and in ``collate``."""
        with torch.no_grad():
            teacher = self.model(**inputs).logits
        return self.weight * distillation_loss(logits, teacher, allowed, self.known)


def load_teacher(
    start: Path, label_set: LabelSet, known: Collection[str], weight: float
) -> Teacher | None:
    """The model in the folder ``start``, which was trained on the tags ``known``; ``None`` where
    it knows nothing to keep or the weight is 0."""
    if not known or not weight:
        return None
    model = load_model(start, label_set).requires_grad_(False)  # and it has no dropout
    return Teacher(model, torch.tensor([tag in known for tag in label_set.tags]), weight)


def distillation_loss(
    logits: torch.Tensor, teacher: torch.Tensor, allowed: torch.Tensor, known: torch.Tensor
) -> torch.Tensor:
    """The Kullback-Leibler divergence of the model's probabilities from its teacher's, over the
    tags that the teacher knows, averaged over the tokens whose truth allows one of these.

    Args:
        logits, teacher: shape (windows, positions, tags).
        allowed: the same shape, 1 where the truth allows the tag.
        known: shape (tags,), which tags the teacher knows.

    Source: Li and Hoiem, "Learning without Forgetting" (2016), at temperature 1.
    """
    counted = (allowed[..., known] > 0).any(-1)
    if not counted.any():
        return logits.sum() * 0
    answer = logits[..., known][counted].float().log_softmax(-1)
    wanted = teacher[..., known][counted].float().log_softmax(-1)
    return torch.nn.functional.kl_div(answer, wanted, reduction="batchmean", log_target=True)
