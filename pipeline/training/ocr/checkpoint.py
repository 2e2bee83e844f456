"""The state of a run on disk, so that it can be interrupted."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import torch

from pipeline.errors import writing
from pipeline.training.ocr.config import OcrTrainConfig
from pipeline.training.ocr.network import TorchRecogniser

logger = logging.getLogger(__name__)


class Checkpoint:
    """One file, replaced at each save: a run that is killed while saving keeps the last one."""

    def __init__(self, path: Path, config: OcrTrainConfig) -> None:
        self._path = path
        # Where the result goes and how often it is saved may change between the parts of a run.
        settings = config.model_dump_json(exclude={"output", "checkpoint_minutes", "shares"})
        self._settings = hashlib.sha256(settings.encode()).hexdigest()

    def restore(self, network: TorchRecogniser, optimiser: torch.optim.Optimizer) -> int:
        """Load the saved state of a run into its network and optimiser.

        Returns:
            The steps done: 0 without a checkpoint, or with one of other settings.
        """
        if not self._path.is_file():
            return 0
        state = torch.load(self._path, weights_only=True)
        if state["settings"] != self._settings:
            logger.warning("%s is of other settings: starts anew", self._path)
            return 0
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        logger.info("going on from step %d", state["steps"])
        return int(state["steps"])

    def save(self, steps: int, network: TorchRecogniser, optimiser: torch.optim.Optimizer) -> None:
        state = {
            "settings": self._settings,
            "steps": steps,
            "network": network.state_dict(),
            "optimiser": optimiser.state_dict(),
        }
        unfinished = self._path.with_suffix(".tmp")
        with writing(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            torch.save(state, unfinished)
            unfinished.replace(self._path)
