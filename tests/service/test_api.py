"""The API as a client sees it; files are scripted, the worker process is real."""

from __future__ import annotations

import csv
import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pyarrow.parquet
from services import bearer, post, problem, read_one, scripted

from pipeline.service.routes import submit
from pipeline.service.store.accepting import QueueFull
from pipeline.service.store.keys import Role


def test_a_posted_file_is_answered_with_its_record(client, service):
    answer = post(client, scripted("good"), scripted("raise"))
    assert answer.status_code == 200
    good, bad = answer.json()["files"]
    assert (good["name"], good["state"], good["duplicate"]) == ("0.pdf", "done", False)
    (receipt,) = good["receipts"]
    assert receipt["record"]["source"]["path"] == "0.pdf"
    assert receipt["record"]["total"]["value"] == len(scripted("good")) / 100
    assert bad["receipts"][0]["record"]["status"] == "error"
    assert "the lens fell off" in bad["receipts"][0]["record"]["error"]
    again = client.get(f"/v1/receipts/{receipt['id']}")
    assert again.json() == receipt
    assert again.headers["etag"] == '"1"'
    stored = list(service.settings.data.glob("files/??/*"))
    kept = [*stored, *service.settings.data.glob("service.db*")]
    assert len(kept) > len(stored)
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


def test_what_takes_long_gets_a_job_that_can_be_cancelled(client, service):
    answer = post(client, scripted("hang"), params={"wait": 0.2})
    assert answer.status_code == 202
    address = answer.headers["location"]
    assert client.get(address).json()["files"][0]["state"] == "reading"
    assert client.delete(address).json()["files"][0]["state"] == "cancelled"
    # The worker that hung was ended: its place reads the next file.
    assert read_one(client)["record"]["status"] == "ok"


def test_a_file_that_exceeds_a_limit_gets_an_error_record(client):
    answer = post(client, scripted("segfault"), params={"wait": 30})
    (file,) = answer.json()["files"]
    assert file["state"] == "failed"
    assert "reading it failed 3 times" in file["receipts"][0]["record"]["error"]


def test_the_same_bytes_and_the_same_key_are_not_read_again(client):
    first = post(client, scripted("good"), headers={"Idempotency-Key": "k"}).json()
    assert post(client, scripted("good"), headers={"Idempotency-Key": "k"}).json() == first
    other = post(client, scripted("good", "x"), headers={"Idempotency-Key": "k"})
    assert problem(other)["status"] == 422
    second = post(client, scripted("good")).json()
    assert second["id"] != first["id"]
    assert second["files"][0]["duplicate"]
    assert second["files"][0]["receipts"] == first["files"][0]["receipts"]


def test_files_that_are_not_accepted(client, service):
    header = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunks = b"\0\0\0\r" + header + struct.pack(">I", zlib.crc32(header))
    png = b"\x89PNG\r\n\x1a\n" + chunks + b"\0\0\0\0IDAT\0\0\0\0"
    assert problem(post(client, b"no receipt"))["status"] == 415
    assert problem(post(client, scripted("good", "x" * 10_001)))["status"] == 413
    assert problem(post(client, b"x" * 1_200_000))["status"] == 413
    assert "pixels" in problem(post(client, png))["detail"]
    assert problem(post(client, *[scripted("good", str(n)) for n in range(5)]))["status"] == 413
    assert problem(client.post("/v1/receipts"))["status"] == 422
    assert problem(client.post("/v1/receipts", data={"urls": "http://127.0.0.1/"}))["status"] == 422
    assert client.get("/v1/receipts").json() == {"receipts": [], "next": None}
    assert not [path for path in service.settings.data.rglob("*") if "no receipt" in path.name]


def test_a_full_queue_is_answered_with_503(client, monkeypatch):
    def full(*_: object) -> None:
        raise QueueFull

    monkeypatch.setattr(submit, "enter", full)
    answer = post(client, scripted("good"))
    assert problem(answer)["detail"] == "the queue is full"
    assert answer.headers["retry-after"]


def test_lists_have_filters_and_cursors(client):
    ids = [read_one(client, "x" * length)["id"] for length in (1, 50, 90)]
    page = client.get("/v1/receipts", params={"limit": 2}).json()
    assert [one["id"] for one in page["receipts"]] == ids[:2]
    rest = client.get("/v1/receipts", params={"cursor": page["next"]}).json()
    assert [one["id"] for one in rest["receipts"]] == ids[2:]
    assert rest["next"] is None
    found = client.get("/v1/receipts", params={"total_from": 0.5, "total_to": 0.8}).json()
    assert [one["id"] for one in found["receipts"]] == ids[1:2]
    for wrong in ({"cursor": "x"}, {"limit": 0}, {"merchant": "\0"}, {"date_from": "soon"}):
        assert problem(client.get("/v1/receipts", params=wrong))["status"] == 422
    told = problem(client.get("/v1/receipts", params={"limit": "ten", "date_from": "soon"}))
    assert sorted(told["errors"]) == [
        "query.date_from: must be a date such as 2026-01-31",
        'query.limit: must be a whole number, not "ten"',
    ]


