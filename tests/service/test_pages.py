"""The pages in a browser: the real server, a worker, and Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright
from services import picture_service, serving

from pipeline.data.formats import read
from pipeline.service.page_picture import Pictures
from pipeline.service.service import Service

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
SECONDS = 60


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with one worker. Pictures are not made in processes of their own, as that takes
    a second each."""
    folder = tmp_path_factory.mktemp("pages")
    policy = folder / "policy.yaml"
    policy.write_text("{name: rates, currency: USD, rates: {EUR: 1.5}}")
    with picture_service(folder / "data", policy=str(policy)) as running:
        yield replace(running, pictures=WhitePictures())


class WhitePictures(Pictures):
    def page(self, *_: object) -> bytes:
        content = BytesIO()
        Image.new("RGB", (200, 100), "white").save(content, "JPEG")
        return content.getvalue()


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    with serving(service) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    expect.set_options(timeout=1000 * SECONDS)
    with sync_playwright() as running:
        started = running.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"],
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page on which any dialog, error or refused content fails the test."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(1000 * SECONDS)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert wrong == []


def picture(folder: Path, shade: int) -> Path:
    path = folder / f"receipt-{shade}.png"
    Image.new("RGB", (200, 100), (255, 255, 255 - shade)).save(path)
    return path


def records(address: str) -> list[dict[str, Any]]:
    return httpx.get(f"{address}/v1/receipts").json()["receipts"]


