"""Learning rates: higher for new parameters than for pretrained ones."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from pipeline.training.config import Stage
from pipeline.training.model import is_head, is_layout_embedding


@dataclass(frozen=True, slots=True)
class Rates:
    """A stage's learning rates.

    Attributes:
        pretrained: of pretrained parameters.
        new: of the others: the output layer, and, in a run from MiniLM, the layout embeddings.
        pretrained_layout: whether the layout embeddings are pretrained.
    """

    pretrained: float
    new: float
    pretrained_layout: bool


def rates_of(stage: Stage, *, knows_labels: bool) -> Rates:
    """The stage's rates, by default lower where the start model knows labels of the label set,
    so that they are not forgotten."""
    rate, factor = (5e-5, 10.0) if knows_labels else (1e-4, 5.0)
    old = stage.learning_rate or rate
    return Rates(old, old * (stage.layout_learning_rate or factor), knows_labels)


def adamw(model: torch.nn.Module, rates: Rates, weight_decay: float) -> torch.optim.AdamW:
    """The optimizer of a stage."""
    new: list[torch.nn.Parameter] = []
    old: list[torch.nn.Parameter] = []
    for name, parameter in model.named_parameters():
        is_new = is_head(name) or (is_layout_embedding(name) and not rates.pretrained_layout)
        (new if is_new else old).append(parameter)
    groups = [{"params": old, "lr": rates.pretrained}, {"params": new, "lr": rates.new}]
    return torch.optim.AdamW(groups, weight_decay=weight_decay)
