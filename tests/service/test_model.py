"""The model is switched while the service runs."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from run_fakes import MODEL, unusable_extractor
from services import (
    bearer,
    client_of,
    post,
    problem,
    read_one,
    scripted,
    scripted_service,
    serving,
)

from pipeline.config import ExtractConfig
from pipeline.errors import ConfigError
from pipeline.served_model import ServedModel, read_served, write_served
from pipeline.service.client import ServiceClient
from pipeline.service.connection import ServiceError
from pipeline.service.parts import running_service
from pipeline.service.server import handling_signals
from pipeline.service.service import Service
from pipeline.service.settings import ServiceSettings
from pipeline.service.store.keys import Role
from pipeline.tagging.names import TAGGER_FILE

SECONDS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models."""
    models = tmp_path_factory.mktemp("models")
    for name in ("reviewed-1", "reviewed-2", "broken"):
        (models / name).mkdir()
        (models / name / TAGGER_FILE).touch()
    return models


@pytest.fixture(scope="module")
def service(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with scripted_service(tmp_path_factory.mktemp("service"), models=folder) as running:
        yield running


def switch(client: Any, model: str) -> Any:
    return client.put("/v1/model", json={"model": model})


def model_of(client: Any, text: str) -> str:
    return read_one(client, text)["record"]["model"]


def test_it_is_switched_and_rolled_back(client, folder):
    # Before anything is named, records have the name in the model's folder.
    assert client.get("/v1/model").json() == {
        "model": "receipts-base",
        "loading": None,
        "refused": None,
        "previous": None,
        "available": ["broken", "reviewed-1", "reviewed-2", "receipts-base", "rules"],
    }
    assert model_of(client, "a") == MODEL
    assert problem(client.post("/v1/model/rollback"))["status"] == 409
    first = switch(client, "reviewed-1")
    assert (first.status_code, first.json()["model"]) == (200, "reviewed-1")
    assert model_of(client, "b") == "reviewed-1"
    assert switch(client, "reviewed-2").json()["previous"] == "reviewed-1"
    assert model_of(client, "c") == "reviewed-2"
    back = client.post("/v1/model/rollback")
    assert (back.status_code, back.json()["model"]) == (200, "reviewed-1")
    assert model_of(client, "d") == "reviewed-1"
    assert read_served(folder) == ServedModel(model="reviewed-1", previous="reviewed-2")
    assert 'receipts_model{model="reviewed-1"} 1.0' in client.get("/metrics").text


def test_a_model_that_cannot_be_used_changes_nothing(client, folder):
    switch(client, "reviewed-1")
    before = read_served(folder)
    refused = switch(client, "broken")
    assert problem(refused)["status"] == 409
    assert "not a model folder" in refused.json()["detail"]
    unknown = switch(client, "reviewed-3")
    assert problem(unknown)["status"] == 422
    assert "did you mean" in unknown.json()["detail"]
    for wrong in ("../x", ""):
        assert problem(switch(client, wrong))["status"] == 422
    assert read_served(folder) == before
    assert model_of(client, "e") == "reviewed-1"


def test_the_python_client_switches_it(client, service):
    key = client.headers["Authorization"].removeprefix("Bearer ")
    with serving(service) as address, ServiceClient(address, key=key) as typed:
        assert typed.switch_model("reviewed-2").model == "reviewed-2"
        assert typed.switch_model("reviewed-1").previous == "reviewed-2"
        assert typed.roll_back_model().model == typed.model().model == "reviewed-2"
        with pytest.raises(ServiceError, match="not a model folder"):
            typed.switch_model("broken")


def test_only_admins_switch_it(client, service):
    reviewer = {"Authorization": bearer(service, "reviewer", Role.REVIEW, Role.READ)}
    assert client.get("/v1/model", headers=reviewer).status_code == 200
    body = {"model": "reviewed-1"}
    assert client.put("/v1/model", json=body, headers=reviewer).status_code == 403
    assert client.post("/v1/model/rollback", headers=reviewer).status_code == 403


def test_nothing_is_lost_under_load_when_another_program_switches_it(client, service, folder):
    """As `receipts models promote` does: it writes the file."""
    answers: list[Any] = []
    is_over = threading.Event()

    def load(sender: int) -> None:
        number = 0
        while not is_over.is_set():
            text = f"load {sender} {number}"
            answers.append(post(client, scripted("good", text), params={"wait": 60}))
            number += 1

    senders = [threading.Thread(target=load, args=(number,)) for number in range(2)]
    for sender in senders:
        sender.start()
    for name in ("reviewed-2", "reviewed-1", "broken", "reviewed-2"):
        write_served(folder, ServedModel(model=name))
        wait_until_settled(service)
    is_over.set()
    for sender in senders:
        sender.join()
    assert {answer.status_code for answer in answers} == {200}
    receipts = [one for answer in answers for one in answer.json()["files"][0]["receipts"]]
    assert len(receipts) == len(answers) == len({one["id"] for one in receipts})
    models = {one["record"]["model"] for one in receipts}
    assert {"reviewed-1", "reviewed-2"} <= models <= {"reviewed-1", "reviewed-2", MODEL}
    assert model_of(client, "last") == "reviewed-2"


def test_a_signal_loads_the_model_anew(client, service, caplog):
    """Its folder may have other files now."""
    switch(client, "reviewed-1")
    caplog.set_level("INFO", "pipeline.service")
    before = signal.getsignal(signal.SIGHUP)
    deadline = time.monotonic() + SECONDS
    with handling_signals(service.models):
        os.kill(os.getpid(), signal.SIGHUP)
        while "the model is now reviewed-1" not in caplog.messages:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert signal.getsignal(signal.SIGHUP) == before


def test_a_damaged_file_is_told_and_changes_nothing(client, service, folder):
    switch(client, "reviewed-1")
    (folder / "served.json").write_text("{")
    wait_until_settled(service)
    assert service.models.state.serving == "reviewed-1"
    assert service.models.state.refused is not None
    assert "served.json" in client.get("/v1/model").json()["refused"]
    assert problem(client.post("/v1/model/rollback"))["status"] == 409
    assert switch(client, "reviewed-2").json()["previous"] == "reviewed-1"
    (folder / "served.json").write_text("{")
    wait_until_settled(service)
    write_served(folder, ServedModel(model="reviewed-1"))
    wait_until_settled(service)
    assert service.models.state.refused is None
    # One that was refused when another program named it may be there now.
    write_served(folder, ServedModel(model="reviewed-2"))
    (folder / "reviewed-4").mkdir()
    (folder / "served.json").write_text('{"model": "reviewed-4"}')
    wait_until_settled(service)
    assert client.get("/v1/model").json()["refused"].startswith("served.json: no model")
    (folder / "reviewed-4" / TAGGER_FILE).touch()
    assert switch(client, "reviewed-4").json()["model"] == "reviewed-4"


@pytest.mark.parametrize(
    ("named", "reads", "refused"),
    [
        ('{"model": "broken", "previous": "reviewed-1"}', "reviewed-1", "broken"),
        ('{"model": "reviewed-9", "previous": "broken"}', MODEL, "reviewed-9"),
        ("{", MODEL, "served.json"),
    ],
)
def test_at_the_start_the_model_before_takes_the_place_of_one_that_cannot_be_used(
    tmp_path, folder, caplog, named, reads, refused
):
    models = tmp_path / "models"
    shutil.copytree(folder, models)
    (models / "served.json").write_text(named)
    with (
        scripted_service(tmp_path / "data", models=models) as service,
        client_of(service) as client,
    ):
        client.headers["Authorization"] = bearer(service, "all", Role.ADMIN)
        assert model_of(client, "first") == reads
        serving = service.models.state.serving
        (said,) = [one for one in caplog.messages if one.startswith("the model is")]
        assert said.startswith(f"the model is {serving}: {refused} cannot be used: ")
        assert client.get("/v1/model").json()["refused"].startswith(f"{refused}: ")
        ready = client.get("/readyz")
        told = f"{refused} cannot be used: the model is {serving}"
        assert (ready.status_code, ready.json()) == (200, {"status": told})
        assert "receipts_model_refused 1.0" in client.get("/metrics").text
        # Another is named: rolling back leads to the one that has read.
        mended = switch(client, "reviewed-2").json()
        assert (mended["model"], mended["previous"]) == ("reviewed-2", serving)
        assert client.get("/readyz").json() == {"status": "ok"}
        assert "receipts_model_refused 0.0" in client.get("/metrics").text


def test_a_service_does_not_start_if_no_model_can_be_used(tmp_path):
    """The error is that of the model that is named."""
    models = tmp_path / "models"
    models.mkdir()
    (models / "served.json").write_text('{"model": "reviewed-9"}')
    settings = ServiceSettings(data=tmp_path / "data", models=models)
    with (
        pytest.raises(ConfigError, match="no model 'reviewed-9'"),
        running_service(settings, ExtractConfig(workers=1), unusable_extractor),
    ):
        pass


def test_without_a_folder_of_models_it_cannot_be_switched(tmp_path):
    with scripted_service(tmp_path) as service, client_of(service) as client:
        client.headers["Authorization"] = bearer(service, "all", Role.ADMIN)
        assert client.get("/v1/model").json()["available"] == []
        assert "without --models" in problem(switch(client, "rules"))["detail"]


def wait_until_settled(service: Service) -> None:
    deadline = time.monotonic() + SECONDS
    while not service.models.has_settled():
        assert time.monotonic() < deadline
        time.sleep(0.05)
