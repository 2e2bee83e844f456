"""The amounts and dates of a record, which are what pays to change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.receipt import Field, PixelBox, Receipt

_FIELDS = (
    *("date", "subtotal", "tax", "service_charge", "tip", "discount", "rounding"),
    *("total", "cash", "change"),
)


def number_fields(record: Receipt) -> Iterator[tuple[str, Field[Any]]]:
    """The fields with amounts and dates, with their names."""
    for name in _FIELDS:
        if (field := getattr(record, name)) is not None:
            yield name, field
    for place, item in enumerate(record.items):
        for column in ("unit_price", "total"):
            if (field := getattr(item, column)) is not None:
                yield f"items[{place}].{column}", field
    for place, tax in enumerate(record.taxes):
        for column in ("net", "amount"):
            if (field := getattr(tax, column)) is not None:
                yield f"taxes[{place}].{column}", field


def number_places(record: Receipt) -> list[tuple[str, PixelBox]]:
    """Their boxes on the receipt's first page, each place once."""
    found: dict[PixelBox, str] = {}
    for name, field in number_fields(record):
        for box in field.boxes if not field.pages else ():
            found.setdefault(box, name)
    return [(name, box) for box, name in found.items()]
