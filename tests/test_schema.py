"""The committed JSON Schema, the model and what comes out agree."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from extraction_fakes import BLANK, GOOD, RAISES, fake_extractor
from jsonschema import Draft202012Validator, ValidationError
from PIL import Image

from pipeline.receipt import Receipt, receipt_schema


@pytest.fixture(scope="module")
def committed(project: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((project / "pipeline" / "receipt.schema.json").read_text())
    return schema


def test_the_committed_schema_is_the_models(committed: dict[str, Any]) -> None:
    assert committed == receipt_schema(), (
        "write it anew: receipts schema > pipeline/receipt.schema.json"
    )
    Draft202012Validator.check_schema(committed)


@pytest.mark.parametrize("colour", [GOOD, BLANK, RAISES])
def test_records_fit_the_schema_and_read_back_the_same(
    colour: tuple[int, int, int], committed: dict[str, Any]
) -> None:
    buffer = BytesIO()
    Image.new("RGB", (50, 50), colour).save(buffer, "PNG")
    (record,) = fake_extractor().extract(buffer.getvalue())
    text = record.model_dump_json()
    Draft202012Validator(committed).validate(json.loads(text))
    assert Receipt.model_validate_json(text) == record


def test_the_schema_refuses_what_is_no_record(committed: dict[str, Any]) -> None:
    record = json.loads(fake_extractor().extract(b"")[0].model_dump_json())
    with pytest.raises(ValidationError):
        Draft202012Validator(committed).validate({**record, "grand_total": 1})
    with pytest.raises(ValidationError):
        Draft202012Validator(committed).validate({**record, "total": 12.5})
