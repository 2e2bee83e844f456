"""The order in which people review records: failing sums first, then the least certain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, literal, select, tuple_
from sqlalchemy.orm import Session

from pipeline.service.store.tables import FileRow, ReceiptRow

_UNREADABLE = "error"
# An error record has no fields; a record without any is as uncertain as can be.
_CONFIDENCE = func.coalesce(ReceiptRow.least_confidence, 0.0)
_GROUP = case((ReceiptRow.sums_fail, 0), else_=1)


class View(StrEnum):
    """Which records a queue shows."""

    OPEN = "open"
    FAILING = "failing"
    FLAGGED = "flagged"
    ACCEPTED = "accepted"
    UNREADABLE = "unreadable"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of the queue."""

    group: int
    confidence: float
    number: int

    def __str__(self) -> str:
        return f"{self.group}:{self.confidence!r}:{self.number}"

    @classmethod
    def of(cls, text: str) -> Place:
        """The place that was written by ``str``.

        Raises:
            ValueError: it is none.
        """
        group, confidence, number = text.split(":")
        return cls(int(group), float(confidence), int(number))


def place_of(row: ReceiptRow) -> Place:
    """The place of a record."""
    return Place(0 if row.sums_fail else 1, row.least_confidence or 0.0, row.number)


def counts(session: Session, tenant: str) -> dict[View, int]:
    """How many records each view has."""
    numbers = [func.count().filter(_shown(view)).label(view.value) for view in View]
    (row,) = session.execute(select(*numbers).where(ReceiptRow.tenant == tenant)).all()
    return {view: getattr(row, view.value) for view in View}


def queued(
    session: Session, tenant: str, view: View, search: str | None, limit: int, offset: int
) -> list[Row[Any]]:
    """Records of a view in the queue's order, each as a row of what a list shows.

    Args:
        search: a part of the merchant's or the file's name.
    """
    columns = (
        ReceiptRow.id,
        ReceiptRow.merchant,
        ReceiptRow.date,
        ReceiptRow.total,
        ReceiptRow.currency,
        ReceiptRow.status,
        ReceiptRow.accepted,
        ReceiptRow.needs_review,
        ReceiptRow.sums_fail,
        ReceiptRow.flagged,
        ReceiptRow.least_confidence,
        FileRow.name,
        FileRow.created_at,
    )
    rows: Any = select(*columns).join(FileRow, FileRow.id == ReceiptRow.file_id)
    rows = _ordered(rows.where(ReceiptRow.tenant == tenant, _shown(view)))
    if search:
        in_merchant = ReceiptRow.merchant.icontains(search, autoescape=True)
        rows = rows.where(in_merchant | FileRow.name.icontains(search, autoescape=True))
    return list(session.execute(rows.limit(limit).offset(offset)).all())


def next_open(session: Session, tenant: str, after: Place | None) -> str | None:
    """The id of the next record to review: the first one behind a place, else the first one.

    ``None`` if there is none besides the one at the place itself.
    """
    ids = select(ReceiptRow.id).where(ReceiptRow.tenant == tenant, _shown(View.OPEN))
    if after is None:
        return session.scalars(_ordered(ids).limit(1)).first()
    here = tuple_(literal(after.group), literal(after.confidence), literal(after.number))
    behind = ids.where(tuple_(_GROUP, _CONFIDENCE, ReceiptRow.number) > here)
    others = ids.where(ReceiptRow.number != after.number)
    found = session.scalars(_ordered(behind.where(ReceiptRow.number != after.number)).limit(1))
    return found.first() or session.scalars(_ordered(others).limit(1)).first()


def _ordered(rows: Any) -> Any:
    return rows.order_by(_GROUP, _CONFIDENCE, ReceiptRow.number)


def _shown(view: View) -> ColumnElement[bool]:
    readable = ReceiptRow.status != _UNREADABLE
    match view:
        case View.OPEN:
            return ~ReceiptRow.accepted & readable
        case View.FAILING:
            return ~ReceiptRow.accepted & ReceiptRow.sums_fail
        case View.FLAGGED:
            return ReceiptRow.flagged.is_(True)
        case View.ACCEPTED:
            return ReceiptRow.accepted.is_(True)
        case View.UNREADABLE:
            return ReceiptRow.status == _UNREADABLE
        case View.ALL:
            return ReceiptRow.number > 0
