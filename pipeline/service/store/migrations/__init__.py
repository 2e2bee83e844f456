"""Alembic's migrations of the tables, run when the service starts."""
