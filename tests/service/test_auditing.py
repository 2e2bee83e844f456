"""Each record is audited: findings, verdicts, corrections, deletion; on both databases."""

from __future__ import annotations

from typing import Any

from audits import audit, bill, rules
from sqlalchemy import text
from stored import TENANT, finish, lease, read
from stored import post as posted

from pipeline.audit.state.database import open_state
from pipeline.service.store import findings
from pipeline.service.store.database import Database, now
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
