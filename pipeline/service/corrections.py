"""Apply what a person changed to a record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter

from pipeline.assembly.recheck import checks_of
from pipeline.receipt import ExtraField, Field, Receipt
from pipeline.service.correction_schema import Correction, NewExtra, NewValue
from pipeline.service.store.receipts import FieldChange

ACCEPTED = "accepted"
"""The name under which a change of the acceptance is noted."""
EXTRA = "extra."
"""Changes of custom labels are noted under this and the label."""
_LISTS = ("items", "taxes", "payments")
_NOT_NOTED = ("absent", "checks", "needs_review", "extra")
_EXTRA_FIELD: TypeAdapter[ExtraField] = TypeAdapter(ExtraField)


class NoSuchPage(Exception):
    """A value is said to be on a page on which the receipt is not."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A changed record, and what differs from the old one."""

    record: Receipt
    changes: list[FieldChange]


def corrected(record: Receipt, correction: Correction, accepted: bool) -> Corrected:
    """The record with the changes; its sums are checked anew.

    A value that a person gave has a confidence of 1. An accepted record needs no review.

    Raises:
        NoSuchPage: nothing is changed.
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
    if correction.extra is not None:
        update["extra"] = _extra(record.extra, correction.extra)
    changed = record.model_copy(update=update)
    if any(_plain(getattr(record, name)) != _plain(update[name]) for name in update):
        changed = changed.model_copy(
            update={"checks": checks_of(changed), "absent": _still_absent(changed)}
        )
    if accepted:
        changed = changed.model_copy(update={"needs_review": False})
    # Validated as a whole: what was put in is of the record's types.
    after = Receipt.model_validate(changed.model_dump())
    _check_pages(after)
    return Corrected(after, list(_changes(record, changed)))


def reverted(record: Receipt, changes: Sequence[FieldChange]) -> Corrected:
    """The record with the fields as they were before those changes, their evidence included.

    A record whose acceptance is among the changes needs review again.
    """
    update = {
        one.field: json.loads(one.old) for one in changes if one.field in Receipt.model_fields
    }
    extra = record.model_dump()["extra"]
    for one in changes:
        if one.field.startswith(EXTRA):
            extra[one.field.removeprefix(EXTRA)] = json.loads(one.old)
    update["extra"] = {label: field for label, field in extra.items() if field is not None}
    changed = Receipt.model_validate({**record.model_dump(), **update})
    if any(one.field != ACCEPTED for one in changes):
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
        if name not in _NOT_NOTED:
            yield from _change(name, getattr(before, name), getattr(after, name))
    for label in dict.fromkeys([*before.extra, *after.extra]):
        yield from _change(EXTRA + label, before.extra.get(label), after.extra.get(label))


def _change(name: str, before: Any, after: Any) -> Iterator[FieldChange]:
    old, new = _plain(before), _plain(after)
    if old != new:
        yield FieldChange(name, json.dumps(old), json.dumps(new))


def _extra(
    old: Mapping[str, ExtraField], new: Mapping[str, NewExtra | None]
) -> dict[str, ExtraField]:
    """The fields of custom labels; one that was there keeps its place."""
    after = dict(old)
    for label, value in new.items():
        if value is None:
            after.pop(label, None)
        else:
            given = _evidence(old.get(label), value)
            after[label] = _EXTRA_FIELD.validate_python(
                {"type": value.type, "value": value.value, **given}
            )
    return after


def _check_pages(record: Receipt) -> None:
    fields = [*record.found_fields().values(), *record.extra.values()]
    cells = [cell for name in _LISTS for row in getattr(record, name) for _, cell in row if cell]
    used = {page for field in [*fields, *cells] for page in field.pages}
    if not used <= set(record.page_numbers):
        raise NoSuchPage(f"the receipt is on the pages {record.page_numbers}")


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
    field: Field[Any] = kind(value=new.value, **_evidence(old, new))
    return field


def _evidence(old: Field[Any] | None, new: NewValue) -> dict[str, Any]:
    """Text, boxes and confidence of a new value; what is not given is the old one's."""
    is_same = old is not None and old.value == new.value
    text = new.text if new.text is not None else old.text if old and is_same else str(new.value)
    boxes = new.boxes if new.boxes is not None else old.boxes if old else []
    pages = new.pages or (old.pages if old and len(old.pages) == len(boxes) else [])
    return {"text": text, "confidence": 1.0, "boxes": boxes, "pages": pages}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
