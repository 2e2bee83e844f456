"""Models to register, and the registries that may keep them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pipeline.data.jsonl import write_annotated
from pipeline.registry.mlflow_registry import SQLITE, open_mlflow
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.names import DEFAULT_MODEL, MODELS

_PATIENCE_SECONDS = 240


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
    drawn = (draw_receipt(990_000 + number, kind="parking") for number in range(24))
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
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
    stores = [
        *("--backend-store-uri", f"sqlite:///{folder}/mlflow.db"),
        *("--artifacts-destination", str(folder / "artifacts")),
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, *stores], stdout=log, stderr=log, cwd=folder, env=os.environ
        )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(f"{address}/health"):
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address).close()
    except OSError:
        return False
    return True
