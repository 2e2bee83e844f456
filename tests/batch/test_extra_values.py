"""The values of custom labels in every output: a text stays a text, whatever it looks like."""

from __future__ import annotations

import csv
import datetime
import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from extra_fields import EXTRAS, LOOK_ALIKES
from hypothesis import given

from pipeline.batch.formats import format_of
from pipeline.batch.packing import pack, unpack
from pipeline.batch.sinks import open_file_sink
from pipeline.batch.table_columns import RECEIPTS
from pipeline.receipt import Receipt, Source

EMPTY = Receipt(
    source=Source(path="a.jpg", page=1, sha256=None), status="ok", engine="fake", model="fake"
)
PYTHON_TYPES = {"amount": Decimal, "quantity": Decimal, "date": datetime.date}


def written(name: str, record: Receipt) -> str:
    """What a file holds of one record: its line of JSON, or the row's cells as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        with open_file_sink(path, format_of(path), RECEIPTS) as sink:
            sink.write([record])
        if path.suffix == ".jsonl":
            return path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                (row,) = csv.DictReader(file)
        else:
            (row,) = pq.read_table(path).to_pylist()
        return json.dumps({name: row[name] for name in ("extra", "extra_types")})


def values_and_types(record: Receipt) -> dict[str, tuple[Any, str]]:
    return {label: (field.value, field.type) for label, field in record.extra.items()}


def from_row(text: str) -> dict[str, tuple[Any, str]]:
    """The same of a row's two cells."""
    row = json.loads(text)
    types = json.loads(row["extra_types"] or "{}")
    values = json.loads(row["extra"] or "{}", parse_float=Decimal)
    dates = {label for label, kind in types.items() if kind == "date"}
    return {
        label: (datetime.date.fromisoformat(value) if label in dates else value, types[label])
        for label, value in values.items()
    }


@given(EXTRAS)
def test_jsonl_and_the_journal_give_an_equal_record(extra: dict[str, Any]) -> None:
    record = EMPTY.model_copy(update={"extra": extra})
    for back in (Receipt.model_validate_json(written("o.jsonl", record)), *unpack(pack([record]))):
        assert back == record
        for field in back.extra.values():
            assert type(field.value) is PYTHON_TYPES.get(field.type, str)


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
@given(extra=EXTRAS)
def test_tables_hold_values_and_types(name: str, extra: dict[str, Any]) -> None:
    record = EMPTY.model_copy(update={"extra": extra})
    assert from_row(written(name, record)) == values_and_types(record)


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_a_text_is_written_letter_for_letter(text: str) -> None:
    field = {"type": "text", "value": text, "text": text, "confidence": 1, "boxes": []}
    record = Receipt.model_validate({**EMPTY.model_dump(), "extra": {"card": field}})
    assert json.loads(written("out.jsonl", record))["extra"]["card"]["value"] == text
