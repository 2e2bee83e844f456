"""Claims in the service: its rules find what they find in the command; on both databases."""

from __future__ import annotations

import json
from typing import Any

import pytest
from audits import audit, bill, rules
from services import bearer, problem, read_one
from stored import TENANT, finish, lease, offered

from pipeline.audit.receipts import Claim
from pipeline.audit.records.claims import parse_claims
from pipeline.receipt import Receipt
from pipeline.service.store import claims, findings
from pipeline.service.store.accepting import Posted, accept
from pipeline.service.store.database import Database, now
from pipeline.service.store.keys import Role
from pipeline.service.store.receipts import delete_older, delete_receipt, locked

COLUMNS = "path,person,amount,currency,trip,approved_by"


def read(database: Database, name: str, record: Receipt, tenant: str = TENANT) -> str:
    """Post and read a file of that name; the id of its record."""
    with database.writing() as session:
        files = [offered(f"{tenant} {name}", name)]
        accept(session, Posted(tenant, "tester", files), queue_limit=10)
    (found,) = finish(database, lease(database), record)
    return found


def enter(database: Database, *rows: str, tenant: str = TENANT) -> None:
    given = list(parse_claims([COLUMNS, *rows], "claims.csv"))
    with database.writing() as session:
        claims.enter_claims(session, tenant, given, "ann")


def entered(database: Database, tenant: str = TENANT) -> list[tuple[str, str | None, list[str]]]:
    """Path, person and records of each claim."""
    with database.reading() as session:
        found = claims.listed_claims(session, tenant, 0, 99)
    return [(claim.path, claim.person, records) for _, claim, records in found]


def test_a_claim_above_the_receipt_before_and_after_it_is_read(database, auditing):
    enter(database, "a.jpg,Ann,500,EUR,,")
    first = read(database, "a.jpg", bill("a.jpg"))
    second = read(
        database, "b.jpg", bill("b.jpg", total=9.9, receipt_number="B-1", time="18:00:00")
    )
    audit(auditing)
    assert rules(database, first) == ["claim-above-receipt"]
    assert rules(database, second) == []
    enter(database, f"{second},Bob,10,EUR,,")
    audit(auditing)
    assert rules(database, first) == rules(database, second) == ["claim-above-receipt"]
    with database.reading() as session:
        (found,) = findings.findings_of(session, second)
    assert found.person == "Bob"
    assert "9.90" in found.reason


def test_a_bill_that_several_claim(database, auditing):
    first = read(database, "a.jpg", bill("a.jpg"))
    enter(database, "a.jpg,Ann,300,EUR,,", "a.jpg,Bob,300,EUR,,")
    audit(auditing)
    assert rules(database, first) == ["claimed-by-several"]
    enter(database, "a.jpg,Ann,200,EUR,,", "a.jpg,Bob,212.50,EUR,,")  # instead of the others
    audit(auditing)
    assert rules(database, first) == []
    assert [person for _, person, _ in entered(database)] == ["Ann", "Bob"]


def test_limits_per_person_follow_changed_claims(database, open_audit, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "{name: strict, currency: EUR, limits: [{name: per-day, per: [person, day], at_most: 100,"
        " action: Pay up to the limit., severity: low}], rules: [{name: approval,"
        " when: '!has(claim.approved_by)', reason: Nobody approved it., action: Ask.,"
        " severity: low}]}"
    )
    auditing = open_audit(policy=str(policy))
    lunch = bill("a.jpg", total=80, receipt_number="A-1", time="12:00:00")
    dinner = bill("b.jpg", total=70, receipt_number="B-9", time="20:00:00", merchant_name="Diner")
    first, second = read(database, "a.jpg", lunch), read(database, "b.jpg", dinner)
    enter(database, "a.jpg,Ann,,,,Cem", "b.jpg,Ann,,,,")
    audit(auditing)
    assert rules(database, first) == []
    assert rules(database, second) == ["approval", "per-day"]
    enter(database, "a.jpg,Bob,,,,Cem")  # the second is judged again, though nothing of it changed
    audit(auditing)
    assert rules(database, second) == ["approval"]


def test_claims_without_a_record_are_findings_at_the_end(database, auditing):
    read(database, "a.jpg", bill("a.jpg"))
    enter(database, "a.jpg,Ann,412.50,EUR,,", "lost.jpg,Bob,70,EUR,,")
    enter(database, "other.jpg,Eve,1,EUR,,", tenant="other")
    audit(auditing)
    with database.reading() as session:
        (found,) = findings.all_findings(session, TENANT)
    assert (found.rule, found.person, found.receipts[0].path) == (
        "claim-without-receipt",
        "Bob",
        "lost.jpg",
    )
    assert "70.00 EUR are claimed" in found.reason


def test_a_claim_for_one_page(database):
    first = read(database, "a.jpg", bill("a.jpg"))
    with database.writing() as session:
        given = [Claim("a.jpg", page=1, person="Ann"), Claim("a.jpg", page=2, person="Bob")]
        claims.enter_claims(session, TENANT, given, "ann")
    assert entered(database) == [("a.jpg", "Ann", [first]), ("a.jpg", "Bob", [])]


