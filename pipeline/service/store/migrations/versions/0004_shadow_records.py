"""What a candidate read beside the served model."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "shadow_records",
        sa.Column(
            "file_id",
            sa.String(),
            sa.ForeignKey("files.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("model", sa.String(), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
    )
