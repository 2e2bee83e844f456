"""Read the output of `receipts extract` one record at a time: JSONL, JSON, CSV or Parquet.

A line that is no record becomes a record with the status ``error``, so that it is reported and
does not end the audit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pipeline.audit.records.tables import csv_rows, parquet_rows, record_of_row
from pipeline.batch.formats import Format, format_of
from pipeline.errors import ConfigError
from pipeline.plain_errors import plain_problems
from pipeline.receipt import Receipt, Source


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record, with the number of its line items, which tables have without the items."""

    record: Receipt
    item_count: int


def read_records(path: Path) -> Iterator[ReadRecord]:
    """The records of a file, in its order.

    Raises:
        ConfigError: there is no such file, its suffix is unknown, or its packages are missing.
    """
    format_ = format_of(path)
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    match format_:
        case Format.CSV:
            yield from _table(path, csv_rows(path))
        case Format.PARQUET:
            yield from _table(path, parquet_rows(path))
        case _:
            yield from _lines(path)


def unreadable(path: Path, place: str, reason: str) -> ReadRecord:
    """What stands for a line or row that is no record."""
    record = Receipt(
        source=Source(path=f"{path}, {place}", page=1, sha256=None),
        status="error",
        error=reason,
        engine="",
        model="",
    )
    return ReadRecord(record, 0)


def _lines(path: Path) -> Iterator[ReadRecord]:
    """Of JSON Lines, or of the array of a line each that ``extract`` writes."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            text = line.strip().removesuffix(",")
            if text in ("", "[", "]", "[]"):
                continue
            yield _of_line(path, number, text)


def _of_line(path: Path, number: int, text: str) -> ReadRecord:
    try:
        record = Receipt.model_validate_json(text)
    except ValidationError as error:
        return unreadable(path, f"line {number}", _reason(text, error))
    return ReadRecord(record, len(record.items))


def _reason(text: str, error: ValidationError) -> str:
    """What is wrong with a line; other shapes than the record's are named as such."""
    try:
        keys = json.loads(text)
    except ValueError:
        return f"not JSON: {plain_problems(error, Receipt)[0]}"
    if isinstance(keys, dict) and ("documents" in keys or "ExpenseDocuments" in keys):
        return "a record in Azure's or Textract's shape; audit needs `--shape receipt`"
    return "; ".join(plain_problems(error, Receipt)[:3])


def _table(path: Path, rows: Iterator[dict[str, object]]) -> Iterator[ReadRecord]:
    for number, row in enumerate(rows, start=1):
        try:
            record = record_of_row(row)
        except (ValidationError, ValueError) as error:
            yield unreadable(path, f"row {number}", _table_reason(error))
            continue
        count = row.get("item_count")
        yield ReadRecord(record, int(str(count)) if count not in (None, "") else 0)


def _table_reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(plain_problems(error, Receipt)[:3])
    return str(error)
