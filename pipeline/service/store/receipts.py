"""Lists of records, single records, their changes, and their deletion."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.orm import Session

from pipeline.batch.packing import unpack
from pipeline.receipt import Receipt
from pipeline.service.store.claims import delete_older_claims, forget_claims
from pipeline.service.store.database import now
from pipeline.service.store.jobs import delete_empty_jobs
from pipeline.service.store.queue import columns_of
from pipeline.service.store.tables import ChangeRow, FileRow, ReceiptRow, ShadowRow

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are listed; ``None`` is no condition.

    Attributes:
        merchant: a part of the merchant's name, in any case.
        below: has a field with less confidence than this.
        flagged: has a finding above a note that nobody called harmless.
    """

    status: str | None = None
    accepted: bool | None = None
    needs_review: bool | None = None
    merchant: str | None = None
    currency: str | None = None
    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    total_from: float | None = None
    total_to: float | None = None
    below: float | None = None
    flagged: bool | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One changed field; ``old`` and ``new`` are JSON."""

    field: str
    old: str
    new: str


def receipt_of(session: Session, tenant: str, receipt_id: str) -> ReceiptRow | None:
    """The record's row; ``None`` if the tenant has none with that id."""
    row = select(ReceiptRow).where(ReceiptRow.id == receipt_id, ReceiptRow.tenant == tenant)
    return session.scalars(row).first()


def file_of(session: Session, receipt: ReceiptRow) -> FileRow:
    """The file in which the receipt is."""
    return session.scalars(select(FileRow).where(FileRow.id == receipt.file_id)).one()


def record_of(row: ReceiptRow) -> Receipt:
    """The record."""
    (record,) = unpack(row.packed)
    return record


def listed(
    session: Session, tenant: str, wanted: Filter, after: int, limit: int
) -> list[ReceiptRow]:
    """The next records in the order in which they were read.

    Args:
        after: the number of the last row that is known, 0 to begin.
    """
    rows = _matching(tenant, wanted).where(ReceiptRow.number > after)
    return list(session.scalars(rows.order_by(ReceiptRow.number).limit(limit)))


def all_listed(session: Session, tenant: str, wanted: Filter) -> Iterator[Receipt]:
    """All of them, a few in memory at a time."""
    after = 0
    while rows := listed(session, tenant, wanted, after, _ROWS_AT_ONCE):
        for row in rows:
            yield record_of(row)
        after = rows[-1].number
        session.expunge_all()


def change(
    session: Session,
    row: ReceiptRow,
    record: Receipt,
    accepted: bool,
    changes: Sequence[FieldChange],
    by: str,
) -> None:
    """Replace a record, and note what was changed."""
    row.version += 1
    row.updated_at = now()
    row.accepted = accepted
    for name, value in columns_of(record).items():
        setattr(row, name, value)
    session.add_all(
        ChangeRow(
            receipt_id=row.id,
            version=row.version,
            field=one.field,
            old=one.old,
            new=one.new,
            changed_by=by,
            changed_at=row.updated_at,
        )
        for one in changes
    )


def locked(session: Session, tenant: str, receipt_id: str) -> ReceiptRow | None:
    """As ``receipt_of``; nobody else changes the record until the transaction ends."""
    row = select(ReceiptRow).where(ReceiptRow.id == receipt_id, ReceiptRow.tenant == tenant)
    return session.scalars(row.with_for_update()).first()


def changes_of(session: Session, receipt_id: str) -> list[ChangeRow]:
    """The changes of a record, oldest first."""
    rows = select(ChangeRow).where(ChangeRow.receipt_id == receipt_id)
    return list(session.scalars(rows.order_by(ChangeRow.number)))


def delete_receipt(session: Session, row: ReceiptRow) -> str | None:
    """Delete a record with its changes and claims, and its file if it was the last one of it.

    Returns:
        The id of the deleted file, whose stored bytes are no longer needed.
    """
    session.execute(
        delete(ShadowRow).where(ShadowRow.file_id == row.file_id, ShadowRow.place == row.place)
    )
    session.delete(row)
    session.flush()
    others = select(func.count()).select_from(ReceiptRow)
    if session.scalar(others.where(ReceiptRow.file_id == row.file_id)):
        forget_claims(session, row.tenant, [row.id])
        return None
    deleted = delete(FileRow).where(FileRow.id == row.file_id).returning(FileRow.name)
    names = session.scalars(deleted).all()
    forget_claims(session, row.tenant, [row.id, row.file_id, *names])
    delete_empty_jobs(session)
    return row.file_id


def delete_older(session: Session, moment: float) -> list[str]:
    """Delete the files accepted before a moment, with their records, changes, claims and jobs, and
    the claims that were entered before it.

    Returns:
        The ids of the deleted files, whose stored bytes are no longer needed.
    """
    is_old = FileRow.created_at < moment
    records = select(ReceiptRow.tenant, ReceiptRow.id).join(FileRow).where(is_old)
    claimed = [(tenant, receipt_id) for tenant, receipt_id in session.execute(records)]
    deleted = delete(FileRow).where(is_old).returning(FileRow.tenant, FileRow.id, FileRow.name)
    files = session.execute(deleted).all()
    claimed += [(tenant, path) for tenant, *paths in files for path in paths]
    for tenant, named in groupby(sorted(claimed), itemgetter(0)):
        forget_claims(session, tenant, [path for _, path in named])
    delete_older_claims(session, moment)
    delete_empty_jobs(session)
    return [file_id for _, file_id, _ in files]


def stored_ids(session: Session, ids: Sequence[str]) -> set[str]:
    """Those of the ids that are files."""
    return set(session.scalars(select(FileRow.id).where(FileRow.id.in_(ids))))


def has_any(session: Session) -> bool:
    """Whether there is any file; shows that the database answers."""
    return bool(session.scalar(select(exists().select_from(FileRow))))


def _matching(tenant: str, wanted: Filter) -> Select[Any]:
    rows = select(ReceiptRow).where(ReceiptRow.tenant == tenant)
    equal = {
        ReceiptRow.status: wanted.status,
        ReceiptRow.accepted: wanted.accepted,
        ReceiptRow.needs_review: wanted.needs_review,
        ReceiptRow.currency: wanted.currency,
        ReceiptRow.flagged: wanted.flagged,
    }
    for column, value in equal.items():
        if value is not None:
            rows = rows.where(column == value)
    if wanted.merchant is not None:
        rows = rows.where(ReceiptRow.merchant.icontains(wanted.merchant, autoescape=True))
    if wanted.date_from is not None:
        rows = rows.where(ReceiptRow.date >= wanted.date_from.isoformat())
    if wanted.date_to is not None:
        rows = rows.where(ReceiptRow.date <= wanted.date_to.isoformat())
    if wanted.total_from is not None:
        rows = rows.where(ReceiptRow.total >= wanted.total_from)
    if wanted.total_to is not None:
        rows = rows.where(ReceiptRow.total <= wanted.total_to)
    if wanted.below is not None:
        rows = rows.where(ReceiptRow.least_confidence < wanted.below)
    return rows
