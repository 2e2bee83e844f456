"""Findings of the audit, and what reviewers say about them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "receipts", sa.Column("audit_due", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column(
        "receipts", sa.Column("flagged", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_receipts_audit_due",
        "receipts",
        ["number"],
        sqlite_where=sa.text("audit_due"),
        postgresql_where=sa.text("audit_due"),
    )
    op.create_table(
        "audit_seen",
        sa.Column(
            "receipt_id",
            sa.String(),
            sa.ForeignKey("receipts.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("signs", sa.String(), nullable=False),
    )
    op.create_table(
        "findings",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("receipt_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipts.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["receipts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_findings_receipt_id"), "findings", ["receipt_id"], unique=False)
    op.create_index(op.f("ix_findings_other_id"), "findings", ["other_id"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column(
            "receipt_id",
            sa.String(),
            sa.ForeignKey("receipts.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("finding", sa.String(), primary_key=True),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", sa.Double(), nullable=False),
    )
    op.create_index("ix_verdicts_tenant_rule", "verdicts", ["tenant", "rule"], unique=False)
