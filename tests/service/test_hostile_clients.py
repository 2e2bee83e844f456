"""Clients on loopback that send too slowly, read too slowly, or send what is no request."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from services import HOST, bearer, scripted_service, serving

from pipeline.service.service import Service
from pipeline.service.store.keys import Role

SECONDS = 30  # until a test gives up
LIMIT = 0.5


@pytest.fixture(scope="module")
def slow_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    limits = {"header_seconds": LIMIT, "body_seconds": LIMIT, "read_seconds": LIMIT}
    with scripted_service(tmp_path_factory.mktemp("slow"), **limits) as running:
        yield running


@pytest.fixture(scope="module")
def address(slow_service: Service) -> Iterator[str]:
    with serving(slow_service) as served:
        yield served


@pytest.fixture(scope="module")
def key(slow_service: Service) -> str:
    return bearer(slow_service, "sender", Role.ADMIN)


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    port = urlsplit(address).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        yield connection


def answer(connection: socket.socket) -> str:
    """All that is answered until the service closes the connection."""
    parts = []
    while part := _received(connection):
        parts.append(part)
    return b"".join(parts).decode()


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1 << 16)
    except ConnectionResetError:
        return b""


def head(key: str, *headers: str, method: str = "POST", path: str = "/v1/receipts") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", f"Authorization: {key}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def drip(connection: socket.socket, content: bytes) -> None:
    """Send a byte at a time until the service has had enough."""
    for byte in content:
        try:
            connection.send(bytes([byte]))
        except OSError:
            return
        time.sleep(LIMIT / 5)


def test_slow_headers_are_cut_off(address, key):
    with connected(address) as connection:
        drip(connection, head(key)[:30])
        assert answer(connection).startswith("HTTP/1.1 408 ")
    with connected(address) as silent:
        assert answer(silent) == ""
    with connected(address) as connection:  # also those of a second request
        connection.sendall(head(key, method="GET", path="/v1/model"))
        time.sleep(LIMIT / 5)
        drip(connection, head(key)[:30])
        assert answer(connection).count("HTTP/1.1") == 1


def test_slow_bodies_are_cut_off(address, key):
    form = "Content-Type: multipart/form-data; boundary=x"
    with connected(address) as connection:
        connection.sendall(head(key, form, "Content-Length: 1000", "Connection: close"))
        drip(connection, b"--x\r\n" + b"a" * 25)
        assert "HTTP/1.1 408 " in answer(connection)
    with connected(address) as connection:  # one that is refused is not waited for either
        connection.sendall(head("Bearer wrong", form, "Content-Length: 1000"))
        drip(connection, b"a" * 50)
        assert "HTTP/1.1 401 " in answer(connection)


def test_answers_that_are_not_read_are_cut_off(address, key, caplog):
    caplog.set_level("INFO", "pipeline")
    with connected(address) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 12)
        request = head(key, method="GET", path="/v1/openapi.json")
        deadline = time.monotonic() + SECONDS
        with suppress(ConnectionError):
            while time.monotonic() < deadline:  # pipelined, so that the answers pile up
                connection.sendall(request * 20)
    assert "an answer was read too slowly" in caplog.messages


@pytest.mark.parametrize(
    "request_head",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",  # without a host
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # TLS
        head("x", "Content-Length: 5", "Content-Length: 6"),
        head("x", "Content-Length: -1"),
        head("x", "Content-Length: 1e3"),
        head("x", "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\nGET /x HTTP/1.1",
        head("x", "Transfer-Encoding: gzip, chunked"),
        head("x", "X-Long: " + "x" * 100_000),
        head("x", *[f"X-{number}: x" for number in range(20_000)]),
        head("x", "A b: c"),
        head("x", "X: a\r\n b"),
        head("x", path="/" + "%2e%2e/" * 50 + "etc/passwd", method="GET"),
        head("x", path="//etc/passwd", method="GET"),
        head("x", path="http://169.254.169.254/latest/meta-data/", method="GET"),
        head("x", path="/static/../../../../etc/passwd", method="GET"),
        head("x", path="/static/%2e%2e%2f%2e%2e%2fserver.py", method="GET"),
    ],
)
def test_what_is_no_request_or_lies_is_refused(address, request_head):
    with connected(address) as connection:
        with suppress(OSError):  # refused, and closed, before it was sent
            connection.sendall(request_head)
            connection.shutdown(socket.SHUT_WR)
        answered = answer(connection)
    statuses = [line.split()[1] for line in answered.splitlines() if line.startswith("HTTP/1.1 ")]
    assert set(statuses) <= {"303", "400", "401", "404", "405", "408", "421", "431"}
    assert "root:" not in answered


def test_the_service_still_answers(address, key):
    with connected(address) as connection:
        connection.sendall(head(key, "Connection: close", method="GET", path="/v1/model"))
        assert answer(connection).startswith("HTTP/1.1 200 ")
