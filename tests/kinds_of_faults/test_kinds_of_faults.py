"""Receipts of kinds that are often read wrongly come out right, from the picture to the record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from drawn_text import drawn

from pipeline.extractor import Extractor
from pipeline.receipt import Receipt

KINDS: Mapping[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("receipts.yaml").read_text(encoding="utf-8")
)
WRONG_TODAY = pytest.mark.xfail(strict=True, reason="read wrongly by the shipped model")
DRAWN = [
    pytest.param(
        receipt["text"],
        receipt["truth"],
        id=f"{kind} {number}",
        marks=[WRONG_TODAY] if receipt.get("wrong_today") else [],
    )
    for kind, receipts in KINDS.items()
    for number, receipt in enumerate(receipts)
]
PICTURES = ("tip_suggestions", "polish", "french", "italy", "thousand_space", "plain_header")


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize(("text", "truth"), DRAWN)
def test_a_drawn_receipt(text: str, truth: Mapping[str, Any], extractor: Extractor) -> None:
    (receipt,) = extractor.extract(drawn(text))
    assert dict(differences(receipt, truth)) == {}


def test_at_least_five_receipts_of_every_kind_come_out_right() -> None:
    assert min(sum("wrong_today" not in one for one in each) for each in KINDS.values()) >= 5


@pytest.fixture(scope="module")
def cases(shared_datasets: Path) -> Path:
    folder = shared_datasets.with_name("cases")
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return folder


@pytest.mark.parametrize("name", (*PICTURES, "small_print", "two_pages"))
def test_a_reported_receipt(name: str, cases: Path, extractor: Extractor) -> None:
    truth = json.loads((cases / "truth.json").read_text())[name]
    (path,) = cases.glob(f"{name}.*")
    (receipt,) = extractor.extract(path)
    pages = truth.pop("pages", 1)
    assert dict(differences(receipt, truth)) == {}
    assert len(receipt.source.pages or [1]) == pages


def differences(
    receipt: Receipt, truth: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[object, object]]]:
    """What the record says otherwise: by key its value and the true one."""
    for key, wanted in truth.items():
        if key == "items":
            found: object = [item.total and item.total.value for item in receipt.items]
            wanted = [Decimal(str(one)) for one in wanted]
        else:
            field = getattr(receipt, key)
            found = field and (field.value if isinstance(wanted, float) else str(field.value))
            wanted = Decimal(str(wanted)) if isinstance(wanted, float) else wanted
        if found != wanted:
            yield key, (found, wanted)
