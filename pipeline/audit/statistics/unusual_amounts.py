"""The rule that reports totals far above those of the same merchant, person, city or category."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.finding import Finding, Severity
from pipeline.audit.receipts import AuditedReceipt, money
from pipeline.audit.rules.context import Context
from pipeline.audit.state.amounts import groups_of

FEWEST = 30
"""Amounts of a group before one is called unusual."""
FARTHEST = 6.0
"""Deviations above the median. Amounts have long tails: at 3 it would be one receipt in fifty."""
_SURE = 0.5


def unusual_amounts(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`amount-unusual`, against the group in which the total is farthest from the median.

    The score ranks: it is 0.5 at six deviations. Labels make it a probability.
    """
    total = receipt.record.total
    if total is None or total.value <= 0 or total.confidence < _SURE:
        return
    found = []
    for kind, name in groups_of(receipt).items():
        spread = context.spread(kind, name)
        if spread is not None and spread.count >= FEWEST:
            found.append((spread.distance(float(total.value)), kind, name, spread))
    if not found:
        return
    distance, kind, name, spread = max(found, key=lambda one: one[0])
    if distance < FARTHEST:
        return
    currency = receipt.value("currency")
    usual = Decimal(f"{spread.usual:.2f}")
    yield receipt.finding(
        "amount-unusual",
        Severity.LOW,
        distance / (distance + FARTHEST),
        f"{money(total.value, currency)} is {float(total.value) / spread.usual:.1f} times the "
        f"median of {kind} {name.rpartition(', ')[0]} ({money(usual, currency)}, {spread.count} "
        f"receipts), {distance:.1f} deviations above it.",
        "Check the amount on the picture.",
        fields=("total",),
        amount=total.value - usual,
    )
