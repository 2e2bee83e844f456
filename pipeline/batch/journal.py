"""The journal: an SQLite file beside the output that stores a run's results, so that it can resume.

Records are keyed by the hash of the file's content and inputs by their path, so that identical
files are read once and a file that was only moved is not read again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from pipeline.batch.durable import sync_folder
from pipeline.batch.inputs import Input
from pipeline.batch.packing import unpack
from pipeline.receipt import Receipt
from pipeline.sqlite_file import SqliteFile

_COMMIT_RECORDS = 50
_COMMIT_SECONDS = 1.0

_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE inputs (
    key BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    place BLOB NOT NULL,
    session INTEGER NOT NULL,
    signature TEXT,
    digest TEXT
) WITHOUT ROWID;
CREATE INDEX inputs_in_order ON inputs (position, place, key);
CREATE INDEX inputs_by_digest ON inputs (digest, position, place, key);
CREATE TABLE contents (digest TEXT PRIMARY KEY, failed INTEGER NOT NULL, records BLOB NOT NULL);
"""

_JOURNAL = SqliteFile(
    noun="journal",
    title="a journal of a run",
    in_use="another run is writing this output",
    application=0x52435054,  # "RCPT"
    layout=1,
    tables=_TABLES,
    synchronous="FULL",
)

# Of several inputs with one content the first in the output's order counts as the original.
_FIRST_WITH_DIGEST = """
SELECT key, name FROM inputs WHERE digest = ? AND session >= ?
ORDER BY position, place, key LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One input and its records, one per page, at least one."""

    name: str
    records: list[Receipt]


class Journal:
    """The state of a run; see ``open_journal``.

    Whatever is noted or kept is on disk after at most 50 records or a second, if
    ``commit_when_due`` is called often enough, and at once after ``commit``.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._session = int(self.fact("session") or 0)
        self._since = 0
        self._uncommitted = 0
        self._committed_at = monotonic()
        database.execute("BEGIN")

    @property
    def is_empty(self) -> bool:
        """Whether no session has begun yet."""
        return self.fact("session") is None

    def begin(self) -> None:
        """Start a session; only inputs entered in it get into the output."""
        self._session += 1
        self._since = self._session
        self.set_fact("session", str(self._session))
        # Files that could not be opened are tried again.
        self._database.execute(
            "DELETE FROM contents WHERE digest >= 'unread:' AND digest < 'unread;'"
        )

    def include_absent(self) -> None:
        """Also put inputs of earlier sessions into the output, entered again or not."""
        self._since = 0

    def enter(self, found: Input) -> bool:
        """Register an input; ``False`` if this session has it already."""
        added = self._database.execute(
            "INSERT INTO inputs VALUES (:key, :name, :position, :place, :session, NULL, NULL)"
            " ON CONFLICT (key) DO UPDATE SET name = :name, position = :position,"
            " place = :place, session = :session WHERE session < :session",
            {
                "key": found.key,
                "name": found.name,
                "position": found.position,
                "place": found.place,
                "session": self._session,
            },
        )
        return added.rowcount > 0

    def signature(self, found: Input) -> str | None:
        """The signature under which this input's records are stored, if any."""
        row = self._database.execute(
            "SELECT signature FROM inputs JOIN contents USING (digest) WHERE key = ?", [found.key]
        ).fetchone()
        return row[0] if row else None

    def note(self, found: Input, digest: str, signature: str | None) -> None:
        """Store which content an input has."""
        self._database.execute(
            "UPDATE inputs SET digest = ?, signature = ? WHERE key = ?",
            [digest, signature, found.key],
        )
        self._uncommitted += 1

    def has(self, digest: str) -> bool:
        """Whether the records of this content are stored."""
        query = "SELECT 1 FROM contents WHERE digest = ?"
        return self._database.execute(query, [digest]).fetchone() is not None

    def keep(self, digest: str, packed: bytes, failed: bool) -> None:
        """Store the records of a content; ``failed`` says that one of them is an error."""
        self._database.execute(
            "INSERT OR REPLACE INTO contents VALUES (?, ?, ?)", [digest, failed, packed]
        )
        self._uncommitted += 1

    def forget_failures(self) -> int:
        """Delete the contents that have an error among their records; returns how many."""
        return self._database.execute("DELETE FROM contents WHERE failed").rowcount

    def outcome(self, found: Input) -> Outcome:
        """The records of an input that has been read.

        Raises:
            KeyError: it has not.
        """
        row = self._database.execute(
            "SELECT key, name, digest, records FROM inputs JOIN contents USING (digest)"
            " WHERE key = ?",
            [found.key],
        ).fetchone()
        if row is None:
            raise KeyError(found.name)
        return self._outcome(*row)

    def outcomes(self) -> Iterator[Outcome]:
        """All stored inputs with their records, by argument and then by path, one at a time."""
        rows = self._database.execute(
            "SELECT key, name, digest, records FROM inputs CROSS JOIN contents USING (digest)"
            " WHERE session >= ? ORDER BY position, place, key",
            [self._since],
        )
        for row in rows:
            yield self._outcome(*row)

    def fact(self, name: str) -> str | None:
        """A further stored value of the run."""
        row = self._database.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: str | None) -> None:
        """Store it; ``None`` deletes it."""
        if value is None:
            self._database.execute("DELETE FROM facts WHERE name = ?", [name])
        else:
            self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", [name, value])

    def clear(self) -> None:
        """Delete everything."""
        for table in ("facts", "inputs", "contents"):
            self._database.execute(f"DELETE FROM {table}")
        self._session = 0

    def drop_absent(self) -> None:
        """Delete what the output no longer contains."""
        self._database.execute("DELETE FROM inputs WHERE session < ?", [self._since])
        self._database.execute(
            "DELETE FROM contents WHERE NOT EXISTS"
            " (SELECT 1 FROM inputs WHERE inputs.digest = contents.digest)"
        )

    def commit_when_due(self) -> None:
        """Commit, unless the last commit was less than a second and 50 records ago."""
        if not self._uncommitted:
            return
        waited = monotonic() - self._committed_at
        if self._uncommitted >= _COMMIT_RECORDS or waited >= _COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Commit to disk now."""
        self._database.execute("COMMIT")
        self._database.execute("BEGIN")
        self._uncommitted = 0
        self._committed_at = monotonic()

    def _outcome(self, key: bytes, name: str, digest: str, packed: bytes) -> Outcome:
        first = self._database.execute(_FIRST_WITH_DIGEST, [digest, self._since]).fetchone()
        original = None if first is None or first[0] == key else first[1]
        records = [_placed(record, name, original) for record in unpack(packed)]
        return Outcome(name, records)


@contextmanager
def open_journal(path: Path | None) -> Iterator[Journal]:
    """Open the journal at that path, creating it if needed; commits at the end.

    Args:
        path: ``None`` for a temporary file that is deleted when the block ends.

    Raises:
        ConfigError: another run has it open, or the file is not a journal.
        PipelineError: within the block too, when the disk fails or is full.
    """
    is_new = path is not None and not path.exists()
    with _JOURNAL.open(path) as database:
        if path is not None and is_new:
            sync_folder(path.parent)
        yield Journal(database)


def unread(found: Input) -> str:
    """The substitute for the hash of an input whose bytes could not be read."""
    return f"unread:{found.key.hex()}"


def _placed(record: Receipt, name: str, original: str | None) -> Receipt:
    source = record.source.model_copy(update={"path": name, "duplicate_of": original})
    return record.model_copy(update={"source": source})
