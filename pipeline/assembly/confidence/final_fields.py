"""List the fields of a record one by one, and replace them in a copy of the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.labels import LabelSet, Role, ValueType
from pipeline.receipt import Contents, Field, LineItem

COLUMNS = tuple(LineItem.model_fields)
ITEM = "items."


@dataclass(frozen=True, slots=True)
class FinalField:
    """One field of a record.

    Attributes:
        key: the record's key, ``items.COLUMN`` for a line item's; what calibration pools by.
        label: the label set's name for it, which the tagger scores.
        type: of its value.
        item: the number of its line item, ``None`` for the receipt's own fields.
    """

    key: str
    label: str
    type: ValueType
    field: Field[Any]
    item: int | None = None


def final_fields(contents: Contents, label_set: LabelSet) -> list[FinalField]:
    """All fields that come from a label; the currency, which does not, is left out."""
    found = []
    for label in label_set.labels:
        if label.role is Role.ITEM:
            continue
        field = contents.extra.get(label.name) or getattr(contents, label.name, None)
        if isinstance(field, Field):
            found.append(FinalField(label.name, label.name, label.type, field))
    columns = {label.column: label for label in label_set.with_role(Role.ITEM)}
    for number, item in enumerate(contents.items):
        for column in COLUMNS:
            field, of_column = getattr(item, column), columns.get(column)
            if field is not None and of_column is not None:
                name, kind = of_column.name, of_column.type
                found.append(FinalField(ITEM + column, name, kind, field, number))
    return found


def with_fields(
    contents: Contents, places: Sequence[FinalField], fields: Sequence[Field[Any]]
) -> Contents:
    """The same contents with these fields replaced."""
    header: dict[str, Any] = {}
    extra: dict[str, Any] = dict(contents.extra)
    cells: list[dict[str, Any]] = [{} for _ in contents.items]
    for one, field in zip(places, fields, strict=True):
        if one.item is not None:
            cells[one.item][one.key.removeprefix(ITEM)] = field
        elif one.key in extra:
            extra[one.key] = field
        else:
            header[one.key] = field
    items = [
        item.model_copy(update=changed) for item, changed in zip(contents.items, cells, strict=True)
    ]
    return contents.model_copy(update={**header, "items": items, "extra": extra})
