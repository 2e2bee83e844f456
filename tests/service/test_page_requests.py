"""What the pages answer, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from services import picture, picture_service, serving

from pipeline.receipt import Receipt
from pipeline.service.page_picture import Pictures
from pipeline.service.pages.custom_labels import custom_labels
from pipeline.service.service import Service
from pipeline.service.store.keys import Role, make_key

SECONDS = 120


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with picture_service(tmp_path_factory.mktemp("pages")) as running:
        yield running


def test_pages_load_nothing_from_elsewhere_and_need_a_key(service):
    asking = replace(service, settings=service.settings.model_copy(update={"require_keys": True}))
    key = make_key(service.database, "reviewer", [Role.READ, Role.SUBMIT, Role.REVIEW], "default")
    html = {"Accept": "text/html"}
    with (
        serving(asking) as address,
        httpx.Client(base_url=address, follow_redirects=True, timeout=SECONDS) as client,
    ):
        asked = client.get("/queue", headers=html)
        assert asked.url.path == "/login"
        assert "default-src 'none'" in asked.headers["content-security-policy"]
        assert "unsafe" not in asked.headers["content-security-policy"]
        assert client.post("/login", data={"key": "rk_wrong"}).status_code == 403
        assert client.get("/v1/receipts").status_code == 401
        answer = client.post("/login", data={"key": key})
        assert answer.url.path == "/queue"
        cookie = answer.history[0].headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Secure" not in cookie
        behind_tls = {"X-Forwarded-Proto": "https"}
        answer = client.post(
            "/login", data={"key": key}, headers=behind_tls, follow_redirects=False
        )
        assert "Secure" in answer.headers["set-cookie"]
        client.post("/login", data={"key": key})
        posted = client.post("/v1/receipts?wait=60", files={"files": picture(1)}).json()
        ((first,),) = [one["receipts"] for one in posted["files"]]
        # A request that another site made the browser send is refused despite the cookie.
        address_of = f"/v1/receipts/{first['id']}"
        forged = {"Origin": "https://evil.example", "If-Match": '"1"'}
        body = json.dumps({"accepted": True})
        assert client.patch(address_of, content=body, headers=forged).status_code == 403
        client.post("/logout")
        assert client.get("/v1/receipts").status_code == 401


def test_a_picture_that_takes_too_long_is_asked_for_later(service):
    with serving(replace(service, pictures=Pictures(seconds=0.001))) as address:
        files = {"files": picture(2)}
        posted = httpx.post(f"{address}/v1/receipts?wait=60", files=files, timeout=SECONDS).json()
        ((first,),) = [one["receipts"] for one in posted["files"]]
        answer = httpx.get(f"{address}/v1/receipts/{first['id']}/image")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert answer.json()["detail"] == "the page took too long to make"


def test_the_fields_that_a_model_could_find_are_shown_too(tmp_path):
    (tmp_path / "labels.yaml").write_text(
        "name: fuel\nlabels:\n  total: {type: amount, role: summary}\n"
        "  litres: {type: quantity}\n  item_code: {type: code, role: item, column: code}\n"
    )
    record = Receipt.model_validate(
        {
            "source": {"path": "a", "page": 1, "sha256": None},
            "status": "ok",
            "engine": "e",
            "model": "m",
            "extra": {
                "pump": {"type": "code", "value": "3", "text": "3", "confidence": 1, "boxes": []}
            },
        }
    )
    assert custom_labels(str(tmp_path), record) == {
        "extra.litres": "quantity",
        "extra.pump": "code",
    }
    assert custom_labels("receipts-base", record) == {"extra.pump": "code"}
    assert custom_labels("nowhere", record) == {"extra.pump": "code"}
