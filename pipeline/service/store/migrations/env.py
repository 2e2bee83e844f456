"""Alembic runs this for each migration; the connection is ``Database.migrate``'s."""

from __future__ import annotations

from alembic import context

from pipeline.service.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
