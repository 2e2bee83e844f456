"""Claims that are posted with their receipts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from audits import audit, bill, rules
from services import bearer, problem, read_one, scripted, serving
from stored import TENANT, finish, lease, offered

from pipeline.audit.receipts import Claim
from pipeline.service.client import ServiceClient
from pipeline.service.connection import ServiceError
from pipeline.service.store import claims
from pipeline.service.store.accepting import KeyReused, Posted, accept
from pipeline.service.store.database import Database, now
from pipeline.service.store.jobs import cancel
from pipeline.service.store.keys import Role
from pipeline.service.store.receipts import delete_older
from pipeline.service.store.tables import FileRow


def posted(database: Database, name: str, claim: Claim | None, key: str | None = None) -> str:
    """Post a file of that name with a claim; the id of the job."""
    with database.writing() as session:
        files = [offered(name, name)]
        return accept(session, Posted(TENANT, "tester", files, key, None, claim), 10).job_id


def of_person(name: str, amount: int | None = None) -> Claim:
    return Claim("any", person=name, amount=None if amount is None else Decimal(amount))


def entered(database: Database) -> list[tuple[str | None, int]]:
    """Person and count of records of each claim."""
    with database.reading() as session:
        found = claims.listed_claims(session, TENANT, 0, 99)
    return [(claim.person, len(records)) for _, claim, records in found]


def missing(database: Database) -> int:
    with database.reading() as session:
        return sum(1 for _ in claims.claims_without_receipt(session, TENANT))


def test_two_people_post_the_same_bill(database, auditing):
    posted(database, "a.jpg", of_person("Ann", 400))
    (found,) = finish(database, lease(database), bill("a.jpg"))
    audit(auditing)
    assert rules(database, found) == []
    posted(database, "a.jpg", of_person("Bob", 300))
    audit(auditing)
    assert rules(database, found) == ["claimed-by-several"]
    posted(database, "a.jpg", of_person("Bob", 12))  # instead of Bob's
    audit(auditing)
    assert rules(database, found) == []
    assert entered(database) == [("Ann", 1), ("Bob", 1)]


def test_the_same_claim_again_changes_nothing(database, auditing):
    posted(database, "a.jpg", of_person("Ann", 400))
    finish(database, lease(database), bill("a.jpg"))
    audit(auditing)
    posted(database, "a.jpg", of_person("Ann", 400))
    assert entered(database) == [("Ann", 1)]
    assert auditing._act() != 0  # nothing is due


def test_a_claim_belongs_to_the_file_and_not_to_its_name(database):
    posted(database, "a.jpg", of_person("Ann"))
    finish(database, lease(database), bill("a.jpg"))
    with database.writing() as session:
        accept(session, Posted(TENANT, "tester", [offered("other bytes", "a.jpg")]), 10)
    (other,) = finish(database, lease(database), bill("a.jpg", total=7))
    assert entered(database) == [("Ann", 1)]
    with database.reading() as session:
        ((_, _, records),) = claims.listed_claims(session, TENANT, 0, 99)
    assert records != [other]


def test_a_receipt_that_is_still_read_is_not_missing(database):
    job = posted(database, "a.jpg", of_person("Ann"))
    assert (entered(database), missing(database)) == ([("Ann", 0)], 0)
    with database.writing() as session:
        cancel(session, TENANT, job)
    assert (entered(database), missing(database)) == ([], 0)


def test_the_claim_is_part_of_what_a_key_repeats(database):
    first = posted(database, "a.jpg", of_person("Ann", 400), key="k")
    assert posted(database, "a.jpg", of_person("Ann", 400), key="k") == first
    with pytest.raises(KeyReused):
        posted(database, "a.jpg", of_person("Ann", 500), key="k")
    assert entered(database) == [("Ann", 0)]


def test_claims_go_with_files_that_are_kept_too_long(database):
    posted(database, "old.jpg", of_person("Ann"))
    finish(database, lease(database), bill("old.jpg"))
    posted(database, "new.jpg", of_person("Bob"))
    finish(database, lease(database), bill("new.jpg"))
    with database.writing() as session:
        claims.enter_claims(session, TENANT, [Claim("old.jpg"), Claim("later.jpg")], "ann")
        session.query(FileRow).filter(FileRow.name == "old.jpg").update({"created_at": 1.0})
        delete_older(session, now() - 60)
    assert entered(database) == [("Bob", 1), (None, 0)]


def test_the_client_posts_a_claim_and_lists_and_deletes_it(client, service):
    key = client.headers["Authorization"].removeprefix("Bearer ")
    said = {"person": "Ann", "amount": "12.50", "currency": "EUR", "project": "X1", "trip": None}
    with serving(service) as address, ServiceClient(address, key) as connection:
        job = connection.submit([("lunch.pdf", scripted("good", "lunch"))], claim=said)
        (receipt,) = connection.wait(job).receipts
        (claim,) = connection.claims_of(receipt.id)
        assert (claim.person, claim.amount, claim.currency) == ("Ann", "12.50", "EUR")
        assert (claim.other, claim.trip) == ({"project": "X1"}, None)
        assert (claim.path, claim.receipts) == (receipt.file_id, [receipt.id])
        assert list(connection.claims()) == [claim]
        assert connection.delete_claims(claim.path) == 1
        assert connection.claims_of(receipt.id) == []
        with pytest.raises(ServiceError, match="amount must be an amount"):
            connection.submit([("b.pdf", scripted("good", "b"))], claim={"amount": "much"})


def send(client: Any, *names: str, **form: str) -> Any:
    files = [("files", (name, scripted("good", name))) for name in names]
    return client.post("/v1/receipts", files=files, data=form)


def test_one_person_claims_several_files(client, service):
    job = send(client, "a.pdf", "b.pdf", person="Ann", trip="Oslo", amount="").json()
    ids = [file["receipts"][0]["id"] for file in job["files"]]
    listed = client.get("/v1/claims").json()["claims"]
    assert [(one["person"], one["trip"], one["receipts"]) for one in listed] == [
        ("Ann", "Oslo", [ids[0]]),
        ("Ann", "Oslo", [ids[1]]),
    ]
    stranger = {"Authorization": bearer(service, "stranger", Role.ADMIN, tenant="other")}
    refused = client.get(f"/v1/receipts/{ids[0]}/claims", headers=stranger)
    assert problem(refused)["status"] == 404
    client.delete(f"/v1/receipts/{ids[0]}")
    assert len(client.get("/v1/claims").json()["claims"]) == 1


def test_a_file_without_a_claim_has_none(client):
    receipt = read_one(client, "unclaimed")
    assert client.get(f"/v1/receipts/{receipt['id']}/claims").json() == {"claims": []}


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"amount": "12,345"}, "amount must be an amount such as 1234.50, not '12,345'"),
        ({"currency": "Euro"}, "currency must be a code such as EUR, not 'Euro'"),
        ({"submitted": "31.3.2026"}, "submitted must be a date such as 2026-03-31"),
        ({"medium": "stone"}, "medium must be paper or electronic, not 'stone'"),
        ({"page": "two"}, "page must be a whole number"),
        ({"other": "[1]"}, "other must be a JSON object of texts"),
        ({"other": '{"project": 7}'}, "other must be a JSON object of texts"),
        ({"other": json.dumps({"person": "Ann"})}, "other: person has a field of its own"),
        ({"other": json.dumps({"project": "\0"})}, "other: not a text"),
        ({"other": json.dumps({"project": "\ud800"})}, "other: not a text"),
    ],
)
def test_a_wrong_claim_is_refused_with_its_file(client, form, says):
    answer = problem(send(client, "wrong.pdf", **form))
    assert answer["status"] == 422
    assert says in answer["detail"]
    assert client.get("/v1/receipts").json()["receipts"] == []


def test_amounts_are_claimed_for_one_file(client):
    answer = problem(send(client, "a.pdf", "b.pdf", person="Ann", amount="5"))
    assert (answer["status"], answer["detail"][:16]) == (422, "amount and page ")
    told = problem(send(client, "a.pdf", person="A" * 201))
    assert told["errors"] == ["body.person: must have at most 200 characters"]
