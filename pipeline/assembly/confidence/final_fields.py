"""List the fields of a record one by one, and replace them in a copy of the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.labels import Label, LabelSet, Role, Table, ValueType
from pipeline.receipt import Contents, Field


@dataclass(frozen=True, slots=True)
class FinalField:
    """One field of a record.

    Attributes:
        key: the record's key, ``items.COLUMN`` for a line item's; what calibration pools by.
        label: the label set's name for it, which the tagger scores.
        type: of its value.
        table: of whose rows it is a part, ``None`` for the receipt's own fields.
        row: the number of its row, counted from 0.
    """

    key: str
    label: str
    type: ValueType
    field: Field[Any]
    table: Table | None = None
    row: int = 0

    @property
    def column(self) -> str:
        """Of its table."""
        return self.key.rpartition(".")[2]


def final_fields(contents: Contents, label_set: LabelSet) -> list[FinalField]:
    """All fields that come from a label; what is derived, such as the currency, is left out."""
    found = []
    for label in label_set.labels:
        if label.role is Role.TABLE:
            continue
        field = contents.extra.get(label.name) or getattr(contents, label.name, None)
        if isinstance(field, Field):
            found.append(FinalField(label.name, label.name, label.type, field))
    for table in Table:
        found += _cells(contents, table, label_set.of_table(table))
    return found


def _cells(contents: Contents, table: Table, labels: Sequence[Label]) -> Iterator[FinalField]:
    """The fields of a table's rows; of several labels of one column the first stands for it."""
    columns = {label.column: label for label in reversed(labels)}
    for number, row in enumerate(getattr(contents, table)):
        for column, field in row:
            label = columns.get(column)
            if field is not None and label is not None and field.boxes:
                key = f"{table}.{column}"
                yield FinalField(key, label.name, label.type, field, table, number)


def with_fields(
    contents: Contents, places: Sequence[FinalField], fields: Sequence[Field[Any]]
) -> Contents:
    """The same contents with these fields replaced."""
    changed: dict[str, Any] = {}
    extra: dict[str, Any] = dict(contents.extra)
    tables: dict[Table, list[dict[str, Any]]] = {
        table: [{} for _ in getattr(contents, table)] for table in Table
    }
    for one, field in zip(places, fields, strict=True):
        if one.table is not None:
            tables[one.table][one.row][one.column] = field
        elif one.key in extra:
            extra[one.key] = field
        else:
            changed[one.key] = field
    for table, cells in tables.items():
        rows = zip(getattr(contents, table), cells, strict=True)
        changed[table.value] = [row.model_copy(update=update) for row, update in rows]
    return contents.model_copy(update={**changed, "extra": extra})
