"""Receipts in the state: entering them, reading them back, and which are still to be judged."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pipeline.audit.finding import ReceiptRef
from pipeline.audit.receipts import AuditedReceipt, Claim, receipt_key
from pipeline.audit.records.read import ReadRecord
from pipeline.audit.state.amounts import count_amounts
from pipeline.audit.state.claim_json import claim_of, plain_claim
from pipeline.audit.state.claimed_together import (
    claimed_with,
    enter_together,
    forget_together,
    shared_claims,
)
from pipeline.audit.state.expenses import enter_expenses, judge_sums_anew
from pipeline.audit.state.series import enter_series
from pipeline.receipt import Receipt

_LEVEL = 1
_COLUMNS = "number, key, judged_on, item_count, record"
_CHUNK = 500
LARGEST_BLOCK = 100
"""Of receipts that share a key, how many are compared: the latest ones. It bounds the cost of a
receipt whatever the number of receipts."""


def enter(
    database: sqlite3.Connection,
    read: ReadRecord,
    claims: Sequence[Claim],
    today: date,
    keys: Collection[int],
    session: int,
    traits: str = "",
    signs: str = "",
) -> int:
    """Enter a record; one that is known and unchanged only joins the session.

    A changed record is replaced, and all that share a key with it, or are added up with it, will be
    judged again.

    Args:
        today: the day of the claim where it does not say one.
        keys: of the blocks in which to look for duplicates, 64 bits each, signed.
        traits: what of it is compared with others, as `duplicates` writes it.
        signs: of changes to its file, as `tampering` writes them.

    Returns:
        The receipt's number.
    """
    key = receipt_key(read.record.source)
    plain = read.record.model_dump_json(exclude={"timings"})
    digest = _digest(plain, claims, read.item_count, traits, signs)
    known = database.execute("SELECT number, digest FROM receipts WHERE key = ?", [key]).fetchone()
    if known is not None and known[1] == digest:
        database.execute("UPDATE receipts SET session = ? WHERE number = ?", [session, known[0]])
        return int(known[0])
    if known is not None:
        forget(database, int(known[0]))
    submitted = next((claim.submitted for claim in claims if claim.submitted), today)
    number = database.execute(
        "INSERT INTO receipts VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?)",
        [
            known[0] if known else None,
            key,
            digest,
            session,
            submitted.isoformat(),
            read.item_count,
            traits,
            _packed(claims, plain),
        ],
    ).lastrowid
    receipt = AuditedReceipt(
        int(number or 0), key, read.record, read.item_count, tuple(claims), submitted
    )
    database.executemany(
        "INSERT OR IGNORE INTO block_keys VALUES (?, ?)", [(key, number) for key in keys]
    )
    if signs:
        database.execute("INSERT INTO signs VALUES (?, ?)", [number, signs])
    enter_expenses(database, receipt)
    if known is not None:
        judge_sums_anew(database, receipt.number)
    enter_series(database, receipt)
    count_amounts(database, receipt, 1)
    if claims:
        enter_together(database, receipt)
        _share_claims(database, receipt)
    return receipt.number


def pending(
    database: sqlite3.Connection, session: int, fingerprint: str
) -> Iterator[AuditedReceipt]:
    """The session's receipts that were not judged under this fingerprint, in order of entry.

    What is judged meanwhile may be stored: the rows are read in portions.
    """
    after = 0
    while rows := database.execute(
        f"SELECT {_COLUMNS} FROM receipts WHERE session = ? AND number > ?"
        " AND judged IS NOT ? ORDER BY number LIMIT ?",
        [session, after, fingerprint, _CHUNK],
    ).fetchall():
        for row in rows:
            yield _receipt(row)
        after = rows[-1][0]


def unjudged(database: sqlite3.Connection, most: int) -> list[AuditedReceipt]:
    """Receipts of any session that must be judged, the first of them."""
    rows = database.execute(
        f"SELECT {_COLUMNS} FROM receipts WHERE judged IS NULL ORDER BY number LIMIT ?", [most]
    )
    return [_receipt(row) for row in rows.fetchall()]


def judge_others_anew(database: sqlite3.Connection, fingerprint: str) -> None:
    """What was judged under another fingerprint must be judged."""
    database.execute("UPDATE receipts SET judged = NULL WHERE judged IS NOT ?", [fingerprint])


def numbers_at(database: sqlite3.Connection, folder: str) -> list[int]:
    """The receipts whose path is in that folder."""
    rows = database.execute(
        "SELECT number FROM receipts WHERE key >= ? AND key < ?",
        [f"{folder}/", f"{folder}0"],  # the character after /
    )
    return [int(number) for (number,) in rows]


def paths_after(database: sqlite3.Connection, after: int, most: int) -> list[tuple[int, str]]:
    """Numbers and paths of the next receipts in order of entry."""
    rows = database.execute(
        "SELECT number, key FROM receipts WHERE number > ? ORDER BY number LIMIT ?", [after, most]
    )
    return [(int(number), str(key).partition("#")[0]) for number, key in rows]


def receipt_numbered(database: sqlite3.Connection, number: int) -> AuditedReceipt:
    """The receipt with that number."""
    row = database.execute(f"SELECT {_COLUMNS} FROM receipts WHERE number = ?", [number]).fetchone()
    return _receipt(row)


def receipt_at(database: sqlite3.Connection, ref: ReceiptRef) -> AuditedReceipt | None:
    """The latest receipt at that place, ``None`` if there is none."""
    start = f"{ref.path}#{ref.attachment or ''}#{ref.page}"
    row = database.execute(
        f"SELECT {_COLUMNS} FROM receipts WHERE key >= ? AND key < ? ORDER BY number DESC LIMIT 1",
        [f"{start}#", f"{start}$"],  # the character after #
    ).fetchone()
    return None if row is None else _receipt(row)


def traits_text(database: sqlite3.Connection, number: int) -> str:
    """The traits with which a receipt was entered."""
    row = database.execute("SELECT traits FROM receipts WHERE number = ?", [number]).fetchone()
    return str(row[0])


def traits_texts(database: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The numbers of receipts, given in ascending order, each with the traits with which it was
    entered."""
    for start in range(0, len(numbers), _CHUNK):
        some = numbers[start : start + _CHUNK]
        yield from database.execute(
            f"SELECT number, traits FROM receipts WHERE number IN ({', '.join('?' * len(some))})"
            " ORDER BY number",
            [*some],
        )


