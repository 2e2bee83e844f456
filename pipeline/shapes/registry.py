"""Registry of the JSON shapes of records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.errors import unknown_name
from pipeline.receipt import Receipt
from pipeline.shapes.azure import as_azure
from pipeline.shapes.textract import as_textract

Shape = Callable[[Receipt], dict[str, Any]]
"""Converts a record to JSON values in one of the shapes."""


def as_record(record: Receipt) -> dict[str, Any]:
    """This project's own shape (``receipts schema``)."""
    return record.model_dump(mode="json")


SHAPES: dict[str, Shape] = {
    "receipt": as_record,
    "azure": as_azure,
    "textract": as_textract,
}


def shape_named(name: str) -> Shape:
    """The shape with that name.

    Raises:
        ConfigError: there is none; the message suggests the nearest.
    """
    if name not in SHAPES:
        raise unknown_name("shape", name, SHAPES)
    return SHAPES[name]
