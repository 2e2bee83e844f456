"""Which of several servers does what only one may do: the first one that asks, while it lives."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from pipeline.service.store.database import Database


class Turn:
    """A lock in PostgreSQL, held by a connection; SQLite has one server only.

    Args:
        number: of the lock, the same in all servers.
    """

    def __init__(self, database: Database, number: int) -> None:
        self._database = database
        self._number = number
        self._connection: Connection | None = None

    def is_mine(self) -> bool:
        """Whether this server does it from now on, until ``end`` or the connection is lost."""
        if not self._database.is_shared:
            return True
        try:
            if self._connection is not None:
                self._connection.execute(text("select 1"))
                return True
            connection = self._database.connect().execution_options(isolation_level="AUTOCOMMIT")
            lock = text("select pg_try_advisory_lock(:number)")
            if connection.scalar(lock, {"number": self._number}):
                self._connection = connection
                return True
            connection.close()
        except SQLAlchemyError:
            self.end()
        return False

    def end(self) -> None:
        """Another server may do it."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.execute(text("select pg_advisory_unlock(:number)"), {"number": self._number})
        except SQLAlchemyError:
            connection.invalidate()  # the lock ends with the connection
        connection.close()
