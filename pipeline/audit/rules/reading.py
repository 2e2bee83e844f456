"""Receipts that could not be read, or lack what an audit needs: a person has to look."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.finding import Finding, Severity
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.rules.context import Context
from pipeline.receipt import KEY_FIELDS


def not_read(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`receipt-not-read` for a record with the status error, `value-missing` for one without
    merchant, date or total."""
    record = receipt.record
    if record.status == "error":
        yield receipt.finding(
            "receipt-not-read",
            Severity.LOW,
            1.0,
            f"The receipt could not be read: {record.error}.",
            "Ask for a readable copy.",
        )
        return
    missing = [name for name in KEY_FIELDS if receipt.value(name) is None]
    if missing:
        names = " and ".join(name.replace("_", " ") for name in missing)
        yield receipt.finding(
            "value-missing",
            Severity.INFO,
            1.0,
            f"No {names} was found on the receipt, so rules that need it were not applied.",
            "Enter it from the picture.",
        )
