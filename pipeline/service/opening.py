"""Open the service's database."""

from __future__ import annotations

from pipeline.errors import ConfigError
from pipeline.service.settings import ServiceSettings
from pipeline.service.store.database import Database


def open_database(settings: ServiceSettings) -> Database:
    """The database, with all tables.

    Raises:
        ConfigError: it cannot be opened.
    """
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if settings.database is None:
            # SQLite's further files get the rights of this one.
            settings.database_file.touch(mode=0o600)
    except OSError as error:
        raise ConfigError(f"{settings.data}: cannot be written: {error.strerror}") from error
    database = Database(settings.database_address)
    database.migrate()
    return database
