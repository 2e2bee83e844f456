"""Each record is audited: findings, verdicts, corrections, deletion; on both databases."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from audits import audit, bill, rules
from PIL import Image
from services import bearer, client_of, post, problem
from sqlalchemy import text
from test_store import finish, lease, read
from test_store import post as posted
from worded_fakes import fake_extractor_of_words

from pipeline.audit.seen import Seen
from pipeline.audit.state.database import open_state
from pipeline.config import ExtractConfig
from pipeline.documents.limits import ImageLimits
from pipeline.errors import ConfigError
from pipeline.service.audit.looking import Looking
from pipeline.service.parts import running_service
from pipeline.service.service import Service
from pipeline.service.settings import ServiceSettings
from pipeline.service.store import findings
from pipeline.service.store.database import Database, now
from pipeline.service.store.keys import Role
from pipeline.service.store.receipts import (
    FieldChange,
    Filter,
    change,
    delete_older,
    delete_receipt,
    listed,
    locked,
)
from pipeline.service.store.review_queue import View, counts, queued
from pipeline.service.store.turn import Turn

TENANT = "default"
SECONDS = 60


def two_bills(database: Database) -> tuple[str, str]:
    return read(database, "a", bill("a.jpg")), read(database, "b", bill("b.jpg"))


def test_a_record_is_compared_with_those_of_its_tenant_before_it(database, auditing):
    first, second = two_bills(database)
    other = read(database, "c", bill("c.jpg", total=9.9, receipt_number="B-1", time="18:00:00"))
    audit(auditing)
    assert rules(database, first) == rules(database, other) == []
    assert rules(database, second) == ["duplicate-picture"]
    with database.reading() as session:
        (found,) = findings.findings_of(session, second)
        assert findings.receipt_ids(found) == [second, first]
        assert "a.jpg" in found.reason
        assert first not in found.reason
        assert {look.receipt for look in found.look_at} == {0, 1}
        assert counts(session, TENANT)[View.FLAGGED] == 1
        (row,) = queued(session, TENANT, View.FLAGGED, None, 9, 0)
        assert row.id == second
        assert [one.id for one in listed(session, TENANT, Filter(flagged=True), 0, 9)] == [second]
        assert not findings.due(session, 9)


def test_a_corrected_record_is_audited_again(database, auditing):
    first, second = two_bills(database)
    audit(auditing)
    with database.writing() as session:
        row = locked(session, TENANT, first)
        after = bill("a.jpg", total=18.2, receipt_number="C-9", time="09:10:00", date="2026-02-01")
        change(session, row, after, False, [FieldChange("total", "1", "2")], "ann")
    audit(auditing)
    # That of the other one is gone as well: nothing is like it any more.
    assert rules(database, first) == rules(database, second) == []
    with database.reading() as session:
        assert counts(session, TENANT)[View.FLAGGED] == 0
    assert auditing._looking.looked == 3


def test_verdicts_stay_and_recalibrate(database, auditing):
    _first, second = two_bills(database)
    audit(auditing)
    with database.writing() as session:
        (found,) = findings.findings_of(session, second)
        row = locked(session, TENANT, second)
        findings.judge(session, row, found, "harmless", "ann")
    with database.reading() as session:
        (shown,) = findings.labelled(session, TENANT, findings.findings_of(session, second))
        assert shown.label == "harmless"
        assert shown.score < found.score
        assert list(findings.all_findings(session, TENANT)) == [shown]
        assert list(findings.all_findings(session, "another")) == []
        assert findings.labelled(session, "another", [found])[0].score == found.score
        assert counts(session, TENANT)[View.FLAGGED] == 0
    with database.writing() as session:
        findings.make_due(session, [second])
    audit(auditing)
    with database.reading() as session:
        assert findings.labelled(session, TENANT, findings.findings_of(session, second)) == [shown]
        assert counts(session, TENANT)[View.FLAGGED] == 0
    with database.writing() as session:
        findings.judge(session, locked(session, TENANT, second), found, None, "ann")
    with database.reading() as session:
        assert findings.labelled(session, TENANT, [found]) == [found]
        assert counts(session, TENANT)[View.FLAGGED] == 1


def test_deleted_records_are_forgotten(database, auditing):
    first, second = two_bills(database)
    audit(auditing)
    with database.writing() as session:
        (found,) = findings.findings_of(session, second)
        findings.judge(session, locked(session, TENANT, second), found, "right", "ann")
        delete_receipt(session, locked(session, TENANT, first))
    assert rules(database, second) == []  # at once: it names the deleted one
    audit(auditing, again=True)
    assert rules(database, second) == []
    with database.reading() as session:
        assert counts(session, TENANT)[View.FLAGGED] == 0
    with open_state(auditing._state_of(TENANT)) as state:
        keys = [key for (key,) in state.execute("SELECT key FROM receipts")]
        assert [key.partition("/")[0] for key in keys] == [second]
    with database.writing() as session:
        delete_older(session, now() + 60)
    with database.reading() as session:
        for table in ("findings", "verdicts", "audit_seen", "receipts"):
            assert session.scalar(text(f"select count(*) from {table}")) == 0, table
    audit(auditing, again=True)
    assert list((auditing._folder).iterdir()) == []


def test_a_memory_that_is_lost_is_made_again(database, open_audit, auditing):
    _first, second = two_bills(database)
    audit(auditing)
    auditing._turn.end()
    other = open_audit("other")
    audit(other)
    assert other._looking.looked == 0  # what was seen is in the database
    third = read(database, "c", bill("c.jpg", merchant_name="Blue Cafe GmbH"))
    audit(other)
    assert rules(database, second) == ["duplicate-picture"]
    assert rules(database, third) == ["duplicate-purchase"]  # in other words


def test_another_policy_judges_all_anew(database, tmp_path, open_audit, auditing):
    first, second = two_bills(database)
    audit(auditing)
    auditing._turn.end()
    strict = tmp_path / "strict.yaml"
    strict.write_text(
        "{name: strict, currency: EUR, rules: [{name: large, when: receipt.amount > 400.0,"
        ' reason: "{receipt.total} is much.", action: Ask., severity: low}]}'
    )
    other = open_audit(policy=str(strict))
    audit(other)
    assert rules(database, first) == ["large"]
    assert rules(database, second) == ["duplicate-picture", "large"]


def test_tenants_are_not_compared(database, auditing):
    first = read(database, "a", bill("a.jpg"))
    posted(database, "b", tenant="other")
    (second,) = finish(database, lease(database), bill("b.jpg"))
    audit(auditing)
    assert rules(database, first) == rules(database, second) == []


def test_a_record_that_a_rule_cannot_take_holds_up_nothing(database, auditing, caplog):
    def broken(receipt: Any, _context: Any) -> Any:
        if receipt.number == 1:
            raise ValueError("secret name")
        return ()

    auditing._rules = (broken, *auditing._rules)
    first, second = two_bills(database)
    audit(auditing)
    assert rules(database, first) == []
    assert rules(database, second) == ["duplicate-picture"]
    assert "a rule cannot judge a record: ValueError" in caplog.text
    assert "secret" not in caplog.text


def test_a_record_that_cannot_be_compared_holds_up_nothing(database, auditing, caplog):
    huge = read(database, "a", bill("a.jpg", total=10**30))
    second = read(database, "b", bill("b.jpg"))
    audit(auditing)
    assert rules(database, huge) == rules(database, second) == []
    assert "a record cannot be entered: InvalidOperation" in caplog.text
    with database.reading() as session:
        assert not findings.due(session, 9)


def test_one_of_several_servers_audits(postgresql):
    database = Database(postgresql)
    one, other = Turn(database, 5), Turn(database, 5)
    assert one.is_mine()
    assert one.is_mine()
    assert not other.is_mine()
    one.end()
    assert other.is_mine()
    other.end()
    database.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service; what is posted is a picture that the fake engine reads."""
    settings = ServiceSettings(data=tmp_path_factory.mktemp("data"), policy="us-company")
    extraction = ExtractConfig(workers=1, timeout=60, memory_limit=4000)
    with running_service(settings, extraction, fake_extractor_of_words) as running:
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Any]:
    with client_of(service) as opened:
        opened.headers["Authorization"] = bearer(service, "all", Role.ADMIN)
        yield opened


def drawn(shade: int, kind: str = "JPEG") -> bytes:
    """A picture of which the fake engine reads the same receipt whatever the shade."""
    content = BytesIO()
    page = Image.new("RGB", (200, 100), "white")
    page.paste((shade, shade, 60), (20, 30, 90, 60))
    page.save(content, kind, quality=95)
    return content.getvalue()


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
    jobs = [post(client, drawn(shade), params={"wait": 60}).json() for shade in (10, 200)]
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
    page.write_bytes(drawn(10, "PNG"))
    record = bill("page.png")
    others = multiprocessing.active_children()
    with Looking(ImageLimits()) as looking:
        assert looking.look(str(page), record).picture is not None
        assert looking.look(str(tmp_path / "missing.png"), record) == Seen()
        (process,) = [one for one in multiprocessing.active_children() if one not in others]
        process.kill()
        assert looking.look(str(page), record) == Seen()
        assert looking.look(str(page), record).picture is not None


def test_an_unknown_policy_ends_the_start(tmp_path):
    settings = ServiceSettings(data=tmp_path, policy="us-compani")
    with (
        pytest.raises(ConfigError, match="us-company"),
        running_service(settings, ExtractConfig(workers=1), fake_extractor_of_words),
    ):
        pass
