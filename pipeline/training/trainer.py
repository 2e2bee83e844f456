"""The training loop of a stage: transformers' Trainer with our loss, learning rates and score."""

from __future__ import annotations

from statistics import fmean
from typing import Any, cast

import torch
from torch.utils.data import Dataset
from transformers import (
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.tags import micro_f1, scores_by_source
from pipeline.training.distillation import Teacher
from pipeline.training.examples import Example, PageExamples
from pipeline.training.loss import partial_annotation_loss
from pipeline.training.optimizer import Rates, adamw
from pipeline.training.order import EpochOrder
from pipeline.training.torch_tagger import TorchTagger


class StageTrainer(Trainer):
    """HF Trainer with the partial-annotation loss, agreement with a teacher, a higher learning
    rate for new parameters, and strict entity F1 on development pages, decoded as at inference."""

    def __init__(
        self,
        *,
        rates: Rates,
        teacher: Teacher | None,
        tagger: TorchTagger,
        losses: list[float],
        **kwargs: Any,
    ) -> None:
        """``losses``: takes the loss of each step."""
        super().__init__(**kwargs)
        self._rates, self._teacher = rates, teacher
        self._tagger, self._losses = tagger, losses

    def evaluate(self, *_: Any, metric_key_prefix: str = "eval", **__: Any) -> dict[str, float]:
        """The mean of the sources' strict entity F1, and each source's."""
        pages = cast(list[AnnotatedPage], self.eval_dataset)
        scores = scores_by_source(self._tagger, pages)
        found = {source: micro_f1(score) for source, score in scores.items()}
        metrics = {f"{metric_key_prefix}_f1": fmean(found.values())}
        metrics |= {f"{metric_key_prefix}_f1_{source}": f1 for source, f1 in found.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def training_step(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        loss: torch.Tensor = super().training_step(*args, **kwargs)
        self._losses.append(loss.item())
        return loss

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        allowed, weights = inputs.pop("allowed"), inputs.pop("weights")
        outputs = model(**inputs)
        loss = partial_annotation_loss(outputs.logits, allowed, weights)
        if self._teacher is not None:
            loss = loss + self._teacher.loss(outputs.logits, inputs, allowed)
        return (loss, outputs) if return_outputs else loss

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        if self.optimizer is None:
            assert isinstance(self.model, torch.nn.Module)
            self.optimizer = adamw(self.model, self._rates, self.args.weight_decay)
        return self.optimizer

    def _get_train_sampler(self, train_dataset: Dataset[Example] | None = None) -> EpochOrder:
        assert isinstance(self.train_dataset, PageExamples)
        return EpochOrder(self.train_dataset, self.args.train_batch_size, self.args.seed)


class EpochNumber(TrainerCallback):
    """Passes the epoch number to the examples, so that each epoch has its own noise and order."""

    def __init__(self, examples: PageExamples) -> None:
        self._examples = examples

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._examples.epoch = int(state.epoch or 0)
