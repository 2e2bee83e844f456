"""Rows of the CSV and Parquet tables of `receipts extract` as records.

Tables hold values and confidences: the records have no boxes and no line items.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.install import needs
from pipeline.receipt import FIELD_NAMES, Quality, Receipt

_PARQUET_BATCH = 1000
_NO_CHECK = 0.0
_SOURCE = ("path", "page", "sha256", "attachment", "read_from", "duplicate_of")


def csv_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a CSV file; empty cells are ``None``.

    Raises:
        ConfigError: it has no column ``path``.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        _check_columns(path, rows.fieldnames or ())
        for row in rows:
            yield {name: _unquoted(cell) for name, cell in row.items() if name is not None}


def parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file.

    Raises:
        ConfigError: pyarrow is not installed, or the file is no such table.
    """
    with needs("Parquet needs pyarrow", "parquet"):
        import pyarrow
        import pyarrow.parquet as pq
    try:
        file = pq.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise ConfigError(f"{path}: not a Parquet file ({error})") from error
    with file:
        _check_columns(path, file.schema_arrow.names)
        for batch in file.iter_batches(_PARQUET_BATCH):
            yield from batch.to_pylist()


def record_of_row(row: Mapping[str, Any]) -> Receipt:
    """The record of a row of the receipts table.

    Raises:
        ValueError: a cell is not of its column's type.
    """
    fields = {name: _field(row, name) for name in FIELD_NAMES}
    if fields["merchant_tax_id"] is not None:
        fields["merchant_tax_id"]["valid"] = row.get("merchant_tax_id_valid") or None
    source = {name: row.get(name) for name in _SOURCE}
    return Receipt.model_validate(
        {
            "source": {**source, **_lists(row, "pages", "region")},
            "status": row.get("status"),
            "error": row.get("error"),
            **fields,
            "taxes": _rows(row.get("taxes")),
            "payments": _rows(row.get("payments")),
            "checks": _checks(row.get("checks_ok")),
            "size": _size(row),
            "quality": _quality(row),
            "needs_review": row.get("needs_review") or False,
            "approved": row.get("approved"),
            "engine": row.get("engine") or "",
            "model": row.get("model") or "",
        }
    )


def _check_columns(path: Path, names: Any) -> None:
    if missing := {"path", "status"} - set(names):
        raise ConfigError(
            f"{path}: no column {min(missing)!r}: not the receipts table of `receipts extract`"
        )


def _unquoted(cell: str | None) -> str | None:
    """Without the apostrophe that ``extract`` puts before what looks like a formula."""
    if not cell:
        return None
    return cell[1:] if cell[0] == "'" and cell[1:2] in tuple("=+-@\t\r\n＝＋－＠") else cell


def _field(row: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = row.get(name)
    if value is None:
        return None
    confidence = row.get(f"{name}_confidence")
    return {
        "value": str(value) if isinstance(value, float) else value,
        "text": str(value),
        "confidence": 1.0 if confidence is None else confidence,
        "boxes": [],
    }


def _lists(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: json.loads(row[name]) for name in names if row.get(name)}


def _rows(cell: str | None) -> list[dict[str, Any]]:
    """The rows of taxes or payments, whose confidences tables do not have."""
    return [
        {
            name: {"value": value, "text": str(value), "confidence": 1.0, "boxes": []}
            for name, value in row.items()
        }
        for row in (json.loads(cell) if cell else [])
    ]


def _size(row: Mapping[str, Any]) -> tuple[int, int] | None:
    width, height = row.get("width"), row.get("height")
    return (width, height) if width and height else None


def _quality(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Parquet has it; CSV does not."""
    known = {name: row.get(f"quality_{name}") for name in Quality.model_fields}
    known["labels"] = json.loads(known["labels"] or "{}")
    return known if known["words"] is not None else None


def _checks(all_hold: Any) -> list[dict[str, Any]]:
    """Tables say only whether all sums hold, not which and by how much."""
    if all_hold is None:
        return []
    is_ok = str(all_hold).lower() == "true"
    return [{"rule": "sums", "ok": is_ok, "expected": _NO_CHECK, "found": _NO_CHECK}]
