"""Findings of posted pictures by the API, and the process that looks at the pictures."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import time
from collections.abc import Iterator
from typing import Any

import pytest
from audited import sale
from services import bearer, client_of, picture, picture_service, post, problem

from pipeline.audit.seen import Seen
from pipeline.documents.limits import ImageLimits
from pipeline.errors import ConfigError
from pipeline.service.audit.looking import Looking
from pipeline.service.service import Service
from pipeline.service.store.keys import Role

SECONDS = 60


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service; what is posted is a picture that the fake engine reads."""
    with picture_service(tmp_path_factory.mktemp("data"), policy="us-company") as running:
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Any]:
    with client_of(service) as opened:
        opened.headers["Authorization"] = bearer(service, "all", Role.ADMIN)
        yield opened


def audited_findings(client: Any, receipt_id: str) -> list[dict[str, Any]]:
    """The findings, once the audit has seen the record."""
    until = time.monotonic() + SECONDS
    while True:
        answer = client.get(f"/v1/receipts/{receipt_id}/findings").json()
        if answer["state"] == "done":
            return list(answer["findings"])
        assert answer["state"] == "waiting"
        assert time.monotonic() < until
        time.sleep(0.1)


def test_findings_are_judged_by_the_api(client, service):
    jobs = [post(client, picture(shade), params={"wait": 60}).json() for shade in (10, 200)]
    first, second = (one["files"][0]["receipts"][0]["id"] for one in jobs)
    assert "duplicate-picture" not in [one["rule"] for one in audited_findings(client, first)]
    (found,) = [
        one for one in audited_findings(client, second) if one["rule"].startswith("duplicate-")
    ]
    assert [one["id"] for one in found["receipts"]] == [second, first]
    assert found["receipts"][0]["path"] == "0.pdf"
    assert found["look_at"][0]["box"][2] > 0
    flagged = client.get("/v1/receipts", params={"flagged": True}).json()["receipts"]
    assert second in [one["id"] for one in flagged]
    address = f"/v1/receipts/{second}/findings/{found['id']}/label"
    answer = client.put(address, json={"label": "harmless"}).json()
    assert {one["id"]: one["label"] for one in answer["findings"]}[found["id"]] == "harmless"
    lines = client.get("/v1/findings").text.splitlines()
    assert {json.loads(line)["id"]: json.loads(line)["label"] for line in lines}[
        found["id"]
    ] == "harmless"
    rows = csv.DictReader(io.StringIO(client.get("/v1/findings", params={"format": "csv"}).text))
    assert {row["id"]: row["label"] for row in rows}[found["id"]] == "harmless"
    assert problem(client.put(address, json={"label": "wrong"}))["status"] == 422
    unknown = f"/v1/receipts/{second}/findings/{'0' * 12}/label"
    assert problem(client.put(unknown, json={"label": "right"}))["status"] == 404
    reader = {"Authorization": bearer(service, "reader", Role.READ)}
    assert problem(client.put(address, json={"label": None}, headers=reader))["status"] == 403
    stranger = {"Authorization": bearer(service, "stranger", Role.ADMIN, tenant="other")}
    assert client.get(f"/v1/receipts/{second}/findings", headers=stranger).status_code == 404
    assert client.put(address, json={"label": None}, headers=stranger).status_code == 404
    assert client.get("/v1/findings", headers=stranger).text == ""


def test_a_file_that_ends_the_process_is_seen_as_nothing(tmp_path):
    page = tmp_path / "page.png"
    page.write_bytes(picture(10, "PNG"))
    record = sale("page.png")
    others = multiprocessing.active_children()
    with Looking(ImageLimits()) as looking:
        assert looking.look(str(page), record).picture is not None
        assert looking.look(str(tmp_path / "missing.png"), record) == Seen()
        (process,) = [one for one in multiprocessing.active_children() if one not in others]
        process.kill()
        assert looking.look(str(page), record) == Seen()
        assert looking.look(str(page), record).picture is not None


def test_an_unknown_policy_ends_the_start(tmp_path):
    with (
        pytest.raises(ConfigError, match="us-company"),
        picture_service(tmp_path, policy="us-compani"),
    ):
        pass
