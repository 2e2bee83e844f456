"""Requests of the service's own reach only what is allowed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from typing import ClassVar

import pytest

from pipeline.service import outbound
from pipeline.service.outbound import Reach, Refused, check_allowed, fetch
from pipeline.service.settings import ServiceSettings
from pipeline.service.store.database import Database
from pipeline.service.store.tables import DeliveryRow, WebhookRow
from pipeline.service.store.webhooks import FILE_FINISHED, MOST_ATTEMPTS, tell_webhooks
from pipeline.service.webhooks import Deliveries, new_secret

LOCAL = ip_network("127.0.0.1/32")


class Site(BaseHTTPRequestHandler):
    """Answers as the path says, and keeps what was posted."""

    posted: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    status = 200

    def do_GET(self) -> None:
        if self.path == "/ok/receipt.pdf":
            self._answer(200, b"%PDF-")
        elif self.path == "/ok/large":
            self._answer(200, b"x" * 2000)
        elif self.path.startswith("/ok/to/"):
            self._answer(302, b"", self.path.removeprefix("/ok/to/"))
        else:
            self._answer(404, b"")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.posted.append((headers, self.rfile.read(length)))
        self._answer(self.__class__.status, b"")

    def _answer(self, status: int, body: bytes, location: str | None = None) -> None:
        self.send_response(status)
        if location is not None:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_what_is_allowed_is_fetched(site):
    reach = Reach([LOCAL])
    allowed = [f"{site}/ok/"]
    assert fetch(f"{site}/ok/receipt.pdf", allowed, 1000, reach) == b"%PDF-"
    assert fetch(f"{site}/ok/to//ok/receipt.pdf", allowed, 1000, reach) == b"%PDF-"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/ok/large", "too large"),
        ("/ok/nothing", "status 404"),
        ("/other", "not allowed"),
        ("/ok/../other", "not allowed"),
        ("/ok/%2e%2E%2fother", "not allowed"),
        ("/ok/to//other", "not allowed"),
        ("/ok/to/http://169.254.169.254/latest/", "not allowed"),
        ("/ok/to//ok/to//ok/to//ok/to//ok/receipt.pdf", "redirected too often"),
    ],
)
def test_what_is_not_allowed_is_refused(site, path, reason):
    with pytest.raises(Refused, match=reason):
        fetch(f"{site}{path}", [f"{site}/ok/"], 1000, Reach([LOCAL]))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_private_addresses_are_not_reached(monkeypatch, address):
    """Whatever name resolves to them, as one of several addresses too."""

    def resolve(_host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", ("8.8.8.8", port)), (0, 0, 0, "", (address, port))]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    with pytest.raises(Refused, match="not public"):
        fetch("https://files.test/a", ["https://files.test"], 1000, Reach())


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::ffff:7f00:1]"]
)
def test_this_machine_is_not_reached_however_it_is_written(host):
    """Even if somebody has allowed the address."""
    url = f"http://{host}/ok"
    with pytest.raises(Refused, match=r"not public|not known"):
        fetch(url, [url], 1000, Reach())


def test_metadata_services_are_not_reached_even_if_their_network_is_allowed():
    with pytest.raises(Refused, match="not public"):
        url = "http://169.254.169.254/"
        fetch(url, [url], 1000, Reach([ip_network("169.254.0.0/16")]))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://files.test/a",
        "//files.test/a",
        "https://files.test@evil.test/a",
        "https://files.test.evil.test/a",
        "https://files.test:8443/a",
        "http://files.test/a",
        "https://files.test/ok/a b",
        "https://files.test/okay",
        "https://[::1",
        "",
        "0",
    ],
)
def test_addresses_that_only_look_allowed(url):
    with pytest.raises(Refused):
        check_allowed(url, ["https://files.test/ok"])


def test_the_connection_goes_to_the_address_that_was_checked(site, monkeypatch):
    """A name that resolves to another address when it is asked again changes nothing."""
    answers = iter(["127.0.0.1"])
    original = socket.getaddrinfo

    def resolve(host: str, *arguments: object, **options: object) -> object:
        if host == "files.test":
            host = next(answers)  # a second question would fail
        return original(host, *arguments, **options)

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    named = site.replace("127.0.0.1", "files.test")
    assert fetch(f"{named}/ok/receipt.pdf", [named], 1000, Reach([LOCAL])) == b"%PDF-"


def test_messages_are_signed_and_tried_again(site, tmp_path):
    database = Database(f"sqlite:///{tmp_path}/d.db")
    database.migrate()
    settings = ServiceSettings(webhook_hosts=("127.0.0.1",), private_networks=(LOCAL,))
    secret = new_secret()
    with database.writing() as session:
        session.add(WebhookRow(id="w", tenant="t", url=site, secret=secret, created_at=0))
        session.flush()
        tell_webhooks(session, "t", FILE_FINISHED, {"file_id": "f"})
        tell_webhooks(session, "other", FILE_FINISHED, {"file_id": "f"})
    deliveries = Deliveries(database, settings)

    def outcome() -> tuple[int, str, bool, bool]:
        with database.reading() as session:
            (row,) = session.query(DeliveryRow)
            return row.attempts, row.outcome, row.due_at is None, row.delivered_at is None

    Site.status = 500
    assert deliveries.deliver_next()
    assert outcome() == (1, "status 500", False, True)
    assert not deliveries.deliver_next()  # not due yet
    Site.status = 204
    make_due(database)
    assert deliveries.deliver_next()
    assert outcome() == (2, "status 204", True, False)
    headers, body = Site.posted[-1]
    assert json.loads(body)["data"] == {"file_id": "f"}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    database.close()


def test_messages_are_given_up_and_only_allowed_hosts_are_told(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/d.db")
    database.migrate()
    with database.writing() as session:
        url = "https://no-longer.test/"
        session.add(WebhookRow(id="w", tenant="t", url=url, secret=new_secret(), created_at=0))
        session.flush()
        tell_webhooks(session, "t", FILE_FINISHED, {})
    deliveries = Deliveries(database, ServiceSettings())
    for _ in range(MOST_ATTEMPTS):
        make_due(database)
        assert deliveries.deliver_next()
    with database.reading() as session:
        (row,) = session.query(DeliveryRow)
        assert (row.due_at, row.delivered_at) == (None, None)
        assert "not one that webhooks may have" in row.outcome
    database.close()


def make_due(database: Database) -> None:
    with database.writing() as session:
        (row,) = session.query(DeliveryRow)
        row.due_at = 0.0
