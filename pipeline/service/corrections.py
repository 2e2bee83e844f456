"""Apply what a person changed to a record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel

from pipeline.assembly.recheck import checks_of
from pipeline.receipt import Field, Receipt
from pipeline.service.schemas import Correction, NewValue
from pipeline.service.store.receipts import FieldChange

ACCEPTED = "accepted"
"""The name under which a change of the acceptance is noted."""
_LISTS = ("items", "taxes", "payments")


@dataclass(frozen=True, slots=True)
class Corrected:
    """A changed record, and what differs from the old one."""

    record: Receipt
    changes: list[FieldChange]


def corrected(record: Receipt, correction: Correction, accepted: bool) -> Corrected:
    """The record with the changes; its sums are checked anew.

    A value that a person gave has a confidence of 1. An accepted record needs no review.
    """
    update: dict[str, Any] = {}
    if correction.fields is not None:
        for name in correction.fields.model_fields_set:
            old, new = getattr(record, name), getattr(correction.fields, name)
            update[name] = _field(Receipt, name, old, new)
    for name in _LISTS:
        rows = getattr(correction, name)
        if rows is not None:
            update[name] = _rows(name, getattr(record, name), rows)
    changed = record.model_copy(update=update)
    if any(_plain(getattr(record, name)) != _plain(update[name]) for name in update):
        changed = changed.model_copy(
            update={"checks": checks_of(changed), "absent": _still_absent(changed)}
        )
    if accepted:
        changed = changed.model_copy(update={"needs_review": False})
    # Validated as a whole: what was put in is of the record's types.
    return Corrected(Receipt.model_validate(changed.model_dump()), list(_changes(record, changed)))


def reverted(record: Receipt, changes: Sequence[FieldChange]) -> Corrected:
    """The record with the fields as they were before those changes, their evidence included.

    A record whose acceptance is among the changes needs review again.
    """
    update = {
        one.field: json.loads(one.old) for one in changes if one.field in Receipt.model_fields
    }
    changed = Receipt.model_validate({**record.model_dump(), **update})
    if update:
        changed = changed.model_copy(update={"checks": checks_of(changed)})
    if any(one.field == ACCEPTED for one in changes):
        changed = changed.model_copy(update={"needs_review": True})
    return Corrected(changed, list(_changes(record, changed)))


def _still_absent(record: Receipt) -> dict[str, float]:
    """``absent`` without the fields that are filled now."""
    return {name: sure for name, sure in record.absent.items() if getattr(record, name) is None}


def _changes(before: Receipt, after: Receipt) -> Iterator[FieldChange]:
    names = [*after.model_fields_set & before.model_fields_set, *after.model_fields_set]
    for name in dict.fromkeys(names):
        if name in ("absent", "checks", "needs_review"):
            continue
        old, new = _plain(getattr(before, name)), _plain(getattr(after, name))
        if old != new:
            yield FieldChange(name, json.dumps(old), json.dumps(new))


def _rows(name: str, old: Sequence[BaseModel], new: Sequence[BaseModel]) -> list[BaseModel]:
    """The rows; a row keeps the evidence of the old row in its place where a value is the same.

    A cell that is given with the value, text and boxes of an old one, in whatever row, is that
    one: rows that were only moved keep their confidence.
    """
    (kind,) = get_args(Receipt.model_fields[name].annotation)
    known: dict[object, Any] = {
        (column, cell.value, cell.text, tuple(cell.boxes)): cell
        for row in old
        for column, cell in row
        if cell is not None
    }
    rows = []
    for place, row in enumerate(new):
        before = old[place] if place < len(old) else kind()
        cells = {
            column: known.get(_key(column, getattr(row, column)))
            or _field(kind, column, getattr(before, column), getattr(row, column))
            for column in row.model_fields_set
        }
        rows.append(kind(**cells))
    return rows


def _key(column: str, new: NewValue | None) -> tuple[Any, ...] | None:
    if new is None or new.text is None or new.boxes is None:
        return None
    return column, new.value, new.text, tuple(new.boxes)


def _field(
    record: type[BaseModel], name: str, old: Field[Any] | None, new: NewValue | None
) -> Field[Any] | None:
    if new is None:
        return None
    kinds = get_args(record.model_fields[name].annotation)
    (kind,) = (one for one in kinds if one is not type(None))
    is_same = old is not None and old.value == new.value
    text = new.text if new.text is not None else old.text if old and is_same else str(new.value)
    boxes = new.boxes if new.boxes is not None else old.boxes if old else []
    pages = new.pages or (old.pages if old and len(old.pages) == len(boxes) else [])
    field: Field[Any] = kind(value=new.value, text=text, confidence=1.0, boxes=boxes, pages=pages)
    return field


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
