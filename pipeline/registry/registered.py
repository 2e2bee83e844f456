"""What a registry is, whoever keeps it: a plain folder or MLflow."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.registry.history import Event


@dataclass(frozen=True, slots=True)
class Registered:
    """A model of a registry.

    Attributes:
        name: such as ``reviewed/3``: its folder's path below the folder of models.
        sha256: of its folder (``pipeline.evaluation.provenance.model_hash``).
        run: the MLflow run that has it.
    """

    name: str
    sha256: str
    at: datetime.datetime
    note: str = ""
    run: str | None = None


class Registry(Protocol):
    """Keeps models, each under a name and a number that rises."""

    def register(self, source: Path, name: str, note: str) -> Registered:
        """Keep a copy of a model folder.

        Raises:
            PipelineError: it cannot be kept.
        """

    def models(self) -> list[Registered]:
        """All models, the oldest first of each name."""

    def fetch(self, model: Registered) -> None:
        """Have it in the folder of models, unchanged since it was registered.

        Raises:
            PipelineError: it is not there any more, or its files have changed.
        """

    def tell(self, event: Event) -> None:
        """What is about to become of a model.

        Raises:
            PipelineError: the registry cannot be told; then nothing may be changed.
        """
