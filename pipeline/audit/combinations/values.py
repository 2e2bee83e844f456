"""The values of a receipt whose combinations are looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.audit.receipts import AuditedReceipt

_HOURS = 3  # in a part of the day
_SURE = 0.5  # confidence below which a value may be misread
_WEEKEND = 5  # Saturday, from Monday as 0

KINDS = ("category", "currency", "hours", "day", "city")
AMOUNTS = ("total", "share of tax", "share of tip", "number of items")


@dataclass(frozen=True, slots=True)
class Values:
    """Of one receipt; values that it lacks are left out.

    Attributes:
        kinds: by the names in ``KINDS``, and `person`.
        amounts: by the names in ``AMOUNTS``; the total and the number of items as logarithms.
    """

    kinds: Mapping[str, str]
    amounts: Mapping[str, float]


def values_of(receipt: AuditedReceipt) -> Values:
    """The values of a receipt that were read surely enough."""
    time, date = _sure(receipt, "time"), _sure(receipt, "date")
    kinds = {
        "person": receipt.person,
        "category": receipt.category,
        "currency": receipt.value("currency"),
        "hours": None if time is None else _part_of_day(int(time.partition(":")[0])),
        "day": None if date is None else _kind_of_day(date.weekday()),
        "city": receipt.city,
    }
    total = _sure(receipt, "total")
    amounts: dict[str, float | None] = {
        "total": math.log(total) if total is not None and total > 0 else None,
        "share of tax": _share(_sure(receipt, "tax"), total),
        "share of tip": _share(_sure(receipt, "tip"), total),
        "number of items": math.log(receipt.item_count) if receipt.item_count else None,
    }
    return Values(
        {name: str(value) for name, value in kinds.items() if value},
        {name: value for name, value in amounts.items() if value is not None},
    )


def _part_of_day(hour: int) -> str:
    start = hour // _HOURS * _HOURS
    return f"{start:02}:00–{start + _HOURS - 1:02}:59"


def _kind_of_day(weekday: int) -> str:
    return "weekend" if weekday >= _WEEKEND else "weekday"


def _share(part: Decimal | None, total: Decimal | None) -> float | None:
    return None if part is None or not total else float(part / total)


def _sure(receipt: AuditedReceipt, name: str) -> Any:
    field = getattr(receipt.record, name)
    return None if field is None or field.confidence < _SURE else field.value
