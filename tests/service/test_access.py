"""Who is let in, how often, and how much may be sent; against a tiny application."""

from __future__ import annotations

import asyncio
import json
import logging
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.testclient import TestClient

from pipeline.errors import ConfigError
from pipeline.service.access.body import BodyLimit
from pipeline.service.access.caller import Callers, is_loopback
from pipeline.service.access.gate import Gate
from pipeline.service.access.rate import RateLimit
from pipeline.service.logs import REQUEST_ID, JsonLines
from pipeline.service.settings import ServiceSettings, load_settings
from pipeline.service.store.database import Database
from pipeline.service.store.keys import Role, make_key
from pipeline.service.uploads import clean_name, media_type


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('access')}/d.db")
    opened.migrate()
    return opened


async def who(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers who calls, after reading the body."""
    while (await receive()).get("more_body"):
        pass
    caller = scope.get("state", {}).get("caller")
    answer = JSONResponse({"name": caller.name if caller else None})
    await answer(scope, receive, send)


def client_of(database: Database, peer: str = "203.0.113.9", **settings: Any) -> TestClient:
    made = ServiceSettings.of(settings, "test")
    app = Gate(who, Callers(database, made), made)
    return TestClient(app, base_url="http://localhost", client=(peer, 5))


def test_on_this_machine_only_no_key_is_needed(database):
    assert client_of(database).get("/x").json() == {"name": "anyone"}
    assert client_of(database, require_keys=True).get("/x").status_code == 401
    assert client_of(database, host="0.0.0.0").get("/x").status_code == 401
    # A request from this machine may come from a proxy on it.
    assert client_of(database, "127.0.0.1", host="0.0.0.0").get("/x").status_code == 401
    assert client_of(database, host="0.0.0.0").get("/healthz").status_code == 200
    assert [is_loopback(host) for host in ("localhost", "127.0.0.9", "::1")] == [True] * 3
    assert not any(is_loopback(host) for host in ("0.0.0.0", "", "localhost.test", "10.0.0.1"))


def test_a_service_that_nobody_can_use_does_not_start(tmp_path):
    empty = Database(f"sqlite:///{tmp_path}/d.db")
    empty.migrate()
    open_to_all = ServiceSettings(host="0.0.0.0")
    with pytest.raises(ConfigError, match="receipts keys add"):
        Callers(empty, open_to_all).check_usable()
    make_key(empty, "a", [Role.READ], "default")
    Callers(empty, open_to_all).check_usable()
    empty.close()


def test_a_user_is_believed_from_trusted_proxies_only(database):
    trusted = {"trusted_proxies": ["203.0.113.0/24"], "require_keys": True}
    named = {"X-Forwarded-User": "ann\n"}
    assert client_of(database, **trusted).get("/x", headers=named).json() == {"name": "ann"}
    assert client_of(database, **trusted).get("/x").status_code == 401
    elsewhere = client_of(database, "203.0.114.9", **trusted)
    assert elsewhere.get("/x", headers=named).status_code == 401


def test_other_sites_cannot_use_a_browser(database):
    client = client_of(database)
    assert client.post("/x", headers={"Origin": "http://localhost"}).status_code == 200
    for headers in (
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert client.post("/x", headers=headers).status_code == 403
    # A name of another site that resolves to this machine.
    assert client.get("/x", headers={"Host": "evil.test"}).status_code == 421
    named = client_of(database, hosts=["receipts.test"])
    assert named.get("/x", headers={"Host": "receipts.test:8000"}).status_code == 200
    assert named.get("/x", headers={"Host": "evil.test"}).status_code == 421


def test_requests_are_limited_by_caller(database, monkeypatch):
    client = client_of(database, requests_per_minute=2)
    assert [client.get("/x").status_code for _ in range(3)] == [200, 200, 429]
    assert int(client.get("/x").headers["retry-after"]) > 0
    key = make_key(database, "own", [Role.READ], "default")
    assert client.get("/x", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_a_bucket_is_refilled(monkeypatch):
    moment = 0.0
    monkeypatch.setattr("pipeline.service.access.rate.monotonic", lambda: moment)
    limit = RateLimit(60)
    assert [limit.seconds_to_wait("a") for _ in range(61)] == [0.0] * 60 + [1.0]
    moment = 2.0
    assert [limit.seconds_to_wait("a") for _ in range(3)] == [0.0, 0.0, 1.0]


def asked(messages: list[Any], headers: dict[str, str], seconds: float = 5) -> tuple[int, Any]:
    """Status and problem of a POST whose body comes as these messages; the last never ends."""
    app = BodyLimit(who, "/up", 1000, seconds)
    sent: list[Any] = []
    waiting = iter(messages)

    async def receive() -> Any:
        message = next(waiting, None)
        return message if message is not None else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "path": "/other", "method": "POST", "headers": raw}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])


def part(size: int, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def test_bodies_are_limited_whatever_their_header_says():
    assert asked([part(10, more=False)], {})[0] == 200
    assert asked([], {"content-length": "9" * 30})[0] == 413
    assert asked([], {"content-length": "-1"})[0] == 413
    lying = asked([part(1 << 20), part(1 << 20)], {"content-length": "5"})
    assert lying[0] == 413
    assert asked([part(1)], {}, seconds=0.05)[0] == 408


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\receipts\\a.jpg", "a.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("x" * 300, "x" * 200),
        ("\0", "receipt"),
        ("", "receipt"),
        (None, "receipt"),
    ],
)
def test_names_of_clients_are_cleaned(given, shown):
    assert clean_name(given) == shown


def test_kinds_are_known_by_their_first_bytes(project: Path):
    samples = {path.suffix: path.read_bytes() for path in (project / "data/samples").glob("*.*")}
    assert media_type(samples[".jpg"]) == "image/jpeg"
    assert media_type(samples[".png"]) == "image/png"
    assert media_type(b"%PDF-1.7") == "application/pdf"
    assert media_type(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"
    assert media_type(b"\0\0\0\x18ftypheic") == "image/heic"
    assert media_type(b"From: a@b\nSubject: c\nDate: d\n\n") == "message/rfc822"
    assert media_type(b"<!DOCTYPE html><p>") == "text/html"
    for other in (b"", b"MZ\x90", b"PK\x03\x04", samples[".jsonl"], b"\0\0\0\x18ftypmp42"):
        assert media_type(other) is None


def test_log_lines_hold_no_message_of_an_exception():
    formatter = JsonLines()
    token = REQUEST_ID.set("r1")
    try:
        raise ValueError("ACME, card 1234")
    except ValueError as error:
        record = logging.makeLogRecord(
            {"msg": "it failed", "exc_info": (type(error), error, error.__traceback__)}
        )
    finally:
        REQUEST_ID.reset(token)
    own = formatter.format(record)
    assert "ACME" not in own
    assert json.loads(own)["exception"] == "ValueError"
    of_worker = logging.makeLogRecord(
        {"msg": 'it failed\nTraceback:\n  File "a.py", line 1\n    x\nValueError: ACME'}
    )
    entry = json.loads(formatter.format(of_worker))
    assert (entry["message"], entry["exception"]) == ("it failed", "ValueError")
    assert "ACME" not in json.dumps(entry)


def test_settings_come_from_a_file_and_wrong_ones_are_named(tmp_path):
    path = tmp_path / "service.yaml"
    path.write_text("port: 9000\ntrusted_proxies: [10.0.0.0/8]\nkeep_days: 30\n")
    settings = load_settings(path, {"port": 9001, "host": None})
    assert (settings.port, settings.keep_days) == (9001, 30)
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"),)
    path.write_text("prot: 9000\n")
    with pytest.raises(ConfigError, match=r"service\.yaml[\s\S]*prot"):
        load_settings(path, {})
    with pytest.raises(ConfigError, match="sqlite or postgresql"):
        Database("mysql://x/y")
