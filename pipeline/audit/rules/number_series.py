"""Numbers of one merchant's receipts that do not fit their dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from pipeline.audit.finding import Finding, Look, ReceiptRef, Severity, finding_id, looks
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.rules.context import Context
from pipeline.audit.state.entered import receipt_numbered
from pipeline.audit.state.series import Numbered, neighbours, place_in_series

FEWEST = 4
"""Of other receipts of the series that must be in order before one is said to be out of it: tills
start anew, and numbers of tables and orders are no series."""
_PER_OUTLIER = 3
"""For so many further receipts in order one may be out of it: misread, or itself to be found. The
days of ten receipts in no order at all have eight in order by chance once in a thousand times."""
_DAYS_OFF = 2
_EXPECTED = 50
"""Numbers that should lie between two receipts, at least, for a small gap to be noticed."""
_NEAR = 0.02

Reason = Callable[[AuditedReceipt, AuditedReceipt], str]


def receipt_numbers(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`receipt-number-backwards` and `receipt-numbers-too-near`."""
    place = place_in_series(receipt)
    if place is None:
        return
    merchant, prefix, number, day = place
    lower, higher = neighbours(context.database, merchant, prefix, number, receipt.number)
    others = _in_order([*reversed(lower), *higher])
    count = len(lower) + len(higher)
    if len(others) < FEWEST or count - len(others) > max(0, count - FEWEST) // _PER_OUTLIER:
        return
    found = _backwards(day, *([one for one in side if one in others] for side in (lower, higher)))
    if found is not None:
        yield _finding(receipt, context, found, "receipt-number-backwards", _backwards_reason)
        return
    near = _too_near(number, day, others, receipt.number)
    if near is not None:
        yield _finding(receipt, context, near, "receipt-numbers-too-near", _near_reason)


def _in_order(others: Sequence[Numbered]) -> list[Numbered]:
    """The most of them, in the order of their numbers, whose days do not run backwards."""
    best: list[list[Numbered]] = []
    for one in others:
        before = [chain for chain in best if chain[-1].day <= one.day]
        best.append([*max(before, key=len, default=[]), one])
    return max(best, key=len, default=[])


def _backwards(day: str, lower: Sequence[Numbered], higher: Sequence[Numbered]) -> Numbered | None:
    """The neighbour that this receipt's date contradicts."""
    if lower and _days_between(day, lower[0].day) >= _DAYS_OFF:
        return lower[0]
    if higher and _days_between(higher[0].day, day) >= _DAYS_OFF:
        return higher[0]
    return None


def _too_near(number: int, day: str, others: Sequence[Numbered], receipt: int) -> Numbered | None:
    """An earlier entered receipt whose number is far nearer than the merchant's pace suggests."""
    steps = [
        (later.number - earlier.number) / max(1, _days_between(earlier.day, later.day))
        for earlier, later in pairwise(others)
    ]
    pace = sorted(steps)[len(steps) // 2]
    for one in others:
        expected = pace * abs(_days_between(one.day, day))
        gap = abs(one.number - number)
        if one.receipt < receipt and expected >= _EXPECTED and gap <= _NEAR * expected:
            return one
    return None


def _backwards_reason(receipt: AuditedReceipt, other: AuditedReceipt) -> str:
    return (
        f"The number {receipt.value('receipt_number')} of {receipt.value('date')} does not fit the "
        f"number {other.value('receipt_number')} of {other.value('date')}; the merchant's other "
        "receipts are in order."
    )


def _near_reason(receipt: AuditedReceipt, other: AuditedReceipt) -> str:
    days = abs((receipt.value("date") - other.value("date")).days)
    return (
        f"The numbers {other.value('receipt_number')} and {receipt.value('receipt_number')} are "
        f"{days} days apart; by the merchant's other receipts far more lie between such days."
    )


def _finding(
    receipt: AuditedReceipt, context: Context, near: Numbered, rule: str, reason: Reason
) -> Finding:
    other = receipt_numbered(context.database, near.receipt)
    return Finding(
        id=finding_id(rule, (receipt.key, other.key)),
        rule=rule,
        severity=Severity.LOW,
        score=round(_confidence(receipt) * _confidence(other), 4),
        receipts=[ReceiptRef.of(receipt.record.source), ReceiptRef.of(other.record.source)],
        reason=reason(receipt, other),
        look_at=[*_looks(receipt, 0), *_looks(other, 1)],
        suggested_action="Compare both receipts; ask the merchant if they differ in print.",
        person=receipt.person,
    )


def _confidence(receipt: AuditedReceipt) -> float:
    number, day = receipt.record.receipt_number, receipt.record.date
    return (number.confidence if number else 0.0) * (day.confidence if day else 0.0)


def _looks(receipt: AuditedReceipt, place: int) -> list[Look]:
    names = ("receipt_number", "date")
    fields = [(name, getattr(receipt.record, name)) for name in names]
    return looks(fields, receipt.record.source, place)


def _days_between(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
