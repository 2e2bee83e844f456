"""Flatten records to rows: the columns, their types, and the values of each record.

The columns follow from the record's model; no field is listed here.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, get_args

import pyarrow as pa
from pydantic import BaseModel

from pipeline.config import FIELD_NAMES
from pipeline.receipt import Contents, Field, LineItem, Receipt
from pipeline.shapes.registry import shape_named

Row = dict[str, Any]

# Amounts are float64, as in the JSON: a misread amount of 40 digits fits no decimal column.
_ARROW_TYPES = {Decimal: pa.float64(), datetime.date: pa.date32(), str: pa.string()}


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns, and the rows of a record; each row has all columns.

    Amounts stand in rows as ``Decimal``, dates as ``date``, what is missing as ``None``.

    Attributes:
        line: the whole record as one line of JSON, for formats that know no columns.
    """

    schema: pa.Schema
    rows: Callable[[Receipt], list[Row]]
    line: Callable[[Receipt], str] = Receipt.model_dump_json


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


def _value_columns(model: type[BaseModel], names: Iterable[str]) -> list[pa.Field]:
    columns = []
    for name in names:
        (field_type,) = (
            kind for kind in get_args(model.model_fields[name].annotation) if kind is not type(None)
        )
        value_type = field_type.model_fields["value"].annotation
        columns.append(pa.field(name, _ARROW_TYPES[value_type]))
        columns.append(pa.field(f"{name}_confidence", pa.float64()))
    return columns


RECEIPTS = Table(
    pa.schema(
        [
            ("path", pa.string()),
            ("page", pa.int32()),
            ("sha256", pa.string()),
            ("status", pa.string()),
            ("error", pa.string()),
            *_value_columns(Contents, FIELD_NAMES),
            ("item_count", pa.int32()),
            ("extra", pa.string()),
            ("extra_types", pa.string()),
            ("checks_ok", pa.bool_()),
            ("needs_review", pa.bool_()),
            ("approved", pa.bool_()),
            ("engine", pa.string()),
            ("model", pa.string()),
            ("schema_version", pa.string()),
            ("duplicate_of", pa.string()),
        ]
    ),
    _receipt_rows,
)
"""One row a record: values with their confidences, and the verdicts on the whole."""


def in_shape(name: str) -> Table:
    """The table of records whose JSON lines have the given shape.

    Raises:
        ConfigError: no shape has that name.
    """
    shape = shape_named(name)
    return replace(RECEIPTS, line=lambda record: json.dumps(shape(record), ensure_ascii=False))


ITEMS = Table(
    pa.schema(
        [
            ("path", pa.string()),
            ("page", pa.int32()),
            ("item", pa.int32()),
            *_value_columns(LineItem, LineItem.model_fields),
            ("duplicate_of", pa.string()),
        ]
    ),
    _item_rows,
)
"""One row a line item; ``path`` and ``page`` lead to the record's row, ``item`` counts from 1."""
