"""Flatten records to rows: the columns, their types, and the values of each record.

The columns of fields follow from the record's model. The columns that describe the record itself,
such as ``path`` and ``engine``, are listed here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from pipeline.receipt import FIELD_NAMES, Contents, LineItem, Payment, Quality, Receipt, TaxLine
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
        parquet_only: columns that CSV leaves out.
    """

    columns: Mapping[str, type]
    rows: Callable[[Receipt], list[Row]]
    line: Callable[[Receipt], str] = Receipt.model_dump_json
    csv_text: Callable[[str], str] = without_formula
    parquet_only: frozenset[str] = frozenset()


class _Line(NamedTuple):
    """One line item of a record, with its number from 1."""

    record: Receipt
    number: int
    item: LineItem


def _extra(record: Receipt, key: str) -> str | None:
    """Custom labels as one JSON object, label to its field's value or type."""
    fields = record.model_dump(mode="json", include={"extra"})["extra"]
    plain = {label: field[key] for label, field in fields.items()}
    return json.dumps(plain, ensure_ascii=False) if plain else None


def _values(rows: Sequence[TaxLine | Payment]) -> str | None:
    """The values of rows as a JSON list of objects, without columns that are missing."""
    plain = [row.model_dump(mode="json", exclude_none=True) for row in rows]
    values = [{name: field["value"] for name, field in row.items()} for row in plain]
    return json.dumps(values, ensure_ascii=False) if values else None


def _numbers(numbers: Sequence[float] | None) -> str | None:
    """Numbers as a JSON list, none if there are none."""
    return json.dumps(list(numbers)) if numbers else None


_Columns = dict[str, tuple[type, Callable[[Any], Any]]]


def _field_columns(model: type[BaseModel], names: Iterable[str], place: str = "") -> _Columns:
    """The values and confidences of fields; ``place`` leads from a row's object to the fields."""
    columns: _Columns = {}
    for name in names:
        (field_type,) = (
            kind for kind in get_args(model.model_fields[name].annotation) if kind is not type(None)
        )
        value_type = field_type.model_fields["value"].annotation
        is_named = isinstance(value_type, type) and issubclass(value_type, Enum)
        columns[name] = (str if is_named else value_type, _part_of_field(place + name, "value"))
        columns[f"{name}_confidence"] = (float, _part_of_field(place + name, "confidence"))
    return columns


def _part_of_field(place: str, part: str) -> Callable[[Any], Any]:
    field = attrgetter(place)
    return lambda one: getattr(field(one), part, None)  # a missing field is None


def _quality_column(name: str) -> tuple[type, Callable[[Any], Any]]:
    if name == "labels":
        return str, _label_readings
    kinds = get_args(Quality.model_fields[name].annotation) or (
        Quality.model_fields[name].annotation,
    )
    return kinds[0], lambda record: getattr(record.quality, name, None)


def _label_readings(record: Receipt) -> str | None:
    """The words of each label as one JSON object, label to its numbers."""
    labels = record.quality.labels if record.quality else {}
    plain = {label: reading.model_dump() for label, reading in labels.items()}
    return json.dumps(plain) if plain else None


_QUALITY_COLUMNS: _Columns = {
    f"quality_{name}": _quality_column(name) for name in Quality.model_fields
}
_RECEIPT_COLUMNS: _Columns = {
    "path": (str, attrgetter("source.path")),
    "page": (int, attrgetter("source.page")),
    "pages": (str, lambda record: _numbers(record.source.pages)),
    "region": (str, lambda record: _numbers(record.source.region)),
    "sha256": (str, attrgetter("source.sha256")),
    "status": (str, attrgetter("status")),
    "error": (str, attrgetter("error")),
    **_field_columns(Contents, FIELD_NAMES),
    "merchant_tax_id_valid": (bool, lambda record: getattr(record.merchant_tax_id, "valid", None)),
    "item_count": (int, lambda record: len(record.items)),
    "taxes": (str, lambda record: _values(record.taxes)),
    "payments": (str, lambda record: _values(record.payments)),
    "extra": (str, lambda record: _extra(record, "value")),
    "extra_types": (str, lambda record: _extra(record, "type")),
    "checks_ok": (bool, lambda record: all(c.ok for c in record.checks) if record.checks else None),
    "needs_review": (bool, attrgetter("needs_review")),
    "approved": (bool, attrgetter("approved")),
    "engine": (str, attrgetter("engine")),
    "model": (str, attrgetter("model")),
    "schema_version": (str, attrgetter("schema_version")),
    "attachment": (str, attrgetter("source.attachment")),
    "read_from": (str, attrgetter("source.read_from")),
    "duplicate_of": (str, attrgetter("source.duplicate_of")),
    "width": (int, lambda record: record.size[0] if record.size else None),
    "height": (int, lambda record: record.size[1] if record.size else None),
    **_QUALITY_COLUMNS,
}
_ITEM_COLUMNS: _Columns = {
    "path": (str, attrgetter("record.source.path")),
    "page": (int, attrgetter("record.source.page")),
    "attachment": (str, attrgetter("record.source.attachment")),
    "region": (str, lambda line: _numbers(line.record.source.region)),
    "item": (int, attrgetter("number")),
    **_field_columns(LineItem, LineItem.model_fields, "item."),
    "duplicate_of": (str, attrgetter("record.source.duplicate_of")),
}


def _row(one: Receipt | _Line, columns: _Columns) -> Row:
    return {name: value(one) for name, (_, value) in columns.items()}


def _receipt_rows(record: Receipt) -> list[Row]:
    return [_row(record, _RECEIPT_COLUMNS)]


def _item_rows(record: Receipt) -> list[Row]:
    lines = (_Line(record, number, item) for number, item in enumerate(record.items, start=1))
    return [_row(line, _ITEM_COLUMNS) for line in lines]


def _types(columns: _Columns) -> dict[str, type]:
    return {name: kind for name, (kind, _) in columns.items()}


RECEIPTS = Table(
    _types(_RECEIPT_COLUMNS),
    _receipt_rows,
    parquet_only=frozenset({"width", "height", *_QUALITY_COLUMNS}),
)
"""One row a record: values with their confidences, and the verdicts on the whole."""

ITEMS = Table(_types(_ITEM_COLUMNS), _item_rows)
"""One row a line item; ``path``, ``page`` and ``region`` lead to the record's row, ``item`` counts
from 1."""


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
