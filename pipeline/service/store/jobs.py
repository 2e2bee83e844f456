"""Jobs as clients see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from pipeline.service.store.claims import forget_claims
from pipeline.service.store.database import now
from pipeline.service.store.tables import (
    UNFINISHED,
    FileRow,
    FileState,
    JobFileRow,
    JobRow,
    ReceiptRow,
)


@dataclass(frozen=True, slots=True)
class FileOfJob:
    """A file of a job, with its records once it is read."""

    name: str
    duplicate: bool
    file: FileRow
    receipts: list[ReceiptRow]


@dataclass(frozen=True, slots=True)
class Job:
    """A request's files, in its order."""

    id: str
    created_at: float
    files: list[FileOfJob]

    @property
    def is_finished(self) -> bool:
        return all(one.file.state not in UNFINISHED for one in self.files)

    @property
    def unfinished(self) -> list[str]:
        """The ids of the files that wait or are being read."""
        return [one.file.id for one in self.files if one.file.state in UNFINISHED]


def job_of(session: Session, tenant: str, job_id: str) -> Job | None:
    """The job with that id; ``None`` if the tenant has none."""
    row = session.get(JobRow, job_id)
    if row is None or row.tenant != tenant:
        return None
    places = session.execute(
        select(JobFileRow, FileRow)
        .join(FileRow, FileRow.id == JobFileRow.file_id)
        .where(JobFileRow.job_id == job_id)
        .order_by(JobFileRow.position)
    ).all()
    records: dict[str, list[ReceiptRow]] = {}
    of_files = select(ReceiptRow).where(ReceiptRow.file_id.in_([file.id for _, file in places]))
    for receipt in session.scalars(of_files.order_by(ReceiptRow.place)):
        records.setdefault(receipt.file_id, []).append(receipt)
    return Job(
        row.id,
        row.created_at,
        [
            FileOfJob(place.name, place.duplicate, file, records.get(file.id, []))
            for place, file in places
        ],
    )


def cancel(session: Session, tenant: str, job_id: str) -> bool:
    """Cancel the files of a job that are not read yet and that no other job waits for, and delete
    the claims that were posted with them.

    Returns:
        Whether the tenant has that job.
    """
    row = session.get(JobRow, job_id)
    if row is None or row.tenant != tenant:
        return False
    other = aliased(JobFileRow)
    in_another_job = exists().where(other.file_id == FileRow.id, other.job_id != job_id)
    own = select(JobFileRow.file_id).where(JobFileRow.job_id == job_id)
    cancelled = session.scalars(
        update(FileRow)
        .where(FileRow.id.in_(own), FileRow.state.in_(UNFINISHED), ~in_another_job)
        .values(state=FileState.CANCELLED, finished_at=now(), lease_owner=None, lease_until=None)
        .returning(FileRow.id)
        .execution_options(synchronize_session=False)
    )
    forget_claims(session, tenant, cancelled.all())
    return True


def delete_empty_jobs(session: Session) -> None:
    """Delete the jobs whose files are all deleted."""
    has_files = exists().where(JobFileRow.job_id == JobRow.id)
    session.execute(delete(JobRow).where(~has_files).execution_options(synchronize_session=False))
