"""Findings and reviewers' labels in the state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from pipeline.audit.finding import Finding

UNCLAIMED = 0
"""In the place of a receipt's number: findings about no receipt, such as a claim without one."""


def keep_findings(
    database: sqlite3.Connection, receipt: int, found: Sequence[Finding], fingerprint: str
) -> None:
    """Store the findings of a receipt, instead of earlier ones."""
    database.execute("DELETE FROM findings WHERE receipt = ?", [receipt])
    database.executemany(
        "INSERT INTO findings VALUES (?, ?, ?, ?)",
        [(receipt, place, one.id, one.model_dump_json()) for place, one in enumerate(found)],
    )
    database.execute("UPDATE receipts SET judged = ? WHERE number = ?", [fingerprint, receipt])


def findings_of_session(database: sqlite3.Connection, session: int) -> Iterator[Finding]:
    """The findings about the session's receipts in order of entry, then those about none."""
    rows = database.execute(
        "SELECT content FROM receipts JOIN findings ON receipt = receipts.number"
        " WHERE session = ? ORDER BY receipts.number, place",
        [session],
    )
    for (content,) in rows:
        yield Finding.model_validate_json(content)
    rows = database.execute(
        "SELECT content FROM findings WHERE receipt = ? ORDER BY place", [UNCLAIMED]
    )
    for (content,) in rows:
        yield Finding.model_validate_json(content)


def finding_with_id(database: sqlite3.Connection, name: str) -> Finding | None:
    """The finding of that id, ``None`` if there is none."""
    row = database.execute("SELECT content FROM findings WHERE id = ?", [name]).fetchone()
    return None if row is None else Finding.model_validate_json(row[0])
