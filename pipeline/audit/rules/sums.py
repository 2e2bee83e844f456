"""Sums on the receipt that do not hold although the amounts seem well read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from pipeline.audit.finding import Finding, Severity, looks
from pipeline.audit.receipts import AuditedReceipt, money
from pipeline.audit.rules.context import Context
from pipeline.audit.rules.innocent_sums import innocent_cause, lower_tax
from pipeline.receipt import Check, Field, Receipt

_ROW = re.compile(r"(items|taxes)\[(\d+)\]: (.*)")
_NAME = re.compile(r"[a-z_]+")
_SUMMED = {"items": "total", "taxes": "amount", "payments": "amount"}
_SURELY_READ_RIGHT = 0.85
_PROBABLY_READ_RIGHT = 0.8
_PERHAPS_READ_RIGHT = 0.5
_INNOCENT = 0.25


def failing_sums(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`sum-does-not-hold` for each check of the record that fails.

    The score is how sure it is that all its amounts were read right: the product of the
    confidences, which extraction has lowered where a sum fails, of a list only the least. Sums of
    line items also fail where an item was not found, so they are notes unless all is well read.
    So is what has another cause than a wrong amount (``innocent_cause``).
    """
    for check in receipt.record.checks:
        if not check.ok:
            yield _finding(receipt, check)


def _finding(receipt: AuditedReceipt, check: Check) -> Finding:
    fields = fields_of(check.rule, receipt.record)
    score = _score(fields)
    cause = innocent_cause(receipt.record, check)
    severity = Severity.INFO
    if cause is not None:
        score = min(score, _INNOCENT)
    elif "items" in check.rule:
        severity = Severity.LOW if score >= _SURELY_READ_RIGHT else severity
    elif score >= _PERHAPS_READ_RIGHT:
        severity = Severity.MEDIUM if score >= _PROBABLY_READ_RIGHT else Severity.LOW
    found = receipt.finding(
        "sum-does-not-hold",
        severity,
        score,
        f"{_reason(receipt, check)} {cause or _hint(receipt, check)}".rstrip(),
        "Compare the amounts with the picture.",
        amount=None if check.rule == "sums" else abs(check.found - check.expected),
        detail=check.rule,
    )
    return found.model_copy(update={"look_at": looks(fields, receipt.record.source)})


def _score(fields: Sequence[tuple[str, Field[Any]]]) -> float:
    single = [field.confidence for name, field in fields if "[" not in name]
    listed = [field.confidence for name, field in fields if "[" in name]
    return math.prod(single) * min(listed, default=1.0)


def _reason(receipt: AuditedReceipt, check: Check) -> str:
    if check.rule == "sums":
        return "A sum does not hold; the table does not say which."
    currency = receipt.value("currency")
    off = abs(check.found - check.expected)
    row = _ROW.match(check.rule)
    what = f"entry {int(row[2]) + 1} of {row[1]}: {row[3]}" if row else check.rule
    return (
        f"{what} does not hold: {money(check.found, currency)} is printed, "
        f"{money(check.expected, currency)} would be right; the difference is "
        f"{money(off, currency)}."
    )


def _hint(receipt: AuditedReceipt, check: Check) -> str:
    tax = lower_tax(receipt.record, check)
    if tax is None:
        return ""
    amount = money(tax, receipt.value("currency"))
    return f"Items and payments fit subtotal and total: with a tax of {amount} all would hold."


def fields_of(rule: str, record: Receipt) -> list[tuple[str, Field[Any]]]:
    """The fields that take part in a check of the record, with their names."""
    row = _ROW.match(rule)
    if row is not None:
        table, number = row[1], int(row[2])
        entry = getattr(record, table)[number] if number < len(getattr(record, table)) else None
        named = [(f"{table}[{number}].{name}", name) for name in _NAME.findall(row[3])]
        return [
            (place, field)
            for place, name in named
            if (field := getattr(entry, name, None)) is not None
        ]
    found: list[tuple[str, Field[Any]]] = []
    for name in _NAME.findall(rule):
        if name in _SUMMED:
            found += _column(record, name)
        elif (field := getattr(record, name, None)) is not None and isinstance(field, Field):
            found.append((name, field))
    return found


def _column(record: Receipt, table: str) -> Iterator[tuple[str, Field[Decimal]]]:
    for number, entry in enumerate(getattr(record, table)):
        field = getattr(entry, _SUMMED[table])
        if field is not None:
            yield f"{table}[{number}].{_SUMMED[table]}", field
