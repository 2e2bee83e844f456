"""The tables. Times are seconds since 1970 (UTC); public ids are 32 hexadecimal digits.

What belongs to a file is deleted with its row: records, their changes, its place in jobs.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_Number = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only INTEGER keys


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


class Base(DeclarativeBase):
    """The base of all tables."""


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

    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=True)
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


class ReceiptRow(Base):
    """A record, and what lists are filtered by.

    Attributes:
        number: the order of lists and exports.
        place: the record's place among those of its file, from 0.
        packed: the record (``pipeline.batch.packing``).
        version: rises with each change.
        accepted: whether a person has said that the record is right.
        least_confidence: of the record's fields.
        sums_fail: whether one of the record's checks fails.
        audit_due: whether the audit has still to look at this version of the record.
        flagged: whether it has a finding above a note that nobody called harmless.
        words: all words of the receipt (``pipeline.service.words``); ``None`` in rows of the
            first version.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("file_id", "place"),
        Index("ix_receipts_tenant_number", "tenant", "number"),
        Index(
            "ix_receipts_audit_due",
            "number",
            sqlite_where=text("audit_due"),
            postgresql_where=text("audit_due"),
        ),
    )

    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"))
    place: Mapped[int]
    tenant: Mapped[str]
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int]
    accepted: Mapped[bool]
    created_at: Mapped[float]
    updated_at: Mapped[float]
    status: Mapped[str]
    needs_review: Mapped[bool]
    merchant: Mapped[str | None]
    date: Mapped[str | None]
    total: Mapped[float | None]
    currency: Mapped[str | None]
    least_confidence: Mapped[float | None]
    sums_fail: Mapped[bool]
    audit_due: Mapped[bool]
    flagged: Mapped[bool]
    words: Mapped[bytes | None] = mapped_column(LargeBinary)


class ShadowRow(Base):
    """A record that a candidate read; it changes nothing that clients see.

    Attributes:
        model: the candidate's name.
        place: the record's place among those that the candidate found in the file, from 0.
        packed: the record (``pipeline.batch.packing``).
        seconds: that reading the file took; ``None`` if it could not be read.
    """

    __tablename__ = "shadow_records"

    file_id: Mapped[str] = mapped_column(
        ForeignKey("files.id", ondelete="CASCADE"), primary_key=True
    )
    model: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    read_at: Mapped[float]
    seconds: Mapped[float | None]


class SeenRow(Base):
    """What the audit saw in a record's picture (``pipeline.audit.seen``).

    Attributes:
        version: of the record with whose boxes it looked.
    """

    __tablename__ = "audit_seen"

    receipt_id: Mapped[str] = mapped_column(
        ForeignKey("receipts.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    picture: Mapped[str | None]
    signs: Mapped[str]


class FindingRow(Base):
    """A finding of the audit about a record.

    Attributes:
        name: the finding's own id, the same whenever the record is audited again.
        other_id: the first record that it is compared with.
        content: the finding as JSON; the path of each receipt begins with the record's id.
    """

    __tablename__ = "findings"

    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=True)
    receipt_id: Mapped[str] = mapped_column(
        ForeignKey("receipts.id", ondelete="CASCADE"), index=True
    )
    other_id: Mapped[str | None] = mapped_column(
        ForeignKey("receipts.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    rule: Mapped[str]
    severity: Mapped[str]
    content: Mapped[str]


class VerdictRow(Base):
    """What a reviewer said about a finding; kept while the record is audited again.

    Attributes:
        score: that the rule gave.
    """

    __tablename__ = "verdicts"
    __table_args__ = (Index("ix_verdicts_tenant_rule", "tenant", "rule"),)

    receipt_id: Mapped[str] = mapped_column(
        ForeignKey("receipts.id", ondelete="CASCADE"), primary_key=True
    )
    finding: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    rule: Mapped[str]
    score: Mapped[float]
    label: Mapped[str]
    given_by: Mapped[str]
    given_at: Mapped[float]


class ClaimRow(Base):
    """Who asks for the money of a receipt; it may be entered before the receipt is.

    Attributes:
        path: the name of the receipt's file, or the id of the record or file.
        content: the claim as JSON (``pipeline.audit.state.claim_json``).
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index("ix_claims_tenant_path", "tenant", "path"),
        Index("ix_claims_entered_at", "entered_at"),
    )

    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=True)
    tenant: Mapped[str]
    path: Mapped[str]
    content: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[float]


class ChangeRow(Base):
    """One field of a record that a person changed; ``old`` and ``new`` are JSON."""

    __tablename__ = "changes"

    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=True)
    receipt_id: Mapped[str] = mapped_column(
        ForeignKey("receipts.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[int]
    field: Mapped[str]
    old: Mapped[str]
    new: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[float]


class IdempotencyRow(Base):
    """A request that a client may repeat without posting its files twice."""

    __tablename__ = "idempotency_keys"

    tenant: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[float] = mapped_column(index=True)


class ApiKeyRow(Base):
    """An API key; of its secret only the SHA-256 is kept. ``roles`` are separated by commas."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    tenant: Mapped[str]
    roles: Mapped[str]
    secret_sha256: Mapped[str]
    created_at: Mapped[float]
    revoked_at: Mapped[float | None]


class WebhookRow(Base):
    """An address that is told what happens."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(index=True)
    url: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[float]


class DeliveryRow(Base):
    """One message to a webhook.

    Attributes:
        due_at: when it is sent next; ``None`` once it was delivered or given up.
        outcome: of the last attempt.
    """

    __tablename__ = "deliveries"

    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    webhook_id: Mapped[str] = mapped_column(
        ForeignKey("webhooks.id", ondelete="CASCADE"), index=True
    )
    event: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[float] = mapped_column(index=True)
    attempts: Mapped[int]
    due_at: Mapped[float | None] = mapped_column(index=True)
    delivered_at: Mapped[float | None]
    outcome: Mapped[str | None]