def test_exports_are_what_extract_writes(client):
    record = read_one(client)["record"]

    def export(format_: str) -> bytes:
        answer = client.get("/v1/export", params={"format": format_})
        assert answer.status_code == 200, answer.text
        return answer.content

    assert json.loads(export("jsonl")) == record
    (row,) = csv.DictReader(io.StringIO(export("csv").decode()))
    assert float(row["total"]) == record["total"]["value"]
    table = pyarrow.parquet.read_table(io.BytesIO(export("parquet")))
    assert table.column("total").to_pylist() == [record["total"]["value"]]
    assert json.loads(export("azure"))["status"] == "succeeded"
    assert "ExpenseDocuments" in json.loads(export("textract"))
    assert export("items-csv").startswith(b"path,page,attachment")


def test_a_deleted_record_takes_its_file_along(client, service):
    receipt = read_one(client, "to delete")
    blob = Path(service.blobs.location(receipt["file_id"]))
    assert blob.exists()
    assert client.delete(f"/v1/receipts/{receipt['id']}").status_code == 204
    assert not blob.exists()
    for path in ("", "/image", "/changes"):
        assert problem(client.get(f"/v1/receipts/{receipt['id']}{path}"))["status"] == 404


def test_roles_and_tenants(client, service):
    receipt = read_one(client)
    address = f"/v1/receipts/{receipt['id']}"

    def status(authorization: str, method: str, path: str, **request: Any) -> int:
        headers = {"Authorization": authorization, "If-Match": '"1"'}
        return client.request(method, path, headers=headers, **request).status_code

    reader = bearer(service, "reader", Role.READ)
    assert status(reader, "GET", address) == 200
    assert status(reader, "POST", "/v1/receipts", files={"files": scripted("good")}) == 403
    assert status(reader, "PATCH", address, json={}) == 403
    assert status(reader, "DELETE", address) == 403
    assert status(reader, "GET", "/v1/webhooks") == 403
    stranger = bearer(service, "stranger", Role.ADMIN, tenant="elsewhere")
    for method, path in [
        ("GET", address),
        ("PATCH", address),
        ("DELETE", address),
        ("GET", f"{address}/image"),
        ("GET", f"{address}/changes"),
    ]:
        assert status(stranger, method, path, json={}) == 404
    for wrong in ("Bearer rk_x", "Basic x", "", "Bearer " + "rk_" + "0" * 12 + "_" + "x" * 43):
        answer = client.get(address, headers={"Authorization": wrong})
        assert problem(answer)["status"] == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_webhooks_are_made_for_allowed_hosts(client):
    refused = client.post("/v1/webhooks", json={"url": "https://elsewhere.test/"})
    assert problem(refused)["status"] == 422
    made = client.post("/v1/webhooks", json={"url": "https://hooks.test/x"}).json()
    assert made["secret"].startswith("whsec_")
    (listed,) = client.get("/v1/webhooks").json()["webhooks"]
    assert "secret" not in listed
    receipt = read_one(client)
    address = f"/v1/webhooks/{made['id']}"
    (message,) = client.get(f"{address}/deliveries").json()["deliveries"]
    assert (message["event"], message["delivered_at"]) == ("file.finished", None)
    client.delete(f"/v1/receipts/{receipt['id']}")
    assert len(client.get(f"{address}/deliveries").json()["deliveries"]) == 2
    assert client.delete(address).status_code == 204
    assert problem(client.get(f"{address}/deliveries"))["status"] == 404


def test_every_answer_has_an_id_and_says_what_browsers_may_do(client, caplog):
    caplog.set_level("INFO", "pipeline")
    secret = "private-name"
    answer = client.get(f"/{secret}", headers={"X-Request-ID": "mine-1"})
    assert problem(answer)["request_id"] == answer.headers["x-request-id"] == "mine-1"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    forged = client.get("/healthz", headers={"X-Request-ID": "a b\tc"})
    assert len(forged.headers["x-request-id"]) == 32
    post(client, scripted("good"), headers={"User-Agent": secret})
    said = [vars(record) for record in caplog.records]
    assert secret not in str(said)
    wrong_method = client.put("/v1/receipts")
    assert problem(wrong_method)["status"] == 405
    assert wrong_method.headers["allow"] == "GET, POST"


def test_it_tells_how_it_is(client):
    read_one(client)
    assert client.get("/healthz", headers={"Authorization": ""}).json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    lines = client.get("/metrics").text
    assert 'receipts_queue_files{state="done"} 1.0' in lines
    assert 'receipts_memory_bytes{process="workers"}' in lines
    assert "receipts_worker_deaths_total" in lines
    assert 'route="/v1/receipts"' in lines
    description = client.get("/v1/openapi.json").json()
    assert "Problem" in description["components"]["schemas"]
    assert "ValidationError" not in json.dumps(description)
