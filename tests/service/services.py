"""Services for tests: the real parts and worker processes, extractors that are fakes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image
from run_fakes import scripted_extractor
from starlette.testclient import TestClient
from worded_fakes import fake_extractor_of_words

from pipeline.config import ExtractConfig
from pipeline.service.app import create_app
from pipeline.service.opening import open_database
from pipeline.service.parts import running_service
from pipeline.service.service import Service
from pipeline.service.settings import ServiceSettings
from pipeline.service.slow_clients import limited_protocol
from pipeline.service.store.keys import Role, make_key
from pipeline.service.tracing import Tracing

HOST = "localhost"
_START_SECONDS = 60


@contextmanager
def scripted_service(
    folder: Path, tracing: Tracing | None = None, **settings: Any
) -> Iterator[Service]:
    """A service that asks for keys and reads scripted files with one worker."""
    given = ServiceSettings(data=folder, require_keys=True, **settings)
    opened = open_database(given)
    make_key(opened, "first", [Role.ADMIN], "default")
    opened.close()
    extraction = ExtractConfig(
        workers=1, timeout=1.5, memory_limit=2000, limits={"max_bytes": 10_000}
    )
    with running_service(given, extraction, scripted_extractor, tracing=tracing) as service:
        yield service


@contextmanager
def picture_service(folder: Path, **settings: Any) -> Iterator[Service]:
    """A service with one worker that reads the same receipt from each picture, with its words."""
    given = ServiceSettings(data=folder, **settings)
    extraction = ExtractConfig(workers=1, timeout=60, memory_limit=4000)
    with running_service(given, extraction, fake_extractor_of_words) as service:
        yield service


@contextmanager
def client_of(service: Service) -> Iterator[TestClient]:
    """Requests to a service, without a server."""
    base = f"http://{HOST}"
    with TestClient(create_app(service), base, raise_server_exceptions=False) as client:
        yield client


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """The address at which a service is served on loopback."""
    settings = service.settings
    http = limited_protocol(settings.header_seconds, settings.read_seconds)
    app = create_app(service)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, http=http))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://{HOST}:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def bearer(service: Service, name: str, *roles: Role, tenant: str = "default") -> str:
    """The header of a new key."""
    return f"Bearer {make_key(service.database, name, roles, tenant)}"


def scripted(word: str, text: str = "") -> bytes:
    """A file that is taken for a PDF; reading it does what the word says."""
    return f"{word} %PDF-1.7 {text}".encode()


def picture(shade: int, kind: str = "JPEG") -> bytes:
    """A picture that `picture_service` reads, with other bytes for each shade."""
    content = BytesIO()
    page = Image.new("RGB", (200, 100), "white")
    page.paste((shade, shade, 60), (20, 30, 90, 60))
    page.save(content, kind, quality=95)
    return content.getvalue()


def post(client: TestClient, *contents: bytes, **options: Any) -> Any:
    """Post files."""
    files = [("files", (f"dir/{number}.pdf", one)) for number, one in enumerate(contents)]
    return client.post("/v1/receipts", files=files, **options)


def read_one(client: TestClient, text: str = "one") -> dict[str, Any]:
    """Post a file and give its stored record."""
    answer = post(client, scripted("good", text))
    assert answer.status_code == 200, answer.text
    return answer.json()["files"][0]["receipts"][0]


def problem(answer: Any) -> dict[str, Any]:
    """An answer's body, which is a problem in the documented form."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return answer.json()
