"""The numbers of each merchant's receipts, to compare their order with that of the dates."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from pipeline.audit.receipts import AuditedReceipt

_NUMBER = re.compile(r"(.*?)(\d{4,15})")
_NEIGHBOURS = 6


@dataclass(frozen=True, slots=True)
class Numbered:
    """A receipt of a series: number, ISO day, the receipt's number in the state, claimant."""

    number: int
    day: str
    receipt: int
    person: str | None


def series_of(text: str) -> tuple[str, int] | None:
    """What stands before the last digits of a receipt number with their count, and the digits:
    ``("INV-#5", 412)`` of INV-00412. ``None`` if it does not end with four digits or more."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return None if found is None else (f"{found[1]}#{len(found[2])}", int(found[2]))


def enter_series(database: sqlite3.Connection, receipt: AuditedReceipt) -> None:
    """Enter the receipt's number, if merchant, date and number are known."""
    place = place_in_series(receipt)
    if place is not None:
        merchant, prefix, number, day = place
        database.execute(
            "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?)",
            [merchant, prefix, number, day, receipt.number, receipt.person],
        )


def place_in_series(receipt: AuditedReceipt) -> tuple[str, str, int, str] | None:
    """Merchant, prefix, number and day of a receipt."""
    merchant, day, text = receipt.merchant, receipt.value("date"), receipt.value("receipt_number")
    found = series_of(str(text)) if text is not None else None
    if merchant is None or day is None or found is None:
        return None
    return merchant, *found, day.isoformat()


def neighbours(
    database: sqlite3.Connection, merchant: str, prefix: str, number: int, receipt: int
) -> tuple[list[Numbered], list[Numbered]]:
    """The receipts of the series with the nearest lower and the nearest higher numbers, nearest
    first, without this one and those of the same number."""
    lower, higher = (
        database.execute(
            "SELECT number, day, receipt, person FROM series WHERE merchant = ? AND prefix = ?"
            f" AND number {sign} ? AND receipt != ? ORDER BY number {order}, receipt LIMIT ?",
            [merchant, prefix, number, receipt, _NEIGHBOURS],
        ).fetchall()
        for sign, order in (("<", "DESC"), (">", "ASC"))
    )
    return [Numbered(*row) for row in lower], [Numbered(*row) for row in higher]
