"""Claims in the state, found by the path of the record or by the file's name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from pipeline.audit.receipts import Claim
from pipeline.audit.state.claim_json import claim_of, plain_claim
from pipeline.receipt import Source


def enter_claims(database: sqlite3.Connection, claims: Iterable[Claim]) -> None:
    """Enter the claims of a run, instead of those of the one before."""
    database.execute("DELETE FROM claims")
    database.executemany(
        "INSERT INTO claims VALUES (NULL, ?, ?, ?, ?, 0)",
        (
            (
                claim.path,
                PurePath(claim.path).name,
                claim.page,
                json.dumps(plain_claim(claim)),
            )
            for claim in claims
        ),
    )


def claims_for(database: sqlite3.Connection, source: Source) -> list[Claim]:
    """The claims of a record, in the order of the file, which count as used from now on.

    A claim names the record's path, or only the file's name. One with a page is for that page.
    """
    rows = database.execute(
        "SELECT place, content FROM claims WHERE (path = ? OR (file = ? AND path = file))"
        " AND (page IS NULL OR page = ?) ORDER BY place",
        [source.path, PurePath(source.path).name, source.page],
    ).fetchall()
    database.executemany(
        "UPDATE claims SET used = 1 WHERE place = ?", [(place,) for place, _ in rows]
    )
    return [claim_of(json.loads(content)) for _, content in rows]


def unused_claims(database: sqlite3.Connection) -> Iterator[Claim]:
    """The claims for which there was no record, in the order of the file."""
    rows = database.execute("SELECT content FROM claims WHERE NOT used ORDER BY place")
    return (claim_of(json.loads(content)) for (content,) in rows)
