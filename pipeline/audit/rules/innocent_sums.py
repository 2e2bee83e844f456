"""Sums that fail for another cause than a wrong amount: the record lacks a part, or tills round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.receipts import value_of
from pipeline.audit.rules.unread_discount import is_discount_likelier
from pipeline.receipt import Check, Receipt

_CENT = Decimal("0.01")
_HALF_CENT = Decimal("0.005")
_CASH = "cash-change=total"
PAYMENTS = "payments-change=total"
"""The check of what was paid, unless all of it was cash."""
_PARTS = "subtotal+tax+tip=total"
_ITEMS = "items-discount=subtotal"
_RATE = "net*rate=amount"
_NAMES = re.compile(r"[a-z_]+")
_SINGLE = ("tax", "tip", "service_charge", "discount", "rounding")
_TABLES = {"taxes": "amount", "payments": "amount"}


def innocent_cause(record: Receipt, check: Check) -> str | None:
    """Why a failing check of the record may be no sign of a wrong amount, as a sentence.

    ``None`` if nothing speaks for another cause.
    """
    expected, found = Decimal(str(check.expected)), Decimal(str(check.found))
    off = abs(found - expected)
    if not off:
        return None  # tables do not say by how much
    holds = {one.rule: one.ok for one in record.checks}
    if check.rule == PAYMENTS and holds.get(_CASH) is not None:
        return "It is the sum of cash and change once more."
    if abs(found + expected) < _CENT:
        return "Only the sign differs, as on a refund."
    if check.rule.endswith(_RATE) and off <= _rounded(record):
        return "Tills that round the tax of each item differ by so much."
    if check.rule == _ITEMS and record.tax is None and expected == value_of(record.total):
        return "The items add up to the total: a tax may not have been read."
    if check.rule == _PARTS:
        if found < expected and _rest_holds(record) and is_discount_likelier(record, off):
            return "Less was paid than the parts add up to: a discount may not have been read."
        if any(abs(off - amount) < _CENT for amount in _others(record, check.rule)):
            return "The difference is printed elsewhere: it may be a part that was read as another."
    return None


def lower_tax(record: Receipt, check: Check) -> Decimal | None:
    """The lower tax with which subtotal and total agree, if other sums speak for these two.

    A total that is too high has other causes, too, such as a tip that was not read.
    """
    tax: Decimal | None = value_of(record.tax)
    off = Decimal(str(check.expected)) - Decimal(str(check.found))
    if check.rule != _PARTS or tax is None or not 0 < off < tax or not _rest_holds(record):
        return None
    return tax - off


def _rest_holds(record: Receipt) -> bool:
    """Whether items make up the subtotal, and payments the total."""
    holds = {one.rule for one in record.checks if one.ok}
    return _ITEMS in holds and not holds.isdisjoint((_CASH, PAYMENTS))


def _rounded(record: Receipt) -> Decimal:
    """Half a cent for each thing that was bought."""
    counts = [value_of(item.quantity) for item in record.items]
    things = sum((max(Decimal(1), count or Decimal(1)) for count in counts), Decimal())
    return _HALF_CENT * things


def _others(record: Receipt, rule: str) -> Iterator[Decimal]:
    """Amounts of the record that take no part in a check."""
    parts = set(_NAMES.findall(rule))
    for name in _SINGLE:
        if name not in parts and (amount := value_of(getattr(record, name))) is not None:
            yield abs(amount)
    for table, column in _TABLES.items():
        for entry in getattr(record, table):
            if (amount := value_of(getattr(entry, column))) is not None:
                yield abs(amount)
