"""Open the audit's SQLite file, and its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.sqlite_file import SqliteFile

_CACHE_KIB = 64 * 1024

_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE receipts (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    session INTEGER NOT NULL,
    judged TEXT,
    judged_on TEXT NOT NULL,
    item_count INTEGER NOT NULL,
    traits TEXT NOT NULL,
    record BLOB NOT NULL
);
CREATE INDEX receipts_by_session ON receipts (session, number);
CREATE TABLE block_keys (
    key INTEGER NOT NULL, receipt INTEGER NOT NULL, PRIMARY KEY (key, receipt)
) WITHOUT ROWID;
CREATE TABLE expenses (
    receipt INTEGER NOT NULL,
    place INTEGER NOT NULL,
    person TEXT, trip TEXT, city TEXT, merchant TEXT, category TEXT, day TEXT, month TEXT,
    currency TEXT, amount REAL,
    PRIMARY KEY (receipt, place)
) WITHOUT ROWID;
CREATE INDEX expenses_by_person ON expenses (person, day);
CREATE INDEX expenses_by_trip ON expenses (trip);
CREATE TABLE series (
    merchant TEXT NOT NULL, prefix TEXT NOT NULL, number INTEGER NOT NULL, day TEXT NOT NULL,
    receipt INTEGER NOT NULL, person TEXT,
    PRIMARY KEY (merchant, prefix, number, receipt)
) WITHOUT ROWID;
CREATE INDEX series_by_receipt ON series (receipt);
CREATE TABLE amounts (
    kind TEXT NOT NULL, name TEXT NOT NULL, bucket INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (kind, name, bucket)
) WITHOUT ROWID;
CREATE TABLE claims (
    place INTEGER PRIMARY KEY,
    path TEXT NOT NULL, file TEXT NOT NULL, page INTEGER, content TEXT NOT NULL,
    used INTEGER NOT NULL
);
CREATE INDEX claims_by_path ON claims (path);
CREATE INDEX claims_by_file ON claims (file);
CREATE TABLE findings (
    receipt INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (receipt, place)
) WITHOUT ROWID;
CREATE INDEX findings_by_id ON findings (id);
CREATE TABLE labels (
    finding TEXT PRIMARY KEY, rule TEXT NOT NULL, score REAL NOT NULL, is_right INTEGER NOT NULL
) WITHOUT ROWID;
"""

# Later than the others: states that lack them get them when they are opened.
_LATER = (
    "CREATE TABLE IF NOT EXISTS signs (receipt INTEGER PRIMARY KEY, content TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS together (key BLOB NOT NULL, receipt INTEGER NOT NULL,"
    " PRIMARY KEY (key, receipt)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS together_by_receipt ON together (receipt)",
    "CREATE INDEX IF NOT EXISTS receipts_unjudged ON receipts (number) WHERE judged IS NULL",
)

_STATE = SqliteFile(
    noun="state",
    title="the state of an audit",
    in_use="another audit is using this state",
    application=0x41554454,  # "AUDT"
    layout=1,
    tables=_TABLES,
    synchronous="NORMAL",
)


@contextmanager
def open_state(path: Path | None) -> Iterator[sqlite3.Connection]:
    """The state at that path, created if needed; what is not committed is dropped at an error.

    Args:
        path: ``None`` for a temporary file that is deleted when the block ends.

    Raises:
        ConfigError: another audit has it open, or the file is no state.
        PipelineError: within the block too, when the disk fails or is full.
    """
    with _STATE.open(path) as database:
        database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        for statement in _LATER:
            database.execute(statement)
        database.execute("BEGIN")
        yield database


def commit(database: sqlite3.Connection) -> None:
    """Bring what was done to the disk."""
    database.execute("COMMIT")
    database.execute("BEGIN")


def fact(database: sqlite3.Connection, name: str) -> str | None:
    """A stored value of the state, such as the number of its last session."""
    row = database.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
    return None if row is None else str(row[0])


def set_fact(database: sqlite3.Connection, name: str, value: str) -> None:
    """Store a value of the state."""
    database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", [name, value])
