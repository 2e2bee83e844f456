"""The words of each receipt, and whether its sums fail."""

import sqlalchemy as sa
from alembic import op

from pipeline.batch.packing import unpack

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("receipts", sa.Column("words", sa.LargeBinary(), nullable=True))
    op.add_column(
        "receipts",
        sa.Column("sums_fail", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    receipts = sa.table(
        "receipts",
        sa.column("number", sa.BigInteger()),
        sa.column("packed", sa.LargeBinary()),
        sa.column("sums_fail", sa.Boolean()),
    )
    connection = op.get_bind()
    numbers = list(connection.scalars(sa.select(receipts.c.number)))
    for number in numbers:
        here = receipts.c.number == number
        packed = connection.execute(sa.select(receipts.c.packed).where(here)).scalar_one()
        if any(not check.ok for record in unpack(packed) for check in record.checks):
            connection.execute(sa.update(receipts).where(here).values(sums_fail=True))
