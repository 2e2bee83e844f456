"""Accept files: each becomes a place in the queue, unless its bytes were posted before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pipeline.audit.receipts import Claim
from pipeline.audit.state.claim_json import plain_claim
from pipeline.service.store.claims import claim_files
from pipeline.service.store.database import new_id, now
from pipeline.service.store.tables import (
    UNFINISHED,
    FileRow,
    FileState,
    IdempotencyRow,
    JobFileRow,
    JobRow,
    ReceiptRow,
)

# Files whose reading ended without a result are read anew when they are posted again.
_READ_ANEW = (FileState.FAILED, FileState.CANCELLED)


class QueueFull(Exception):
    """No further files are accepted at the moment."""


class KeyReused(Exception):
    """An idempotency key came with other files, or another claim, than the first time."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A file whose bytes are stored under ``id``.

    Attributes:
        name: the client's file name, without folders.
    """

    id: str
    name: str
    sha256: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Posted:
    """One request.

    Attributes:
        by: the name of the API key or user.
        key: the client's idempotency key.
        trace: its span, as the header ``traceparent`` has it.
        claim: who asks for the money of each of the files, whatever its ``path``.
    """

    tenant: str
    by: str
    files: Sequence[Offered]
    key: str | None = None
    trace: str | None = None
    claim: Claim | None = None

    @property
    def digest(self) -> str:
        """Hash of what was posted."""
        parts = "".join(f"{file.sha256} {file.name}\n" for file in self.files)
        if self.claim is not None:
            parts += json.dumps(plain_claim(self.claim), sort_keys=True)
        return hashlib.sha256(parts.encode("utf-8", "backslashreplace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The job of a request, and the offered files whose stored bytes are needed."""

    job_id: str
    needed: frozenset[str]


def known_digests(session: Session, tenant: str, digests: Sequence[str]) -> set[str]:
    """Those of the digests whose files the tenant has posted before."""
    asked = select(FileRow.sha256).where(FileRow.tenant == tenant, FileRow.sha256.in_(digests))
    return set(session.scalars(asked))


def accept(session: Session, posted: Posted, queue_limit: int) -> Accepted:
    """Enter a job with its files; the files are in the queue once the transaction is committed.

    Args:
        queue_limit: how many files may wait or be read.

    Raises:
        KeyReused, QueueFull: nothing was entered.
    """
    if posted.key is not None:
        earlier = session.get(IdempotencyRow, (posted.tenant, posted.key))
        if earlier is not None:
            if earlier.digest != posted.digest:
                raise KeyReused
            return Accepted(earlier.job_id, frozenset())
    if waiting_count(session) + len(posted.files) > queue_limit:
        raise QueueFull
    job = JobRow(id=new_id(), tenant=posted.tenant, created_at=now(), created_by=posted.by)
    session.add(job)
    session.flush()
    if posted.key is not None:
        session.add(
            IdempotencyRow(
                tenant=posted.tenant,
                key=posted.key,
                digest=posted.digest,
                job_id=job.id,
                created_at=job.created_at,
            )
        )
        session.flush()  # raises IntegrityError where another request with the key was faster
    needed = set()
    file_ids = []
    for position, file in enumerate(posted.files):
        file_id = _enter(session, posted, file)
        file_ids.append(file_id)
        is_new = file_id == file.id
        if is_new:
            needed.add(file.id)
        session.add(
            JobFileRow(
                job_id=job.id,
                position=position,
                file_id=file_id,
                name=file.name,
                duplicate=not is_new,
            )
        )
        session.flush()
    if posted.claim is not None:
        claim_files(session, posted.tenant, posted.claim, file_ids, posted.by)
    return Accepted(job.id, frozenset(needed))


def waiting_count(session: Session) -> int:
    """How many files wait or are being read."""
    counted = select(func.count()).select_from(FileRow).where(FileRow.state.in_(UNFINISHED))
    return session.scalar(counted) or 0


def _enter(session: Session, posted: Posted, file: Offered) -> str:
    """The id of the file in the queue: its own, or that of an earlier one with the same bytes."""
    values = {
        "id": file.id,
        "tenant": posted.tenant,
        "sha256": file.sha256,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "state": FileState.QUEUED,
        "created_at": now(),
        "attempts": 0,
        "deaths": 0,
        "trace": posted.trace,
    }
    bind = session.get_bind()
    kind = postgresql if bind.dialect.name == "postgresql" else sqlite
    session.execute(kind.insert(FileRow).values(**values).on_conflict_do_nothing())
    same = select(FileRow).where(FileRow.tenant == posted.tenant, FileRow.sha256 == file.sha256)
    row = session.scalars(same.with_for_update()).one()
    if row.state in _READ_ANEW:
        session.execute(delete(ReceiptRow).where(ReceiptRow.file_id == row.id))
        row.state = FileState.QUEUED
        row.attempts = row.deaths = 0
        row.trace = posted.trace
        row.finished_at = row.lease_owner = row.lease_until = None
    return row.id
