"""Save checkpoints at intervals and on Ctrl-C, and find the newest when a run resumes."""

from __future__ import annotations

import json
import logging
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from pipeline.tagging.onnx import TOKENIZER_FILE

logger = logging.getLogger(__name__)

DONE = "done"  # the folder of a finished stage, beside its checkpoints


def last_checkpoint(work: Path) -> Path | None:
    """The newest checkpoint of a stage's folder that was written to its end."""
    whole = [path for path in work.glob(f"{PREFIX_CHECKPOINT_DIR}-*") if steps_done(path)]
    return max(whole, key=steps_done, default=None)


def steps_done(checkpoint: Path) -> int:
    """The optimiser steps before a checkpoint; 0 if it was not written to its end: its state,
    a JSON file, comes last."""
    try:
        state = json.loads((checkpoint / TRAINER_STATE_NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return 0
    return int(state["global_step"])


def is_finished(work: Path) -> bool:
    """Whether a stage's model was written to its end: the tokenizer comes last."""
    return (work / DONE / TOKENIZER_FILE).is_file()


def newest_saved(work: Path) -> Path | None:
    """The newest that a run of several stages has saved: a finished stage or a checkpoint."""
    finished = [stage / DONE for stage in work.glob("*/") if is_finished(stage)]
    checkpoints = [last_checkpoint(stage) for stage in work.glob("*/")]
    saved = [*finished, *(path for path in checkpoints if path is not None)]
    return max(saved, key=lambda path: path.stat().st_mtime, default=None)


def remove_unfinished(work: Path) -> None:
    """Remove checkpoints that a killed run was writing."""
    for path in work.glob(f"{PREFIX_CHECKPOINT_DIR}-*"):
        if not steps_done(path):
            shutil.rmtree(path)


class TimedCheckpoints(TrainerCallback):
    """Saves a checkpoint at fixed intervals in minutes, which bounds the loss of an interrupted
    run."""

    def __init__(self, minutes: float) -> None:
        self._seconds = 60 * minutes
        self._last = time.monotonic()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        if time.monotonic() - self._last > self._seconds:
            self._last = time.monotonic()
            control.should_save = True
        return control


class SaveOnInterrupt(TrainerCallback):
    """On Ctrl-C, saves a checkpoint after the step that is being done, and then stops."""

    def __init__(self) -> None:
        self._interrupted = False
        self._announced = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While this lasts, a first Ctrl-C waits for the checkpoint; a second does not."""
        is_main = threading.current_thread() is threading.main_thread()
        if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield  # only the main thread handles signals, and ignored ones stay ignored
            return
        signal.signal(signal.SIGINT, self._note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        # Nothing is logged here: the interrupted code may hold the lock of the log or of the bar.
        self._interrupted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def _announce(self) -> None:
        if self._interrupted and not self._announced:
            self._announced = True
            logger.info("stopping: saves a checkpoint first; Ctrl-C again stops at once")

    def on_prediction_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._announce()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        self._announce()
        control.should_save = control.should_save or self._interrupted
        return control

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if self._interrupted:
            raise KeyboardInterrupt
