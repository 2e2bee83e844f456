"""The sums that should hold in the tables of taxes and payments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.assembly.summary.checks import ROUNDING_TOLERANCE, check
from pipeline.assembly.summary.options import CASH
from pipeline.assembly.values.amounts import CENT, ZERO
from pipeline.receipt import Check, Payment, TaxLine

_PERCENT = Decimal("0.01")


def check_taxes(taxes: Sequence[TaxLine], amounts: Mapping[str, Decimal]) -> Iterator[Check]:
    """``net*rate=amount`` of each tax that has all three, and the sum of several against the tax.

    Args:
        amounts: the summary amounts by the record's keys.
    """
    for number, tax in enumerate(taxes):
        if tax.net and tax.rate and tax.amount:
            net, share = tax.net.value, tax.rate.value * _PERCENT
            # Some tills print the amount with the tax as the one that it is on.
            expected = (net * share, net * share / (1 + share))
            places = int(tax.amount.value.as_tuple().exponent)
            tolerance = max(CENT, Decimal(1).scaleb(places))
            rule = f"taxes[{number}]: net*rate=amount"
            rounded = tuple(value.quantize(Decimal(1).scaleb(places)) for value in expected)
            yield check(rule, rounded, tax.amount.value, tolerance)
    parts = [tax.amount.value for tax in taxes if tax.amount]
    if len(parts) == len(taxes) > 1 and "tax" in amounts:
        yield check("taxes=tax", (sum(parts, ZERO),), amounts["tax"], CENT)


def check_payments(payments: Sequence[Payment], amounts: Mapping[str, Decimal]) -> Iterator[Check]:
    """All that was paid, less the change, against the total; cash alone is another sum's."""
    parts = [payment.amount.value for payment in payments if payment.amount]
    if all(payment.method and payment.method.value == CASH for payment in payments):
        return
    if parts and len(parts) == len(payments) and "total" in amounts:
        paid = sum(parts, ZERO) - abs(amounts.get("change", ZERO))
        yield check("payments-change=total", (paid,), amounts["total"], ROUNDING_TOLERANCE)
