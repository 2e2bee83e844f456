"""Models to register, and the registries that may keep them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pipeline.data.jsonl import write_annotated
from pipeline.evaluation.service.server_process import ServerProcess
from pipeline.registry.mlflow_registry import SQLITE, open_mlflow
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.names import DEFAULT_MODEL, MODELS


def variant(folder: Path, name: str, **swapped: str) -> Path:
    """The shipped model under another name, with labels in each other's places."""
    target = folder / name
    shutil.copytree(MODELS / DEFAULT_MODEL, target)
    settings = json.loads((target / "tagger.json").read_text())
    (target / "tagger.json").write_text(json.dumps({**settings, "name": name}))
    if swapped:
        raw = yaml.safe_load((target / "labels.yaml").read_text())
        both = {**swapped, **{new: old for old, new in swapped.items()}}
        raw["labels"] = {both.get(label, label): told for label, told in raw["labels"].items()}
        (target / "labels.yaml").write_text(yaml.safe_dump(raw, sort_keys=False))
    return target


@pytest.fixture(scope="session")
def same_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tags as the shipped model does."""
    return variant(tmp_path_factory.mktemp("models"), "same")


@pytest.fixture(scope="session")
def worse_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained with two labels in each other's places."""
    return variant(tmp_path_factory.mktemp("models"), "worse", date="receipt_number")


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Annotated receipts."""
    path = tmp_path_factory.mktemp("reviewed") / "reviewed.jsonl"
    # Of a trade whose receipts are short, each of a merchant of its own.
    drawn = (draw_receipt(990_000 + number, kind="parking") for number in range(20))
    write_annotated(map(annotated_page, drawn), path)
    return path


@pytest.fixture(scope="session")
def empty_mlflow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of MLflow without models. Making one takes a second of migrations: copy it."""
    pytest.importorskip("mlflow", reason="needs the extra [track]")
    folder = tmp_path_factory.mktemp("mlflow")
    open_mlflow(folder, SQLITE).models()
    return folder / "mlflow.db"


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory, empty_mlflow: Path) -> Iterator[str]:
    """The address of a tracking server of MLflow on this machine."""
    pytest.importorskip("mlflow", reason="needs the extra [track]")
    for package in ("flask", "flask_cors", "graphene", "aiohttp"):
        pytest.importorskip(package, reason="`mlflow server` needs more packages: extra [dev]")
    folder = tmp_path_factory.mktemp("server")
    shutil.copyfile(empty_mlflow, folder / "mlflow.db")
    stores = [
        *("--backend-store-uri", f"sqlite:///{folder}/mlflow.db"),
        *("--artifacts-destination", str(folder / "artifacts")),
    ]
    command = ["-m", "mlflow", "server", "--port", "PORT", "--workers", "1", *stores]
    with ServerProcess(folder / "log", *command, ready="/health", folder=folder) as server:
        yield server.address
        server.stop()
