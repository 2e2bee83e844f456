"""The request's span that posted each file, for traces."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("files", sa.Column("trace", sa.String(), nullable=True))
