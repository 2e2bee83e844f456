"""Why a total is less than its parts: a discount that was not read, or a tax that is too high."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from pipeline.audit.receipts import value_of
from pipeline.audit.rules import tax_facts
from pipeline.receipt import Receipt


def is_discount_likelier(record: Receipt, missing: Decimal) -> bool:
    """Whether ``missing`` is rather a discount that was not read than a part of the tax.

    Either explains the total. A rate that is printed, or that the country has, speaks for the tax
    if it gives it of what remains after the discount or of the subtotal, and against it if it gives
    the lower tax of the subtotal. Where rates do not tell, as with goods of several rates, a tax
    that one digit puts right is wrong: few discounts happen to change a single digit. A discount is
    never of more than was bought.

    Args:
        missing: by how much subtotal and tax are more than the total, above 0.
    """
    tax, subtotal, total = (value_of(part) for part in (record.tax, record.subtotal, record.total))
    if tax is None or subtotal is None or total is None:
        return True
    if missing >= subtotal or tax <= missing:
        return bool(missing < subtotal)
    places = max(_places(amount) for amount in (tax, subtotal, total))
    unit, rates = Decimal(1).scaleb(-places), tax_facts.rates_of(record)
    stands = _is_tax(tax, (total - tax, subtotal), rates, unit)
    should_be_less = _is_tax(tax - missing, (subtotal,), rates, unit)
    if stands != should_be_less:
        return stands
    return Levenshtein.distance(f"{tax:.{places}f}", f"{tax - missing:.{places}f}") > 1


def _places(amount: Decimal) -> int:
    return max(0, -int(amount.normalize().as_tuple().exponent))


def _is_tax(
    amount: Decimal, bases: Sequence[Decimal], rates: Sequence[Decimal], unit: Decimal
) -> bool:
    """Whether a rate in percent of a base is the amount, however the till rounds."""
    return any(abs(base * rate / 100 - amount) < unit for base in bases for rate in rates)