def correct(address: str, receipt: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    headers = {"If-Match": f'"{receipt["version"]}"'}
    url = f"{address}/v1/receipts/{receipt['id']}"
    answer = httpx.patch(url, json=body, headers=headers, timeout=SECONDS)
    answer.raise_for_status()
    return answer.json()


def is_ready(page: Any) -> None:
    page.wait_for_selector("#review[data-ready]")


def test_receipts_are_dropped_and_reviewed_by_keyboard_alone(page, address, tmp_path):
    page.goto("/")
    page.set_input_files("#files", [picture(tmp_path, 0), picture(tmp_path, 1)])
    expect(page.locator(".results li")).to_have_count(2)
    first, second = records(address)
    # One with a sum that fails is reviewed first.
    body = {"fields": {"cash": {"value": 20}, "change": {"value": 1}}}
    second = correct(address, second, body)
    page.goto("/queue")
    assert page.locator("tbody tr").count() == 2
    assert "sums fail" in page.locator("tbody tr").first.inner_text()
    page.goto("/queue/next")
    is_ready(page)
    assert second["id"] in page.url
    assert page.locator(".sum.poor").count() == 1
    page.locator("[data-input=change]").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("7,50")
    page.keyboard.press("Enter")
    expect(page.locator(".sum.poor")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/receipts/{first['id']}/review")
    is_ready(page)
    accepted = next(one for one in records(address) if one["id"] == second["id"])
    assert accepted["accepted"]
    assert accepted["record"]["change"]["value"] == 7.5
    reviews = tmp_path / "reviews.jsonl"
    reviews.write_bytes(httpx.get(f"{address}/v1/reviews").content)
    (annotated,) = read("reviews", reviews)
    assert annotated.tags == ("B-merchant_name", "B-date", "O", "B-total")
    # Undo takes the acceptance back, then the correction.
    page.keyboard.press("Control+z")
    page.wait_for_url(f"**/receipts/{second['id']}/review")
    is_ready(page)
    page.keyboard.press("Control+z")
    expect(page.locator(".sum.poor")).to_have_count(1)
    undone = next(one for one in records(address) if one["id"] == second["id"])
    assert (undone["accepted"], undone["record"]["change"]["value"]) == (False, 1)
    page.locator("#history summary").click()
    # Three corrections, the acceptance, and the two that took back what was done here.
    expect(page.locator("#changes li")).to_have_count(6)


def test_words_are_clicked_and_dragged_into_a_field(page, address, tmp_path):
    httpx.post(f"{address}/v1/receipts", files={"files": picture(tmp_path, 2).read_bytes()})
    receipt = records(address)[-1]
    page.goto(f"/receipts/{receipt['id']}/review")
    is_ready(page)
    words = page.locator(".word")
    assert words.count() == 4
    merchant = page.locator("[data-input=merchant_name]")
    merchant.focus()
    assert page.locator(".box.lit").count() == 1
    words.nth(2).click()  # TOTAL
    expect(merchant).to_have_value("TOTAL")
    start, end = words.nth(0).bounding_box(), words.nth(1).bounding_box()
    page.mouse.move(start["x"] + 3, start["y"] + 3)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=3)
    page.mouse.up()
    expect(merchant).to_have_value("ACME 2024-01-31")
    page.locator("[data-table=items] .add").click()
    total = page.locator("[data-cell='items.total']")
    total.focus()
    words.nth(3).click()
    expect(total).to_have_value("12.50")
    record = records(address)[-1]["record"]
    assert record["merchant_name"]["boxes"] == [[10, 0, 90, 15], [10, 20, 90, 35]]
    assert record["items"][0]["total"]["boxes"] == [[10, 60, 90, 75]]


def test_findings_are_shown_and_judged(page, address, tmp_path):
    page.goto("/")
    page.set_input_files("#files", [picture(tmp_path, 30), picture(tmp_path, 31)])
    expect(page.locator(".results li")).to_have_count(2)
    receipt = records(address)[-1]
    page.goto(f"/receipts/{receipt['id']}/review")
    is_ready(page)
    finding = page.locator(".finding.high")
    expect(finding).to_have_count(1)
    expect(finding.locator(".reason")).to_contain_text("another picture of the receipt")
    expect(finding.locator(".others a").first).to_have_attribute("href", re.compile("/review$"))
    finding.locator(".look").click()
    assert page.locator("#points rect").count() > 0
    finding.locator("[data-label=harmless]").click()
    expect(page.locator(".finding.is-harmless [aria-pressed=true]")).to_have_text("Harmless")
    page.goto(f"/queue?view=flagged&search={receipt['record']['source']['path']}")
    assert receipt["id"] not in page.content()
    page.goto(f"/receipts/{receipt['id']}/review")
    expect(page.locator(".finding.is-harmless")).to_have_count(1)
    page.locator("[data-label=harmless]").click()
    expect(page.locator(".finding.is-harmless")).to_have_count(0)
    page.goto(f"/queue?view=flagged&search={receipt['record']['source']['path']}")
    assert receipt["id"] in page.content()


def test_fields_of_custom_labels_are_shown_and_corrected(page, address, tmp_path):
    httpx.post(f"{address}/v1/receipts", files={"files": picture(tmp_path, 5).read_bytes()})
    here = {"type": "text", "value": "ACME", "boxes": [[10, 0, 90, 15]]}
    litres = {"type": "quantity", "value": 41.5}
    receipt = correct(address, records(address)[-1], {"extra": {"pump": here, "litres": litres}})
    page.goto(f"/receipts/{receipt['id']}/review")
    is_ready(page)
    pump, amount = (page.locator(f"[data-input='extra.{one}']") for one in ("pump", "litres"))
    expect(pump).to_have_value("ACME")
    pump.focus()
    assert page.locator(".box.lit").count() == 1
    page.locator(".word").nth(2).click()  # TOTAL
    expect(pump).to_have_value("TOTAL")
    amount.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("12,5")
    page.keyboard.press("Enter")
    expect(amount).to_have_value("12.5")
    expect(page.locator("#message")).to_have_text("Saved")
    extra = records(address)[-1]["record"]["extra"]
    assert (extra["pump"]["value"], extra["pump"]["type"]) == ("TOTAL", "text")
    assert extra["pump"]["boxes"] == [[10, 40, 90, 55]]
    assert (extra["litres"]["value"], extra["litres"]["type"]) == (12.5, "quantity")
    page.keyboard.press("Control+z")
    expect(amount).to_have_value("41.5")
    amount.fill("")
    amount.press("Enter")
    expect(page.locator("#changes .to").first).to_have_text("nothing")
    assert "litres" not in records(address)[-1]["record"]["extra"]


def test_a_hostile_merchant_does_nothing(page, address, tmp_path):
    name = {"files": (f"{HOSTILE}.png", picture(tmp_path, 3).read_bytes())}
    httpx.post(f"{address}/v1/receipts", files=name)
    receipt = records(address)[-1]
    correct(address, receipt, {"fields": {"merchant_name": {"value": HOSTILE}}})
    for path in ("/queue", f"/receipts/{receipt['id']}/review"):
        page.goto(path)
    is_ready(page)
    assert page.locator("#merchant").inner_text() == HOSTILE
    assert page.locator("main img").count() == 1  # the receipt's picture
    page.goto("/numbers")


def test_dropped_files_are_claimed(page, address, tmp_path):
    page.goto("/")
    page.locator(".claimed summary").click()
    page.get_by_label("Person").fill("Bob")
    page.get_by_label("Submitted").fill("2026-03-31")
    page.set_input_files("#files", [picture(tmp_path, 71)])
    expect(page.locator(".results li")).to_have_count(1)
    page.locator(".results a").click()
    is_ready(page)
    expect(page.locator("#claims li")).to_contain_text("Bob")
    expect(page.locator("#claims .amount")).to_have_text("the receipt's total")
    expect(page.locator("#claims .small")).to_have_text("submitted 2026-03-31")


def test_a_claim_in_another_currency_is_shown_with_its_difference(page, address, tmp_path):
    form = {"person": "Ann", "amount": "20", "currency": "EUR"}
    files = {"files": ("dinner.png", picture(tmp_path, 62).read_bytes())}
    httpx.post(f"{address}/v1/receipts", params={"wait": 60}, files=files, data=form)
    receipt = records(address)[-1]
    correct(address, receipt, {"fields": {"currency": {"value": "USD"}}})
    page.goto(f"/receipts/{receipt['id']}/review")
    is_ready(page)
    difference = page.locator("#claims .difference")
    expect(difference).to_have_text("17.50 USD more than the receipt shows")


def test_claims_are_shown_with_their_difference(page, address, tmp_path):
    form = {"person": "Ann", "amount": "20", "trip": "Oslo", "other": '{"project": "<b>X1"}'}
    files = {"files": ("lunch.png", picture(tmp_path, 60).read_bytes())}
    httpx.post(f"{address}/v1/receipts", params={"wait": 60}, files=files, data=form)
    receipt = records(address)[-1]
    page.goto(f"/receipts/{receipt['id']}/review")
    is_ready(page)
    claims = page.locator("#claims")
    expect(claims.locator("li")).to_have_count(1)
    expect(claims.locator(".person")).to_have_text("Ann")
    expect(claims.locator(".amount")).to_have_text("20.00")
    expect(claims.locator(".small")).to_have_text("trip Oslo · project <b>X1")
    expect(claims.locator(".difference")).to_have_text("7.50 more than the receipt shows")
    assert "differs" in claims.get_attribute("class")
    claim_above = page.locator(".finding", has_text="claim above receipt")
    claim_above.locator("[data-label=harmless]").click()
    expect(claims).not_to_have_class(re.compile("differs"))
    total = page.locator("[data-input=total]")
    total.fill("20.00")
    total.press("Enter")
    expect(claims.locator(".difference")).to_be_hidden()
    httpx.post(f"{address}/v1/receipts", files={"files": picture(tmp_path, 61).read_bytes()})
    page.goto(f"/receipts/{records(address)[-1]['id']}/review")
    is_ready(page)
    expect(page.locator("#claims")).to_have_count(0)
