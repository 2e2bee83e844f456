"""Records of receipts, their changes, and what a candidate read."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.service.store.tables.base import Base, Number


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

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
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


class ChangeRow(Base):
    """One field of a record that a person changed; ``old`` and ``new`` are JSON."""

    __tablename__ = "changes"

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    receipt_id: Mapped[str] = mapped_column(
        ForeignKey("receipts.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[int]
    field: Mapped[str]
    old: Mapped[str]
    new: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[float]


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
