"""Read a text that a person put into a field, as the page's amounts and dates are read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import get_args

from pydantic import BaseModel

from pipeline.assembly.values.conventions import Conventions, infer_conventions
from pipeline.assembly.values.parse import Value, parse
from pipeline.document import Box, Page, Token
from pipeline.labels import ValueType
from pipeline.receipt import FIELD_NAMES, LineItem, Payment, Receipt, TaxLine
from pipeline.receipt_words import Word

_ROWS: dict[str, type[BaseModel]] = {"items": LineItem, "taxes": TaxLine, "payments": Payment}
_TYPES = {
    "date": ValueType.DATE,
    "time": ValueType.TIME,
    "merchant_phone": ValueType.PHONE,
    "merchant_tax_id": ValueType.TAX_ID,
    "receipt_number": ValueType.CODE,
    "items.code": ValueType.CODE,
    "items.quantity": ValueType.QUANTITY,
    "taxes.rate": ValueType.RATE,
    "payments.card_last4": ValueType.CARD,
}


def _value_types() -> dict[str, ValueType]:
    types = {name: _type_of(Receipt, name, name) for name in FIELD_NAMES}
    for table, row in _ROWS.items():
        for column in row.model_fields:
            types[f"{table}.{column}"] = _type_of(row, column, f"{table}.{column}")
    return types


def _type_of(record: type[BaseModel], name: str, full_name: str) -> ValueType:
    if full_name in _TYPES:
        return _TYPES[full_name]
    kinds = get_args(record.model_fields[name].annotation)
    (field,) = (kind for kind in kinds if kind is not type(None))
    is_amount = field.model_fields["value"].annotation is Decimal
    return ValueType.AMOUNT if is_amount else ValueType.TEXT


VALUE_TYPES = _value_types()
"""The type of each field, and of each column as ``items.total``."""


def interpret(kind: ValueType, text: str, record: Receipt, words: Sequence[Word]) -> Value | None:
    """The value of that type that a text has on the receipt; ``None`` if it has none."""
    return parse(text, kind, _conventions(record, words))


def _conventions(record: Receipt, words: Sequence[Word]) -> Conventions:
    tokens = tuple(Token(word.text, Box(*word.box), word.confidence, word.line) for word in words)
    width, height = record.size or (1, 1)
    fields = record.found_fields()
    amounts = [field.text for field in fields.values() if isinstance(field.value, Decimal)]
    dates = [record.date.text] if record.date else []
    return infer_conventions(Page(width, height, tokens), amounts, dates)
