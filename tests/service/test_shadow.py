"""A candidate reads beside the served model, and changes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from services import client_of, post
from shadow_fakes import BLIND, BROKEN, DYING, named_extractor
from sqlalchemy import select
from stored import finish, lease, record
from stored import post as posted

from pipeline.config import ExtractConfig
from pipeline.registry.compare import Pair, on_shadow
from pipeline.registry.shadowed import ShadowModel, write_shadow
from pipeline.service.parts import running_service
from pipeline.service.service import Service
from pipeline.service.settings import ServiceSettings
from pipeline.service.store import shadow
from pipeline.service.store.database import Database
from pipeline.service.store.receipts import delete_receipt, receipt_of
from pipeline.service.store.tables import ShadowRow
from pipeline.tagging.names import DEFAULT_MODEL, TAGGER_FILE

SECONDS = 120


def picture(number: int) -> bytes:
    """One that the fake engine reads; each is a file of its own."""
    content = BytesIO()
    Image.new("RGB", (100 + number, 100), "white").save(content, "PNG")
    return content.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models."""
    models = tmp_path_factory.mktemp("models")
    for name in (BLIND, DYING, BROKEN):
        (models / name).mkdir()
        (models / name / TAGGER_FILE).touch()
    return models


@pytest.fixture(scope="module")
def service(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = ServiceSettings(data=tmp_path_factory.mktemp("data"), models=folder)
    extraction = ExtractConfig(workers=1, timeout=60, memory_limit=4000)
    with running_service(settings, extraction, named_extractor) as running:
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Any]:
    with client_of(service) as opened:
        yield opened


def rows(database: Database, model: str) -> list[ShadowRow]:
    with database.reading() as session:
        return list(session.scalars(select(ShadowRow).where(ShadowRow.model == model)))


def wait_for(service: Service, model: str, count: int) -> list[ShadowRow]:
    until = time.monotonic() + SECONDS
    while len(found := rows(service.database, model)) < count:
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def read_one(client: Any, number: int) -> dict[str, Any]:
    answer = post(client, picture(number), params={"wait": 60})
    assert answer.status_code == 200, answer.text
    return answer.json()["files"][0]["receipts"][0]


def accept(client: Any, receipt: dict[str, Any], **fields: Any) -> None:
    change = {"accepted": True, "fields": fields}
    answer = client.patch(f"/v1/receipts/{receipt['id']}", json=change, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text


def test_both_readings_of_reviewed_receipts_are_compared(
    client: Any, service: Service, folder: Path, tmp_path: Path
) -> None:
    before = read_one(client, 0)
    assert rows(service.database, BLIND) == []
    write_shadow(folder, ShadowModel(model=BLIND, share=1))
    try:
        time.sleep(1)  # files of the second in which it began may have been read before
        receipts = [read_one(client, number) for number in (1, 2)]
        assert {one["record"]["model"] for one in receipts} == {"served"}
        assert {one["record"]["total"]["value"] for one in receipts} == {12.5}
        wait_for(service, BLIND, 2)
    finally:
        write_shadow(folder, None)
    accept(client, before)
    accept(client, receipts[0])
    accept(client, receipts[1], total={"value": 13.5})
    assert 'receipts_shadow_files_total{state="done"} 2.0' in client.get("/metrics").text

    exported = client.get("/v1/shadow", params={"model": BLIND})
    assert exported.headers["content-type"].startswith("application/jsonl")
    lines = exported.text.splitlines()
    assert len(lines) == 2
    path = tmp_path / "shadow.jsonl"
    path.write_text(exported.text)
    found = on_shadow(path, Pair("served", BLIND, DEFAULT_MODEL, DEFAULT_MODEL))
    name, total = (found.verdict.figures[f"fields.{one}"] for one in ("merchant_name", "total"))
    assert (name.served, name.candidate) == (1, 0)
    assert (total.served, total.candidate) == (0.5, 0.5)  # which its key word tells, too
    assert found.verdict.worse[0].startswith("compared on 2 receipts")
    assert client.get("/v1/shadow", params={"model": "nobody"}).text == ""
    assert client.get("/v1/shadow").status_code == 422


@pytest.mark.parametrize("model", [DYING, BROKEN])
def test_a_candidate_that_fails_harms_nobody(
    client: Any, service: Service, folder: Path, model: str
) -> None:
    write_shadow(folder, ShadowModel(model=model, share=1))
    try:
        time.sleep(1)
        receipt = read_one(client, 3 if model == DYING else 4)
        assert receipt["record"]["status"] == "ok"
        if model == DYING:
            (row,) = wait_for(service, model, 1)
            assert row.seconds is None
        assert read_one(client, 5 if model == DYING else 6)["record"]["model"] == "served"
    finally:
        write_shadow(folder, None)


def finished(database: Database, text: str) -> list[str]:
    """The ids of two records of a file."""
    posted(database, text)
    leased = lease(database)
    assert leased is not None
    ids = finish(database, leased, record(), record())
    assert ids is not None
    return ids


def test_a_share_of_the_files_is_read_once_each_the_newest_first(database: Database) -> None:
    for number in range(40):
        finished(database, f"file {number}")
    read = {}
    for share in (0.5, 1.0):
        seen = []
        while True:
            with database.writing() as session:
                file = shadow.next_unread(session, f"m{share}", share, since=0)
                if file is None:
                    break
                shadow.keep(session, file.id, f"m{share}", [record()], 0.1)
                seen.append(file.id)
        assert len(seen) == len(set(seen))
        read[share] = seen
    assert 10 < len(read[0.5]) < 30
    assert read[0.5] == [one for one in read[1.0] if one in set(read[0.5])]
    with database.reading() as session:
        assert shadow.next_unread(session, "new", 1, since=time.time() + 60) is None


def test_shadow_records_are_deleted_with_what_they_are_of(database: Database) -> None:
    ids = finished(database, "file")
    with database.writing() as session:
        file = shadow.next_unread(session, "m", 1, since=0)
        assert file is not None
        for _ in range(2):  # another server has read it, too
            shadow.keep(session, file.id, "m", [record(), record()], 0.1)
        shadow.keep(session, "0" * 32, "m", [record()], 0.1)  # deleted meanwhile
    assert len(rows(database, "m")) == 2
    for left, receipt_id in ((1, ids[0]), (0, ids[1])):
        with database.writing() as session:
            row = receipt_of(session, "default", receipt_id)
            assert row is not None
            delete_receipt(session, row)
        assert len(rows(database, "m")) == left
