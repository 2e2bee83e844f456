"""What each person claims: one row a claim, for sums over days, trips and months."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.audit.receipts import AuditedReceipt, Claim

COLUMNS = ("person", "trip", "city", "merchant", "category", "day", "month")
"""What sums may be over, besides the receipt itself."""


@dataclass(frozen=True, slots=True)
class Expense:
    """A row of a sum: the receipt's number, and the amount in its currency."""

    receipt: int
    currency: str | None
    amount: float


def enter_expenses(database: sqlite3.Connection, receipt: AuditedReceipt) -> None:
    """Enter the claims of a receipt, or the receipt itself where nobody is named."""
    rows = [_row(receipt, place, claim) for place, claim in enumerate(receipt.claims or (None,))]
    marks = ", ".join("?" * (4 + len(COLUMNS)))
    database.executemany(f"INSERT INTO expenses VALUES ({marks})", rows)


def judge_sums_anew(database: sqlite3.Connection, receipt: int) -> None:
    """The other receipts of the same person in the same month or trip must be judged again."""
    database.execute(
        "UPDATE receipts SET judged = NULL WHERE number IN (SELECT other.receipt FROM expenses AS"
        " own JOIN expenses AS other ON other.person = own.person AND (other.month = own.month OR"
        " other.trip = own.trip) WHERE own.receipt = ? AND other.receipt != own.receipt)",
        [receipt],
    )


def expense_groups(receipt: AuditedReceipt) -> list[dict[str, str | None]]:
    """The values of ``COLUMNS`` of each claim of the receipt, or of the receipt itself."""
    return [_group(receipt, claim) for claim in receipt.claims or (None,)]


def expenses_of(
    database: sqlite3.Connection,
    group: Mapping[str, str],
    categories: Sequence[str],
) -> list[Expense]:
    """The expenses with these values of these columns, in order of entry.

    Args:
        group: at least one of ``COLUMNS``.
        categories: of which one must be the expense's; none for all.
    """
    wanted = " AND ".join(f"{column} = ?" for column in group)
    among = f" AND category IN ({', '.join('?' * len(categories))})" if categories else ""
    rows = database.execute(
        f"SELECT receipt, currency, amount FROM expenses WHERE {wanted}{among}"
        " AND amount IS NOT NULL ORDER BY receipt, place",
        [*group.values(), *categories],
    )
    return [Expense(*row) for row in rows]


def _group(receipt: AuditedReceipt, claim: Claim | None) -> dict[str, str | None]:
    day = receipt.value("date")
    return {
        "person": claim.person if claim else None,
        "trip": claim.trip if claim else None,
        "city": claim.city if claim else None,
        "merchant": receipt.merchant,
        "category": (claim.category if claim else None) or receipt.category,
        "day": None if day is None else day.isoformat(),
        "month": None if day is None else day.isoformat()[:7],
    }


def _row(receipt: AuditedReceipt, place: int, claim: Claim | None) -> list[object]:
    amount = claim.amount if claim and claim.amount is not None else receipt.value("total")
    # A claim for several receipts says in which currency their sum is, not this total.
    asked = claim.currency if claim and claim.together is None else None
    currency = asked or receipt.value("currency")
    group = _group(receipt, claim)
    return [
        receipt.number,
        place,
        *(group[column] for column in COLUMNS),
        currency,
        None if amount is None else float(amount),
    ]
