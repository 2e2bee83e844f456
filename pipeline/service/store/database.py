"""The database by its address, SQLite (WAL) or PostgreSQL: transactions to read and to write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from pipeline.errors import ConfigError
from pipeline.install import how_to_install

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number, the same in all servers: one of them migrates while the others wait.
_MIGRATION_LOCK = 7_240_311
_BUSY_SECONDS = 30
# As many connections as threads that answer requests may want at once.
_POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 40}


class Database:
    """Transactions on a database. Threads may share one.

    Args:
        address: as SQLAlchemy takes it, such as ``sqlite:///service.db`` or
            ``postgresql://user@host/name``.

    Raises:
        ConfigError: no such kind of database, or its driver is not installed.
    """

    def __init__(self, address: str) -> None:
        self._readers = _engine(address)
        self._writers = self._readers.execution_options(writes=True, durably=True)
        self._hasty = self._readers.execution_options(writes=True, durably=False)

    @property
    def is_shared(self) -> bool:
        """Whether several servers may use it at once."""
        return self._readers.dialect.name != "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with Session(self._readers, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self, durably: bool = True) -> Iterator[Session]:
        """A transaction that is committed when the block ends without an error.

        Args:
            durably: a power failure loses nothing afterwards; else it may take the transaction back
                as a whole, which saves waiting for the disk. The end of the process takes nothing
                back.
        """
        engine = self._writers if durably else self._hasty
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def connect(self) -> Connection:
        """A connection of its own, for what lasts longer than a transaction."""
        return self._readers.connect()

    def migrate(self) -> None:
        """Create the tables, or bring those of an earlier version up to date.

        Raises:
            ConfigError: the database cannot be opened.
        """
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        try:
            with self._writers.begin() as connection:
                if self.is_shared:
                    connection.execute(
                        text("select pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK}
                    )
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except OperationalError as error:
            where = self._readers.url.render_as_string(hide_password=True)
            raise ConfigError(f"{where}: cannot be opened: {error.orig}") from error

    def close(self) -> None:
        """Close all connections."""
        self._readers.dispose()


def new_id() -> str:
    """A public id that cannot be guessed."""
    return uuid4().hex


def now() -> float:
    """Seconds since 1970 (UTC), as all times in the database."""
    return time.time()


def _engine(address: str) -> Engine:
    try:
        url = make_url(address)
        if url.get_backend_name() == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
            return _postgresql(create_engine(url, pool_pre_ping=True, **_POOL))
        if url.get_backend_name() == "sqlite":
            return _sqlite(create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, **_POOL))
    except ArgumentError as error:
        raise ConfigError(f"not the address of a database: {error}") from error
    except (ImportError, NoSuchModuleError) as error:
        raise ConfigError(f"PostgreSQL needs psycopg: {how_to_install('postgresql')}") from error
    raise ConfigError(f"{url.drivername}: the database is sqlite or postgresql")


def _postgresql(engine: Engine) -> Engine:
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("durably", True):
            connection.exec_driver_sql("set local synchronous_commit = off")

    return engine


def _sqlite(engine: Engine) -> Engine:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins no transactions of its own
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma foreign_keys = on")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that begins to read and then writes would fail where another wrote.
        options = connection.get_execution_options()
        if options.get("writes"):
            level = "full" if options["durably"] else "normal"
            connection.exec_driver_sql(f"pragma synchronous = {level}")
        connection.exec_driver_sql("begin immediate" if options.get("writes") else "begin")

    return engine