def signs_text(database: sqlite3.Connection, number: int) -> str:
    """The signs with which a receipt was entered, "" for none."""
    row = database.execute("SELECT content FROM signs WHERE receipt = ?", [number]).fetchone()
    return "" if row is None else str(row[0])


def earlier_in_blocks(
    database: sqlite3.Connection, number: int, keys: Collection[int]
) -> list[int]:
    """The receipts before this one that share a key with it, of each block the latest."""
    found: set[int] = set()
    for key in keys:
        rows = database.execute(
            "SELECT receipt FROM block_keys WHERE key = ? AND receipt < ?"
            " ORDER BY receipt DESC LIMIT ?",
            [key, number, LARGEST_BLOCK],
        )
        found.update(row[0] for row in rows)
    return sorted(found)


def count_of(database: sqlite3.Connection, session: int) -> int:
    """How many receipts are in a session."""
    query = "SELECT count(*) FROM receipts WHERE session = ?"
    return int(database.execute(query, [session]).fetchone()[0])


def forget(database: sqlite3.Connection, number: int) -> None:
    """Delete a record and what was derived from it; those beside it must be judged again."""
    count_amounts(database, receipt_numbered(database, number), -1)
    database.execute(
        "UPDATE receipts SET judged = NULL WHERE number IN (SELECT receipt FROM block_keys"
        " WHERE key IN (SELECT key FROM block_keys WHERE receipt = ?))",
        [number],
    )
    judge_sums_anew(database, number)
    forget_together(database, number)
    for table in ("expenses", "series", "findings", "signs"):
        database.execute(f"DELETE FROM {table} WHERE receipt = ?", [number])
    database.execute("DELETE FROM block_keys WHERE receipt = ?", [number])
    database.execute("DELETE FROM receipts WHERE number = ?", [number])


def _share_claims(database: sqlite3.Connection, receipt: AuditedReceipt) -> None:
    """The receipts that are claimed together with this new one must be judged again."""
    numbers = claimed_with(database, receipt)
    database.executemany(
        "UPDATE receipts SET judged = NULL WHERE number = ?", [(number,) for number in numbers]
    )
    # With the second receipt the first one's claims turn out to be for several, too.
    others = [number for number in numbers if number != receipt.number]
    for one in (receipt, *(receipt_numbered(database, other) for other in others[:1])):
        claims = shared_claims(database, one)
        if claims != one.claims:
            packed = _packed(claims, one.record.model_dump_json(exclude={"timings"}))
            database.execute(
                "UPDATE receipts SET record = ? WHERE number = ?", [packed, one.number]
            )
            database.execute("DELETE FROM expenses WHERE receipt = ?", [one.number])
            enter_expenses(database, replace(one, claims=claims))
            judge_sums_anew(database, one.number)


def _packed(claims: Sequence[Claim], plain: str) -> bytes:
    claimed = json.dumps([plain_claim(claim) for claim in claims]) if claims else ""
    return zlib.compress(f"{claimed}\n{plain}".encode(), _LEVEL)


def _digest(plain: str, claims: Sequence[Claim], items: int, *texts: str) -> bytes:
    text = "\n".join((plain, str(items), *filter(None, texts), *(repr(claim) for claim in claims)))
    return hashlib.sha256(text.encode()).digest()


def _receipt(row: Sequence[Any]) -> AuditedReceipt:
    number, key, judged_on, item_count, packed = row
    claimed, _, plain = zlib.decompress(packed).decode().partition("\n")
    return AuditedReceipt(
        number=number,
        key=key,
        record=Receipt.model_validate_json(plain),
        item_count=item_count,
        claims=tuple(map(claim_of, json.loads(claimed))) if claimed else (),
        judged_on=date.fromisoformat(judged_on),
    )
