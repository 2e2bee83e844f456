"""Serialise records compactly and without loss; JSON would turn amounts into floats."""

from __future__ import annotations

import datetime
import json
import zlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from pipeline.receipt import Receipt

_DECIMAL = "$decimal"
_DATE = "$date"

Record = TypeVar("Record", bound=Receipt)


def pack(records: Sequence[Receipt]) -> bytes:
    """Compressed JSON in which amounts and dates are marked."""
    plain = [record.model_dump() for record in records]
    text = json.dumps(plain, default=_marked, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode())


def unpack(packed: bytes) -> list[Receipt]:
    """The records that were packed."""
    return unpack_as(Receipt, packed)


def unpack_as(kind: type[Record], packed: bytes) -> list[Record]:
    """The records that were packed, of a kind that may hold more than ``Receipt``."""
    plain = json.loads(zlib.decompress(packed), object_hook=_unmarked)
    return [kind.model_validate(record) for record in plain]


def _marked(value: object) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {_DECIMAL: str(value)}
    if isinstance(value, datetime.date):
        return {_DATE: value.isoformat()}
    raise TypeError(f"a record holds a {type(value).__name__}")


def _unmarked(value: dict[str, Any]) -> Any:
    if value.keys() == {_DECIMAL}:
        return Decimal(value[_DECIMAL])
    if value.keys() == {_DATE}:
        return datetime.date.fromisoformat(value[_DATE])
    return value
