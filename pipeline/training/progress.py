"""Progress of a run: steps for a progress bar, and a log line for each epoch."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from statistics import fmean
from typing import Any, TypeVar

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from pipeline.progress import Progress

logger = logging.getLogger(__name__)

Item = TypeVar("Item")


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Ignore progress."""


def tracked(items: Iterable[Item], total: int, what: str, progress: Progress) -> Iterator[Item]:
    """The items; each counts as done when the next is asked for."""
    for done, item in enumerate(items):
        progress(what, done, total)
        yield item
    if total:
        progress(what, total, total)


class EpochLines(TrainerCallback):
    """Logs a line for each epoch of a stage, and passes on each step.

    Attributes:
        losses: of the epoch's steps so far; the trainer adds each.
    """

    def __init__(self, stage: str, progress: Progress) -> None:
        self.losses: list[float] = []
        self._stage, self._progress = stage, progress
        self._started, self._first_step = time.monotonic(), 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._started, self._first_step = time.monotonic(), state.global_step
        self._progress(f"stage {self._stage}", state.global_step, state.max_steps)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._progress(f"stage {self._stage}", state.global_step, state.max_steps)

    def on_epoch_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if not control.should_evaluate:
            self._log(state)

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **details: Any,
    ) -> None:
        self._log(state, f"development F1 {details['metrics']['eval_f1']:.3f}")

    def _log(self, state: TrainerState, *scores: str) -> None:
        loss = [f"loss {fmean(self.losses):.3f}"] if self.losses else []
        self.losses.clear()
        said = ", ".join([*loss, *scores, *self._time_left(state)])
        epochs = f"{round(state.epoch or 0, 2):g}/{state.num_train_epochs:g}"
        logger.info("epoch %s: %s", epochs, said)

    def _time_left(self, state: TrainerState) -> list[str]:
        """Of the stage, by the mean time of a step, with the evaluations so far."""
        done, left = state.global_step - self._first_step, state.max_steps - state.global_step
        if done == 0 or left <= 0:
            return []
        return [f"{in_words((time.monotonic() - self._started) / done * left)} left"]


def in_words(seconds: float) -> str:
    """A time as a person says it: ``40 s``, ``12 min``, ``1 h 05 min``."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
