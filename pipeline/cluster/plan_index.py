"""What the driver must look up about all inputs, in a temporary SQLite file: memory stays flat.

It holds nothing that is not in the output folder, from which every run builds it anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from pipeline.batch.inputs import Input

_TABLE = """
CREATE TABLE inputs (
    key BLOB PRIMARY KEY,
    chunk INTEGER NOT NULL,
    row INTEGER NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    place BLOB NOT NULL,
    part TEXT,
    digest TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX inputs_by_number ON inputs (chunk, row);
CREATE INDEX inputs_by_digest ON inputs (digest, position, place, key) WHERE digest IS NOT NULL;
"""


class PlanIndex:
    """The inputs of the plan, and the part that holds the records of each."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, chunk: int, row: int, found: Input, name: str) -> bool:
        """Enter an input with its number; ``False`` if it is entered already."""
        added = self._database.execute(
            "INSERT OR IGNORE INTO inputs VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
            [found.key, chunk, row, name, found.position, found.place],
        )
        return added.rowcount > 0

    def moved(self, found: Input) -> bool:
        """Note where a known input was found this time; ``False`` if it is not known."""
        changed = self._database.execute(
            "UPDATE inputs SET position = ?, place = ? WHERE key = ?",
            [found.position, found.place, found.key],
        )
        return changed.rowcount > 0

    def settle(self, chunk: int, row: int, part: str, digest: str | None) -> None:
        """Note which part holds an input's records; a later one replaces an earlier one."""
        self._database.execute(
            "UPDATE inputs SET part = ?, digest = ? WHERE chunk = ? AND row = ?",
            [part, digest, chunk, row],
        )

    def part_of(self, chunk: int, row: int) -> str | None:
        """The part that holds an input's records."""
        query = "SELECT part FROM inputs WHERE chunk = ? AND row = ?"
        found = self._database.execute(query, [chunk, row]).fetchone()
        return found[0] if found else None

    def original_of(self, chunk: int, row: int, digest: str) -> str | None:
        """The name of the first input with that content, by argument and path; ``None`` if it is
        this input itself."""
        found = self._database.execute(
            "SELECT chunk, row, name FROM inputs WHERE digest = ?"
            " ORDER BY position, place, key LIMIT 1",
            [digest],
        ).fetchone()
        return None if found is None or found[:2] == (chunk, row) else found[2]

    def count(self) -> int:
        """The number of inputs."""
        return int(self._database.execute("SELECT count(*) FROM inputs").fetchone()[0])

    def count_unread(self) -> int:
        """The number of inputs that no part holds."""
        query = "SELECT count(*) FROM inputs WHERE part IS NULL"
        return int(self._database.execute(query).fetchone()[0])

    def unread(self) -> Iterator[tuple[int, list[int]]]:
        """Each chunk with inputs that no part holds, and their rows."""
        chunks = self._database.execute(
            "SELECT DISTINCT chunk FROM inputs WHERE part IS NULL ORDER BY chunk"
        )
        for (chunk,) in chunks:
            rows = self._database.execute(
                "SELECT row FROM inputs WHERE chunk = ? AND part IS NULL ORDER BY row", [chunk]
            )
            yield chunk, [row for (row,) in rows]


@contextmanager
def open_index() -> Iterator[PlanIndex]:
    """An empty index, which is deleted when the block ends."""
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.executescript(_TABLE)
        database.execute("BEGIN")
        yield PlanIndex(database)
