"""The files that were posted, and the requests that posted them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.service.store.tables.base import Base, Number


class FileState(StrEnum):
    """How far the reading of a file has got.

    A file is ``failed`` if its worker died or exceeded a limit at each attempt; a file that can
    be read as no receipt is ``done``, and its record says why.
    """

    QUEUED = "queued"
    READING = "reading"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = (FileState.QUEUED, FileState.READING)


class FileRow(Base):
    """A file that was accepted; the queue of the workers.

    Attributes:
        number: the place in the queue.
        name: the client's file name, without folders; only shown, never opened.
        attempts: how often it was given to a worker.
        deaths: how often the worker died or was ended by a limit.
        lease_owner, lease_until: the server that has it read, and until when it may take.
        seconds: that the successful reading took.
        trace: the span of the request that posted it, as the header ``traceparent`` has it.
    """

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("tenant", "sha256"),
        Index("ix_files_state_number", "state", "number"),
        Index("ix_files_created_at", "created_at"),
        Index("ix_files_tenant_name", "tenant", "name"),
    )

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    tenant: Mapped[str]
    sha256: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    created_at: Mapped[float]
    finished_at: Mapped[float | None]
    attempts: Mapped[int]
    deaths: Mapped[int]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[float | None]
    seconds: Mapped[float | None]
    trace: Mapped[str | None]


class JobRow(Base):
    """One request that posted files."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    created_at: Mapped[float] = mapped_column(index=True)
    created_by: Mapped[str]


class JobFileRow(Base):
    """A file of a job; ``duplicate`` if its bytes had been posted before."""

    __tablename__ = "job_files"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    duplicate: Mapped[bool]


class IdempotencyRow(Base):
    """A request that a client may repeat without posting its files twice."""

    __tablename__ = "idempotency_keys"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[float] = mapped_column(index=True)
