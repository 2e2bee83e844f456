"""The whole way of docs/review.md on the real server and OCR engine: receipts are reviewed, a model
is trained on them, tried beside the old one, switched to while requests run, and taken back."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner
from under_load import (
    accept_until_shadowed,
    check_nothing_was_lost,
    under_load,
    wait_until_read_by,
)

from pipeline.cli import app
from pipeline.evaluation.service.server_process import SERVE, ServerProcess
from pipeline.registry.history import Action, history
from pipeline.served_model import read_served
from pipeline.tagging.names import DEFAULT_MODEL

pytest.importorskip("torch", reason="needs the extra [train]")

PICTURES = ("parking-jp.jpg", "taxi-sg-on-its-side.jpg", "cafe-fr.jpg")
TRAINED_ON = 2  # the merchant of the last is kept apart


def receipts(*arguments: str, code: int = 0) -> str:
    """Run a command; what it prints."""
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == code, done.output
    return done.output


def review_all(client: httpx.Client) -> list[str]:
    """Review the whole queue by the requests that the page makes; the ids.

    The first words of each receipt become its merchant's address, as if they were clicked.
    """
    reviewed = []
    while "/review" in (at := client.get("/queue/next").headers["location"]):
        receipt_id = at.split("/")[2]
        assert client.get(at).status_code == 200
        address = f"/v1/receipts/{receipt_id}"
        receipt = client.get(address).json()
        words = client.get(f"{address}/words").json()["words"][:2]
        text = " ".join(word["text"] for word in words)
        asked = {"field": "merchant_address", "text": text}
        value = client.post(f"/receipts/{receipt_id}/interpret", json=asked).json()["value"]
        picked = {"value": value, "text": text, "boxes": [word["box"] for word in words]}
        for change in ({"fields": {"merchant_address": picked}}, {"accepted": True}):
            headers = {"If-Match": f'"{receipt["version"]}"'}
            answer = client.patch(address, json=change, headers=headers)
            assert answer.status_code == 200, answer.text
            receipt = answer.json()
        assert receipt["accepted"] and receipt["record"]["merchant_address"]["value"] == value
        reviewed.append(receipt_id)
    return reviewed


def training_config(project: Path, folder: Path) -> Path:
    """The one in docs/review.md, with fewer drawn receipts and one epoch."""
    page = (project / "docs" / "review.md").read_text()
    (lines,) = re.findall(r"\n\n((?:    .*\n)+)\nSynthetic", page)
    text = re.sub(r"(?m)^    ", "", lines)
    for documented, here in (
        ("configs/labels", str(project / "configs" / "labels")),
        ("count: 300", "count: 6"),
        ("epochs: 8", "epochs: 1"),
    ):
        assert text.count(documented) == 1
        text = text.replace(documented, here)
    path = folder / "reviews.yaml"
    path.write_text(text)
    return path


def copy_of(scan: bytes, sender: int, number: int) -> bytes:
    """Bytes of its own, and the same pixels, whose OCR is cached."""
    return scan + f"{sender} {number}".encode()


def test_from_reviews_to_a_model_that_is_served_and_taken_back(
    project, tmp_path, monkeypatch, caplog
):
    monkeypatch.chdir(tmp_path)
    models = tmp_path / "models"
    (tmp_path / "extract.yaml").write_text("ocr_cache: ocr\n")
    options = ["--data", "data", "--models", "models", "--workers", "1"]
    with ServerProcess(tmp_path / "log", *SERVE, *options, "--config", "extract.yaml") as server:
        client = httpx.Client(base_url=server.address, timeout=120)
        samples = project / "data" / "samples"
        for name in PICTURES:
            posted = {"files": (name, (samples / name).read_bytes())}
            assert client.post("/v1/receipts?wait=60", files=posted).status_code == 200
        reviewed = review_all(client)
        assert len(reviewed) == len(PICTURES)

        Path("reviews.jsonl").write_bytes(client.get("/v1/reviews").content)
        told = receipts("data", "stats", "reviews.jsonl", "--format", "reviews")
        assert "merchant_address" in told
        receipts(
            *("data", "split", "reviews.jsonl", "--format", "reviews"),
            *("--train", "train.jsonl", "--test", "test.jsonl"),
        )
        assert len(Path("train.jsonl").read_text().splitlines()) == TRAINED_ON
        receipts("train", str(training_config(project, tmp_path)), "--work", "work")
        assert f"stage reviews: {TRAINED_ON} real and 6 drawn pages, 1 epochs" in caplog.messages
        assert receipts("models", "register", "reviewed").strip() == "reviewed/1"

        copies = partial(copy_of, (samples / PICTURES[0]).read_bytes())
        with under_load(client, copies, pause=0.5) as answers:
            receipts("models", "shadow", "reviewed/1", "--share", "1")
            accept_until_shadowed(client, answers, Path("shadow.jsonl"), "reviewed/1")
            promote = ("models", "promote", "reviewed/1", "--shadow", "shadow.jsonl")
            assert "20 receipts of 10 merchants" in receipts(*promote, code=2)
            receipts(*promote, "--force", "a trial")
            wait_until_read_by(answers, "reviewed/1")
            assert client.get("/v1/model").json()["model"] == "reviewed/1"
            receipts("models", "rollback", "--reason", "the trial is over")
            wait_until_read_by(answers, DEFAULT_MODEL)
        check_nothing_was_lost(answers, DEFAULT_MODEL, "reviewed/1")
        client.close()
        assert server.stop() == 0
    served = read_served(models)
    assert served is not None
    assert (served.model, served.previous) == (DEFAULT_MODEL, "reviewed/1")
    done = [event.action for event in history(models)]
    assert done == [
        Action.REGISTERED,
        Action.SHADOW_BEGUN,
        Action.PROMOTED,
        Action.SHADOW_ENDED,
        Action.ROLLED_BACK,
    ]
    says = [json.loads(line)["message"] for line in (tmp_path / "log").read_text().splitlines()]
    assert "the model is now reviewed/1" in says
