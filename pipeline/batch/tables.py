"""Flatten records to rows: the columns, their types, and the values of each record.

The columns follow from the record's model; no field is listed here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from pydantic import BaseModel

from pipeline.receipt import FIELD_NAMES, Contents, Field, LineItem, Receipt
from pipeline.shapes.registry import shape_named

Row = dict[str, Any]

# Spreadsheets treat texts with these first characters as formulas. Source: OWASP, "CSV Injection".
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def without_formula(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns, and the rows of a record; each row has all columns.

    Attributes:
        columns: name to type; what is missing in a row is ``None``.
        line: the whole record as one line of JSON, for formats that know no columns.
        csv_text: converts a text for CSV; by default so that a spreadsheet does not run it as
            a formula, because receipts are untrusted.
    """

    columns: Mapping[str, type]
    rows: Callable[[Receipt], list[Row]]
    line: Callable[[Receipt], str] = Receipt.model_dump_json
    csv_text: Callable[[str], str] = without_formula


def _receipt_rows(record: Receipt) -> list[Row]:
    return [
        {
            "path": record.source.path,
            "page": record.source.page,
            "sha256": record.source.sha256,
            "status": record.status,
            "error": record.error,
            **_values(record, FIELD_NAMES),
            "item_count": len(record.items),
            "extra": _extra(record, "value"),
            "extra_types": _extra(record, "type"),
            "checks_ok": all(check.ok for check in record.checks) if record.checks else None,
            "needs_review": record.needs_review,
            "approved": record.approved,
            "engine": record.engine,
            "model": record.model,
            "schema_version": record.schema_version,
            "duplicate_of": record.source.duplicate_of,
        }
    ]


def _item_rows(record: Receipt) -> list[Row]:
    return [
        {
            "path": record.source.path,
            "page": record.source.page,
            "item": number,
            **_values(item, LineItem.model_fields),
            "duplicate_of": record.source.duplicate_of,
        }
        for number, item in enumerate(record.items, start=1)
    ]


def _values(record: BaseModel, names: Iterable[str]) -> Row:
    row: Row = {}
    for name in names:
        field: Field[Any] | None = getattr(record, name)
        row[name] = field.value if field else None
        row[f"{name}_confidence"] = field.confidence if field else None
    return row


def _extra(record: Receipt, key: str) -> str | None:
    """Custom labels as one JSON object, label to its field's value or type."""
    fields = record.model_dump(mode="json", include={"extra"})["extra"]
    plain = {label: field[key] for label, field in fields.items()}
    return json.dumps(plain, ensure_ascii=False) if plain else None


def _value_columns(model: type[BaseModel], names: Iterable[str]) -> dict[str, type]:
    columns: dict[str, type] = {}
    for name in names:
        (field_type,) = (
            kind for kind in get_args(model.model_fields[name].annotation) if kind is not type(None)
        )
        columns[name] = field_type.model_fields["value"].annotation
        columns[f"{name}_confidence"] = float
    return columns


RECEIPTS = Table(
    {
        "path": str,
        "page": int,
        "sha256": str,
        "status": str,
        "error": str,
        **_value_columns(Contents, FIELD_NAMES),
        "item_count": int,
        "extra": str,
        "extra_types": str,
        "checks_ok": bool,
        "needs_review": bool,
        "approved": bool,
        "engine": str,
        "model": str,
        "schema_version": str,
        "duplicate_of": str,
    },
    _receipt_rows,
)
"""One row a record: values with their confidences, and the verdicts on the whole."""


def with_raw_text(table: Table) -> Table:
    """The table, with texts written to CSV as read, formulas included."""
    return replace(table, csv_text=str)


def in_shape(name: str) -> Table:
    """The table of records whose JSON lines have the given shape.

    Raises:
        ConfigError: no shape has that name.
    """
    shape = shape_named(name)
    return replace(RECEIPTS, line=lambda record: json.dumps(shape(record), ensure_ascii=False))


ITEMS = Table(
    {
        "path": str,
        "page": int,
        "item": int,
        **_value_columns(LineItem, LineItem.model_fields),
        "duplicate_of": str,
    },
    _item_rows,
)
"""One row a line item; ``path`` and ``page`` lead to the record's row, ``item`` counts from 1."""