def test_one_amount_for_the_receipts_of_a_file(database, auditing):
    lunch = bill("a.pdf", total=80)
    dinner = bill("a.pdf", total=70, receipt_number="B-9", time="20:00:00")
    dinner = dinner.model_copy(update={"source": dinner.source.model_copy(update={"page": 2})})
    with database.writing() as session:
        accept(session, Posted(TENANT, "tester", [offered("a", "a.pdf")]), queue_limit=10)
    first, second = finish(database, lease(database), lunch, dinner)
    for amount, found in (("150", []), ("151", ["claim-above-receipt"]), ("80", [])):
        enter(database, f"a.pdf,Ann,{amount},EUR,,")
        audit(auditing)
        assert rules(database, first) == found
        assert rules(database, second) == []


def test_claims_of_other_tenants_concern_nobody_else(database, auditing):
    first = read(database, "a.jpg", bill("a.jpg"))
    second = read(database, "b.jpg", bill("b.jpg"), tenant="other")
    enter(database, "a.jpg,Eve,500,EUR,,", f"{first},Eve,500,EUR,,", tenant="other")
    enter(database, "b.jpg,Ann,500,EUR,,")
    audit(auditing)
    assert rules(database, first) == rules(database, second) == []
    assert entered(database, "other") == [("a.jpg", "Eve", []), (first, "Eve", [])]


def test_what_is_claimed_meanwhile_stays_due(database):
    first = read(database, "a.jpg", bill("a.jpg"))
    with database.reading() as session:
        seen = findings.due(session, 9)
    enter(database, "a.jpg,Ann,500,EUR,,")
    for is_due in (True, False):
        with database.writing() as session:
            findings.keep_findings(session, {first: []}, seen)
        with database.reading() as session:
            seen = findings.due(session, 9)
        assert bool(seen) == is_due


def test_claims_are_deleted_with_their_records(database):
    first, second = read(database, "a.jpg", bill("a.jpg")), read(database, "b.jpg", bill("b.jpg"))
    enter(database, "a.jpg,Ann,,,,", f"{first},Ann,,,,", "b.jpg,Bob,,,,", "later.jpg,Cem,,,,")
    with database.writing() as session:
        delete_receipt(session, locked(session, TENANT, first))
    assert entered(database) == [("b.jpg", "Bob", [second]), ("later.jpg", "Cem", [])]
    with database.writing() as session:
        delete_older(session, now() + 60)
    assert entered(database) == []


def sent(client: Any, content: bytes | str) -> Any:
    return client.post("/v1/claims", files={"claims": ("march.csv", content)})


def test_claims_by_the_api(client, service):
    receipt = read_one(client)["id"]
    name = "0.pdf"
    rows = f"\ufeffpath,person,amount,project\r\n{name},Ann,12.5,X1\r\nlost.jpg,Bob,,\r\n"
    assert sent(client, rows).json() == {"entered": 2, "without_receipt": 1}
    assert sent(client, rows).json() == {"entered": 2, "without_receipt": 1}  # the same again
    first = client.get("/v1/claims", params={"limit": 1}).json()
    second = client.get("/v1/claims", params={"cursor": first["next"]}).json()
    assert [one["receipts"] for one in first["claims"] + second["claims"]] == [[receipt], []]
    assert (first["claims"][0]["amount"], first["claims"][0]["other"]) == (
        "12.5",
        {"project": "X1"},
    )
    assert second["next"] is None
    lines = [json.loads(line) for line in client.get("/v1/findings").text.splitlines()]
    assert [one["rule"] for one in lines] == ["claim-without-receipt"]
    stranger = {"Authorization": bearer(service, "stranger", Role.ADMIN, tenant="other")}
    assert client.get("/v1/claims", headers=stranger).json()["claims"] == []
    gone = {"params": {"path": "lost.jpg"}}
    assert client.delete("/v1/claims", **gone, headers=stranger).status_code == 404
    assert client.delete("/v1/claims", **gone).json() == {"deleted": 1}
    assert problem(client.delete("/v1/claims", **gone))["status"] == 404
    reader = {"Authorization": bearer(service, "reader", Role.READ)}
    refused = client.post("/v1/claims", files={"claims": ("a.csv", rows)}, headers=reader)
    assert problem(refused)["status"] == 403


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("person\nAnn\n", "march.csv: no column 'path'"),
        ("path,amount\na.jpg,12\nb.jpg,much\n", "march.csv, line 3: amount must be an amount"),
        ("path,amount\na.jpg,1e13\n", "amount must be an amount"),
        ("path,submitted\na.jpg,31.3.2026\n", "submitted must be a date such as 2026-03-31"),
        ("path,person\n,Ann\n", "the column 'path' is empty"),
        ("path,person\na.jpg,A\0nn\n", "not a text"),
        (f"path\n{'x' * 1001}\n", "a path has more than 1000 characters"),
        (b"path,person\na.jpg,J\xf6rg\n", "not UTF-8"),
        (f"path,person\na.jpg,{'x' * 200_000}\n", "not CSV"),
    ],
)
def test_a_wrong_row_enters_nothing(client, content, says):
    answer = problem(sent(client, content))
    assert answer["status"] == 422
    assert says in answer["detail"]
    assert client.get("/v1/claims").json()["claims"] == []
