"""The amounts and dates of a record, which are what pays to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.receipt import Field, PixelBox, Receipt

_FIELDS = (
    *("date", "subtotal", "tax", "service_charge", "tip", "discount", "rounding"),
    *("total", "cash", "change"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """An amount or date, and its box in pixels of the upright page."""

    field: str
    text: str
    box: PixelBox


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


def number_places(record: Receipt) -> list[Place]:
    """The amounts and dates on the receipt's first page that stand in one line, each once."""
    found: dict[PixelBox, Place] = {}
    for name, field in number_fields(record):
        if len(field.boxes) == 1 and not field.pages:
            found.setdefault(field.boxes[0], Place(name, field.text, field.boxes[0]))
    return list(found.values())
