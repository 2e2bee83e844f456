"""Corrections of records, and taking them back."""

from __future__ import annotations

import json

import pytest
from services import problem, read_one


def test_a_correction_is_checked_and_noted(client):
    receipt = read_one(client)
    address = f"/v1/receipts/{receipt['id']}"
    change = {
        "fields": {"subtotal": {"value": 10}, "tax": {"value": 2.5}, "total": {"value": 12.5}},
        "items": [{"description": {"value": "Tea"}, "total": {"value": 10}}],
        "accepted": True,
    }
    answer = client.patch(address, json=change, headers={"If-Match": '"1"'})
    assert answer.headers["etag"] == '"2"'
    after = answer.json()
    assert after["accepted"]
    assert after["record"]["total"]["confidence"] == 1
    assert [check["ok"] for check in after["record"]["checks"]] == [True, True]
    changes = client.get(f"{address}/changes").json()["changes"]
    assert {one["field"] for one in changes} == {"subtotal", "tax", "total", "items", "accepted"}
    assert {one["changed_by"] for one in changes} == {"all"}
    stale = client.patch(address, json={"fields": {}}, headers={"If-Match": '"1"'})
    assert problem(stale)["status"] == 412
    assert problem(client.patch(address, json={}))["status"] == 428
    gone = client.patch(address, json={"fields": {"tax": None}}, headers={"If-Match": '"2"'}).json()
    assert gone["record"]["tax"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"fields": {"total": {"value": "12"}}},
        {"fields": {"total": {"value": 1e300}}},
        {"fields": {"time": {"value": "25:00"}}},
        {"fields": {"date": {"value": 20240101}}},
        {"fields": {"nonsense": {"value": "x"}}},
        {"items": [{"total": {"value": 1, "boxes": [[0, 0, -1, 1]]}}]},
        {"fields": {"total": {"value": 1, "boxes": [[0, 0, 1, 1]], "pages": [1, 1]}}},
        {"fields": {"total": {"value": 1, "pages": [1]}}},
        {"items": [{"total": {"value": 1, "boxes": [[0, 0, 1, 1]], "pages": [1.5]}}]},
        {"extra": {"litres": {"type": "quantity", "value": "many"}}},
        {"extra": {"litres": {"value": 1}}},
        {"extra": {"": {"type": "text", "value": "x"}}},
        {"accepted": "yes"},
        [],
    ],
)
def test_wrong_corrections_are_refused(client, body):
    address = f"/v1/receipts/{'0' * 32}"
    answer = client.patch(address, content=json.dumps(body), headers={"If-Match": '"1"'})
    assert problem(answer)["status"] == 422
    assert problem(answer)["errors"]


def test_a_change_is_taken_back_with_its_evidence(client):
    before = read_one(client, "revert")
    address = f"/v1/receipts/{before['id']}"
    body = {"fields": {"total": {"value": 1}}, "accepted": True}
    changed = client.patch(address, json=body, headers={"If-Match": '"1"'})
    assert (changed.json()["accepted"], changed.headers["etag"]) == (True, '"2"')
    back = client.post(f"{address}/revert", json={"version": 2}, headers={"If-Match": '"2"'})
    assert back.json()["record"]["total"] == before["record"]["total"]
    assert (back.json()["accepted"], back.json()["version"]) == (False, 3)
    assert back.json()["record"]["needs_review"]
    again = client.post(f"{address}/revert", json={"version": 2}, headers={"If-Match": '"2"'})
    assert problem(again)["status"] == 412
    missing = client.post(f"{address}/revert", json={"version": 9}, headers={"If-Match": '"3"'})
    assert problem(missing)["status"] == 404
    assert client.get(f"{address}/words").json() == {"words": []}


def test_whole_numbers_may_have_a_point(client):
    """As JSON Schema has it."""
    receipt = read_one(client, "whole")
    address = f"/v1/receipts/{receipt['id']}"
    there = {"value": 1, "boxes": [[0, 0, 1, 1]], "pages": [1.0]}
    changed = client.patch(address, json={"fields": {"tip": there}}, headers={"If-Match": '"1"'})
    assert changed.json()["record"]["tip"]["pages"] == [1]
    headers = {"If-Match": '"2"', "Content-Type": "application/json"}
    back = client.post(f"{address}/revert", content='{"version": 2.0}', headers=headers)
    assert back.json()["record"]["tip"] is None
    half = client.post(f"{address}/revert", content='{"version": 2.5}', headers=headers)
    assert problem(half)["status"] == 422


def test_a_value_is_on_a_page_of_the_receipt(client):
    receipt = read_one(client, "page")
    elsewhere = {"value": 1, "boxes": [[0, 0, 1, 1]], "pages": [2]}
    for body in (
        {"fields": {"tip": elsewhere}},
        {"items": [{"total": elsewhere}]},
        {"extra": {"litres": {**elsewhere, "type": "quantity"}}},
    ):
        answer = client.patch(
            f"/v1/receipts/{receipt['id']}", json=body, headers={"If-Match": '"1"'}
        )
        assert problem(answer)["status"] == 422
        assert "pages [1]" in answer.json()["detail"]


def test_fields_of_custom_labels_are_corrected_and_taken_back(client):
    receipt = read_one(client, "custom")
    address = f"/v1/receipts/{receipt['id']}"

    def change(version: int, **extra: object) -> dict[str, object]:
        headers = {"If-Match": f'"{version}"'}
        return client.patch(address, json={"extra": extra}, headers=headers).json()["record"]

    box = [[0, 0, 1, 1]]
    after = change(
        1,
        loyalty_number={"type": "code", "value": "47 11", "boxes": box},
        litres={"type": "quantity", "value": 41.5},
        expires={"type": "date", "value": "2026-01-31"},
    )
    assert after["extra"]["loyalty_number"] == {
        "type": "code",
        "value": "47 11",
        "text": "47 11",
        "confidence": 1.0,
        "boxes": box,
    }
    assert after["extra"]["litres"]["value"] == 41.5
    assert after["extra"]["expires"]["value"] == "2026-01-31"
    # A new value keeps the boxes; null removes a field; others stay.
    after = change(2, loyalty_number={"type": "code", "value": "4711"}, litres=None)
    assert after["extra"].keys() == {"loyalty_number", "expires"}
    assert after["extra"]["loyalty_number"]["boxes"] == box
    changes = client.get(f"{address}/changes").json()["changes"]
    assert [one["field"] for one in changes if one["version"] == 3] == [
        "extra.loyalty_number",
        "extra.litres",
    ]
    back = client.post(f"{address}/revert", json={"version": 3}, headers={"If-Match": '"3"'})
    assert back.json()["record"]["extra"]["litres"]["value"] == 41.5
    assert back.json()["record"]["extra"]["loyalty_number"]["value"] == "47 11"
    first = client.post(f"{address}/revert", json={"version": 2}, headers={"If-Match": '"4"'})
    assert first.json()["record"]["extra"] == {}


def test_corrections_of_custom_labels_are_counted(client):
    receipt = read_one(client, "counted")
    change = {"extra": {"loyalty_number": {"type": "code", "value": "4711"}}, "accepted": True}
    address = f"/v1/receipts/{receipt['id']}"
    assert client.patch(address, json=change, headers={"If-Match": '"1"'}).status_code == 200
    rows = client.get("/numbers").text.split("What reviewers corrected")[1].split("<tr>")
    (row,) = [row for row in rows if "Loyalty number" in row]
    assert "100 %" in row
