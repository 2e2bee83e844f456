"""Open a run's SQLite file: create it, refuse what is none of ours, explain SQLite's errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import ConfigError, PipelineError

_LOCK_SECONDS = 2


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A kind of file.

    Attributes:
        noun: what messages call it, such as ``journal``.
        title: likewise, with an article: ``a journal of a run``.
        in_use: what messages say if another process has it open.
        application, layout: numbers in the file's header, of the kind and of the version of its
            tables.
        tables: the statements that create them.
        synchronous: whether each commit (``FULL``) or only each checkpoint waits for the disk.
    """

    noun: str
    title: str
    in_use: str
    application: int
    layout: int
    tables: str
    synchronous: Literal["FULL", "NORMAL"]

    @contextmanager
    def open(self, path: Path | None) -> Iterator[sqlite3.Connection]:
        """The file at that path, created if needed; commits at the end of the block, drops what is
        not committed at an error.

        Args:
            path: ``None`` for a temporary file that is deleted when the block ends.

        Raises:
            ConfigError: another process has it open, or it is no file of this kind, or damaged.
            PipelineError: within the block too, when the disk fails or is full.
        """
        try:
            database = sqlite3.connect(path or "", timeout=_LOCK_SECONDS, isolation_level=None)
            try:
                self._prepare(database, path)
                yield database
                if database.in_transaction:
                    database.execute("COMMIT")
            finally:
                database.close()
        except sqlite3.Error as error:
            raise self._explained(error, path) from error

    def _prepare(self, database: sqlite3.Connection, path: Path | None) -> None:
        # Exclusive: one process a file, and no shared memory, which network disks lack.
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        if path is not None:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(f"PRAGMA synchronous = {self.synchronous}")
        header = [
            database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version")
        ]
        if not header[0] and not database.execute("SELECT 1 FROM sqlite_master").fetchall():
            database.executescript(
                f"BEGIN EXCLUSIVE; PRAGMA application_id = {self.application};"
                f" PRAGMA user_version = {self.layout}; {self.tables} COMMIT;"
            )
        elif header != [self.application, self.layout]:
            raise sqlite3.NotSupportedError("made by something else")

    def _explained(self, error: sqlite3.Error, path: Path | None) -> PipelineError:
        if path is None:
            return PipelineError(f"the temporary {self.noun}: {error}")
        code = getattr(error, "sqlite_errorname", "")
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return ConfigError(f"{path}: {self.in_use}")
        if code == "SQLITE_NOTADB" or isinstance(error, sqlite3.NotSupportedError):
            return ConfigError(f"{path}: is not {self.title} ({error}); move it away")
        if code.startswith("SQLITE_CORRUPT"):
            return ConfigError(
                f"{path}: the {self.noun} is damaged ({error}); delete it to start afresh"
            )
        if code == "SQLITE_CANTOPEN":
            return ConfigError(f"{path}: cannot be opened")
        return PipelineError(f"{path}: {error}")
