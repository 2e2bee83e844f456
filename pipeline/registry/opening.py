"""Open the registry of a folder of models; the folder remembers which one it is."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import ConfigError, writing
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
        _keep(folder, chosen)
    return registry


def _kept(folder: Path) -> str:
    path = folder / REGISTRY_FILE
    try:
        return _Kept.model_validate_json(path.read_bytes()).registry
    except FileNotFoundError:
        return PLAIN
    except (OSError, ValidationError) as error:
        raise ConfigError(f"{path}: not the address of a registry") from error


def _keep(folder: Path, address: str) -> None:
    path = folder / REGISTRY_FILE
    with writing(path):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(_Kept(registry=address).model_dump_json() + "\n", encoding="utf-8")
