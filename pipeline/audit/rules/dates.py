"""Dates that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipeline.audit.finding import Finding, Severity
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.rules.context import Context

_TIME_ZONES = timedelta(days=1)


def future_dates(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`date-in-future`: after the day on which the claim was submitted or the receipt entered.

    A date that may as well be an earlier one (03/04 as April or March) is left alone. How old a
    receipt may be, and weekends and holidays, are matters of policy.
    """
    day = receipt.record.date
    latest = receipt.judged_on + _TIME_ZONES
    if day is None or min([day.value, *day.alternatives]) <= latest:
        return
    days = (day.value - receipt.judged_on).days
    yield receipt.finding(
        "date-in-future",
        Severity.MEDIUM,
        day.confidence,
        f"The receipt is dated {day.value}, {days} days after it was handed in "
        f"({receipt.judged_on}).",
        "Check the date on the picture.",
        fields=("date",),
    )
