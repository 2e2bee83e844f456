"""Receipts are labelled by the model's own reading, where it is sure and the sums confirm it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from receipt_pages import LABELS, typed_page
from typer.testing import CliRunner

from pipeline.assembly.assemble import assemble
from pipeline.data.formats import read
from pipeline.data.tags import spans
from pipeline.training.self_labels import is_confirmed, sure_tags
from receipt_pipeline.cli import app

ADDS_UP = [
    "CORNER{merchant_name} CAFE{merchant_name}",
    "14/08/2025{date}",
    "TEA{d}         2.00{t}",
    "CAKE{d}        3.50{t}",
    "SUBTOTAL       5.50{subtotal}",
    "TAX            0.55{tax}",
    "TOTAL          6.05{total}",
]
DOES_NOT = [*ADDS_UP[:-1], "TOTAL          9.05{total}"]


def texts(page, tags):
    tokens = [token.text for token in page.tokens]
    return {(label, " ".join(tokens[first:end])) for label, first, end in spans(tags)}


def test_only_receipts_that_add_up_are_confirmed() -> None:
    assert is_confirmed(assemble(*typed_page(ADDS_UP), LABELS))
    assert not is_confirmed(assemble(*typed_page(DOES_NOT), LABELS))
    assert not is_confirmed(assemble(*typed_page(ADDS_UP[:2]), LABELS))


def test_sure_fields_become_tags_and_the_labels_of_others_are_open() -> None:
    page, tags = typed_page(ADDS_UP)
    contents = assemble(page, tags, LABELS)
    assert contents.total and contents.date
    unsure = contents.date.model_copy(update={"confidence": 0.4})
    sure, labels = sure_tags(
        page, tags, contents.model_copy(update={"date": unsure}), LABELS, least=0.5
    )
    assert "date" not in sure
    assert {"total", "tax", "item_description", "item_total", "tip"} <= sure
    assert texts(page, labels) == {
        ("merchant_name", "CORNER CAFE"),
        ("item_description", "TEA"),
        ("item_description", "CAKE"),
        ("item_total", "2.00"),
        ("item_total", "3.50"),
        ("subtotal", "5.50"),
        ("tax", "0.55"),
        ("total", "6.05"),
    }


def test_a_value_that_is_printed_twice_is_labelled_twice() -> None:
    page, tags = typed_page([*ADDS_UP, "AMOUNT DUE     6.05{total}"])
    _, labels = sure_tags(page, tags, assemble(page, tags, LABELS), LABELS, least=0.5)
    assert list(labels).count("B-total") == 2


def test_a_label_that_is_likely_elsewhere_is_open() -> None:
    page, tags = typed_page([*ADDS_UP, "TOTAL          6.05{merchant_phone}"])
    sure, labels = sure_tags(page, tags, assemble(page, tags, LABELS), LABELS, least=0.5)
    assert "merchant_phone" not in sure
    assert not any(label.endswith("merchant_phone") for label in labels)


@pytest.fixture
def pictures(tmp_path: Path, project: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("restaurant-us.jpg", "fuel-au.jpg"):
        shutil.copy(project / "data" / "samples" / name, folder)
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def test_the_command_writes_a_source_for_training(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "own.jsonl"
    done = CliRunner().invoke(app, ["data", "self-label", str(pictures), "-o", str(out)])
    assert done.exit_code == 1, done.output
    assert "broken.png" in done.stderr
    assert "of 3 files labelled" in done.stderr
    receipts = list(read("jsonl", out))
    assert receipts
    assert all(json.loads(line)["image"].startswith("pictures/") for line in out.open())
    assert all(tag == "O" or tag[2:] in one.annotated for one in receipts for tag in one.tags)
    again = tmp_path / "again.jsonl"
    options = ["-o", str(again), "--without", str(out)]
    nothing = CliRunner().invoke(app, ["data", "self-label", str(pictures), *options])
    assert nothing.exit_code == 2
    assert "no receipt was confirmed" in nothing.stderr
