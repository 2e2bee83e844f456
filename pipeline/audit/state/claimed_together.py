"""Claims of one amount for several receipts: rows without a page, for a file that holds several.

Each of these receipts has the claim without the amount, so that sums over people and days add up
its own total, and with ``Claim.together``, which is compared with the sum of all of them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace

from pipeline.audit.receipts import AuditedReceipt, Claim
from pipeline.receipt import Source


def enter_together(database: sqlite3.Connection, receipt: AuditedReceipt) -> None:
    """Enter which claims ask an amount for all receipts of the file."""
    keys = {key for claim in receipt.claims if (key := _key(receipt.record.source, claim))}
    database.executemany(
        "INSERT INTO together VALUES (?, ?)", [(key, receipt.number) for key in sorted(keys)]
    )


def forget_together(database: sqlite3.Connection, number: int) -> None:
    """Forget the receipt's claims; those that share a claim with it must be judged again."""
    database.execute(
        "UPDATE receipts SET judged = NULL WHERE number IN (SELECT receipt FROM together"
        " WHERE key IN (SELECT key FROM together WHERE receipt = ?))",
        [number],
    )
    database.execute("DELETE FROM together WHERE receipt = ?", [number])


def claimed_with(database: sqlite3.Connection, receipt: AuditedReceipt) -> list[int]:
    """The numbers of all receipts that a claim asks one amount for together with this one, which is
    among them, in order of entry; empty if there are no others."""
    rows = database.execute(
        "SELECT DISTINCT other.receipt FROM together AS own JOIN together AS other"
        " ON other.key = own.key WHERE own.receipt = ? ORDER BY other.receipt",
        [receipt.number],
    )
    numbers = [int(number) for (number,) in rows]
    return numbers if len(numbers) > 1 else []


def shared_claims(database: sqlite3.Connection, receipt: AuditedReceipt) -> tuple[Claim, ...]:
    """The receipt's claims, with ``together`` in place of ``amount`` where it is for several."""
    return tuple(
        replace(claim, amount=None, together=claim.amount)
        if claim.amount is not None and _is_of_several(database, receipt, claim)
        else claim
        for claim in receipt.claims
    )


def whole_claim(claim: Claim) -> Claim:
    """The claim with the amount of its row."""
    return claim if claim.together is None else replace(claim, amount=claim.together, together=None)


def _is_of_several(database: sqlite3.Connection, receipt: AuditedReceipt, claim: Claim) -> bool:
    rows = database.execute(
        "SELECT 1 FROM together WHERE key = ? LIMIT 2", [_key(receipt.record.source, claim)]
    )
    return len(rows.fetchall()) > 1


def _key(source: Source, claim: Claim) -> bytes | None:
    """Of a claim and a file; ``None`` for a claim that is for one page, or asks each total."""
    whole = whole_claim(claim)
    if whole.page is not None or whole.amount is None:
        return None
    text = f"{source.sha256 or source.path}|{whole!r}"
    return hashlib.sha256(text.encode()).digest()[:16]
