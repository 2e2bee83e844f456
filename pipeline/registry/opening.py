"""Open the registry of a folder of models; the folder remembers which one it is."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.batch.state_file import read_state, write_state
from pipeline.registry.folder import FolderRegistry
from pipeline.registry.lifecycle import Models

REGISTRY_FILE = "registry.json"
PLAIN = "folder"


class _Kept(BaseModel):
    """What ``registry.json`` says: the address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    registry: str


def open_models(folder: Path, address: str | None) -> Models:
    """The models of a folder.

    Args:
        address: of the registry: ``folder`` for the folder itself, ``mlflow`` for a file of SQLite
            in it, or the address of MLflow; ``None`` for the one that the folder was used with
            last, at first the folder itself.

    Raises:
        ConfigError: MLflow is not installed.
        PipelineError: the registry cannot be opened.
    """
    before = _kept(folder)
    chosen = address or before
    if chosen == PLAIN:
        registry = Models(folder, FolderRegistry(folder))
    else:
        from pipeline.registry.mlflow_registry import open_mlflow

        folder.mkdir(parents=True, exist_ok=True)
        registry = Models(folder, open_mlflow(folder, chosen))
    if chosen != before:
        write_state(folder / REGISTRY_FILE, _Kept(registry=chosen))
    return registry


def _kept(folder: Path) -> str:
    kept = read_state(folder / REGISTRY_FILE, _Kept)
    return PLAIN if kept is None else kept.registry
