"""The queue of files: leased by a server, read, and finished or given back.

A lease ends at a certain time unless it is renewed, so that the files of a server that was killed
are read by another. Whatever a server does with a file is refused once it has lost the lease:
every file gets its records once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from pipeline.batch.packing import pack
from pipeline.receipt import Field, Receipt
from pipeline.receipt_words import ReceiptWithWords
from pipeline.service.store.database import new_id, now
from pipeline.service.store.tables import FileRow, FileState, ReceiptRow
from pipeline.service.words import pack_words

MOST_DEATHS = 3
"""A file whose worker died so often is not read again."""
MOST_ATTEMPTS = 6
"""A file that was begun so often, whoever died, is not read again."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A file that this server is to read.

    Attributes:
        waited: seconds since it was accepted.
        trace: the span of the request that posted it.
        is_exhausted: it was begun too often: give it an error record instead.
    """

    id: str
    tenant: str
    name: str
    sha256: str
    waited: float
    trace: str | None
    is_exhausted: bool


def lease(session: Session, owner: str, seconds: float) -> Leased | None:
    """The oldest file that waits, or whose lease has ended; ``None`` if there is none."""
    moment = now()
    is_free = or_(
        FileRow.state == FileState.QUEUED,
        and_(FileRow.state == FileState.READING, FileRow.lease_until < moment),
    )
    oldest = select(FileRow).where(is_free).order_by(FileRow.number).limit(1)
    row = session.scalars(oldest.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    row.state = FileState.READING
    row.lease_owner, row.lease_until = owner, moment + seconds
    row.attempts += 1
    return Leased(
        row.id,
        row.tenant,
        row.name,
        row.sha256,
        waited=max(0.0, moment - row.created_at),
        trace=row.trace,
        is_exhausted=row.attempts > MOST_ATTEMPTS,
    )


def renew(session: Session, owner: str, ids: Collection[str], seconds: float) -> set[str]:
    """Renew the leases of files that are being read.

    Returns:
        Those that are still this server's. The others were cancelled, deleted or lost.
    """
    renewed = (
        update(FileRow)
        .where(FileRow.id.in_(ids), *_held_by(owner))
        .values(lease_until=now() + seconds)
        .returning(FileRow.id)
    )
    return set(session.scalars(renewed))


def finish(
    session: Session,
    owner: str,
    file_id: str,
    records: Sequence[Receipt],
    seconds: float | None = None,
    state: FileState = FileState.DONE,
) -> list[str] | None:
    """Keep a file's records.

    Returns:
        The ids of the records; ``None`` if the lease was lost: nothing was kept.
    """
    row = _row_held(session, owner, file_id)
    if row is None:
        return None
    row.state = state
    row.finished_at = now()
    row.lease_owner = row.lease_until = None
    row.seconds = seconds
    kept = [_receipt_row(row, place, record) for place, record in enumerate(records)]
    session.add_all(kept)
    return [receipt.id for receipt in kept]


def note_death(session: Session, owner: str, file_id: str) -> int | None:
    """Put a file back whose worker died; it is not put back if that happened too often.

    Returns:
        How often it happened; ``None`` if the lease was lost.
    """
    row = _row_held(session, owner, file_id)
    if row is None:
        return None
    row.deaths += 1
    if row.deaths < MOST_DEATHS:
        row.state = FileState.QUEUED
        row.lease_owner = row.lease_until = None
    return row.deaths


def give_back(session: Session, owner: str, ids: Collection[str]) -> None:
    """Put files back that this server will not read."""
    session.execute(
        update(FileRow)
        .where(FileRow.id.in_(ids), *_held_by(owner))
        .values(
            state=FileState.QUEUED,
            lease_owner=None,
            lease_until=None,
            attempts=FileRow.attempts - 1,
        )
    )


def end_all_leases(session: Session) -> int:
    """Free what a killed server was reading, where no other server can be; returns how many."""
    ended = (
        update(FileRow)
        .where(FileRow.state == FileState.READING)
        .values(state=FileState.QUEUED, lease_owner=None, lease_until=None)
        .returning(FileRow.id)
    )
    return len(session.scalars(ended).all())


def depths(session: Session) -> dict[str, int]:
    """How many files are in each state."""
    counted = select(FileRow.state, func.count()).group_by(FileRow.state)
    return dict(session.execute(counted).all())


def columns_of(record: Receipt) -> dict[str, Any]:
    """The columns of a record's row that follow from it."""
    total = record.total.value if record.total else None
    return {
        "packed": pack([record]),
        "status": record.status,
        "needs_review": record.needs_review,
        "merchant": _text(record.merchant_name),
        "date": record.date.value.isoformat() if record.date else None,
        "total": float(total) if isinstance(total, Decimal) else None,
        "currency": _text(record.currency),
        "sums_fail": any(not check.ok for check in record.checks),
        "least_confidence": min(_confidences(record), default=None),
        "audit_due": True,
    }


def _confidences(record: Receipt) -> Iterator[float]:
    return (field.confidence for field in record.found_fields().values())


def _text(field: Field[str] | None) -> str | None:
    # PostgreSQL's texts hold no zero bytes.
    return None if field is None else field.value.replace("\0", "")


def _held_by(owner: str) -> tuple[Any, ...]:
    return (FileRow.state == FileState.READING, FileRow.lease_owner == owner)


def _row_held(session: Session, owner: str, file_id: str) -> FileRow | None:
    held = select(FileRow).where(FileRow.id == file_id, *_held_by(owner))
    return session.scalars(held.with_for_update()).first()


def _receipt_row(file: FileRow, place: int, record: Receipt) -> ReceiptRow:
    moment = now()
    words = record.words if isinstance(record, ReceiptWithWords) else []
    plain = record.without_words() if isinstance(record, ReceiptWithWords) else record
    return ReceiptRow(
        id=new_id(),
        file_id=file.id,
        place=place,
        tenant=file.tenant,
        version=1,
        accepted=False,
        flagged=False,
        created_at=moment,
        updated_at=moment,
        words=pack_words(words),
        **columns_of(plain),
    )
