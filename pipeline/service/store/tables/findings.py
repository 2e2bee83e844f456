"""What the audit saw and found, what reviewers said about it, and claims."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.service.store.tables.base import Base, Number


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

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
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

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    tenant: Mapped[str]
    path: Mapped[str]
    content: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[float]
