"""The sums that should hold on a receipt: they become the record's `checks`.

Misread amounts are corrected by equations of their own, with more variants: `repair_equations`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.assembly.values.amounts import CENT, ZERO
from pipeline.receipt import Check, LineItem

# Cash totals are rounded to five cents in many countries.
ROUNDING_TOLERANCE = Decimal("0.05")


def check_sums(
    items: Sequence[LineItem],
    amounts: Mapping[str, Decimal],
    surcharges: Sequence[Decimal] = (ZERO,),
) -> list[Check]:
    """Check each sum whose parts are all on the receipt.

    Args:
        amounts: the summary amounts by the record's keys; an absent discount or tip is none given.
        surcharges: what amounts that no key holds may add to the total: service charge, rounding.
    """
    checks = check_items(items, net_share(amounts.get("tax", ZERO), amounts.get("total", ZERO)))
    item_totals = [item.total.value for item in items if item.total]
    discount = abs(amounts.get("discount", ZERO))
    if item_totals and len(item_totals) == len(items) and "subtotal" in amounts:
        items_total = sum(item_totals, ZERO)
        # Some receipts take the discount off before the subtotal, some after; and some print
        # the subtotal without the tax that the items' prices include.
        net = items_total - amounts.get("tax", ZERO)
        expected = (items_total - discount, items_total, net - discount, net)
        checks.append(check("items-discount=subtotal", expected, amounts["subtotal"]))
    return checks + check_summary(amounts, surcharges)


def net_share(tax: Decimal, total: Decimal) -> Decimal | None:
    """The share of a price that is not tax; ``None`` if unknown."""
    return 1 - tax / total if 0 < tax < total else None


def product_tolerance(quantity: Decimal, total: Decimal) -> Decimal:
    """The tolerance of a line's product. The product of a weighed item is rounded to the last
    printed place, a whole unit for currencies without cents, and the unit price of several pieces
    to half a cent."""
    if quantity == quantity.to_integral_value():
        return max(CENT, quantity * CENT / 2)
    return max(CENT, Decimal(1).scaleb(int(total.as_tuple().exponent)))


def products(
    quantity: Decimal, price: Decimal, total: Decimal, share: Decimal | None
) -> tuple[Decimal, ...]:
    """The possible totals of a line: some tills print unit prices without tax.

    Args:
        total: as printed: to its last place prices with tax are rounded.
        share: the price's part that is no tax (``net_share``).
    """
    product = quantity * price
    return (product,) if share is None else (product, (product / share).quantize(total))


def check_items(items: Sequence[LineItem], share: Decimal | None = None) -> list[Check]:
    """``quantity*unit_price=total`` of each line item that has all three."""
    return [
        check(
            f"items[{number}]: quantity*unit_price=total",
            products(item.quantity.value, item.unit_price.value, item.total.value, share),
            item.total.value,
            product_tolerance(item.quantity.value, item.total.value),
        )
        for number, item in enumerate(items)
        if item.quantity and item.unit_price and item.total
    ]


def check_summary(
    amounts: Mapping[str, Decimal], surcharges: Sequence[Decimal] = (ZERO,)
) -> list[Check]:
    """The sums among the summary amounts alone."""
    checks = []
    discount = abs(amounts.get("discount", ZERO))
    if {"subtotal", "tax", "total"} <= amounts.keys():
        net = amounts["subtotal"] + amounts.get("tip", ZERO)
        tax = amounts["tax"]
        # Tax comes on top or is included; the discount was taken off already or comes now.
        sums = (net + tax, net, net + tax - discount, net - discount)
        expected = tuple(value + added for added in surcharges for value in sums)
        checks.append(check("subtotal+tax+tip=total", expected, amounts["total"]))
    if {"cash", "change", "total"} <= amounts.keys() and not _is_part_payment(amounts):
        paid = abs(amounts["cash"]) - abs(amounts["change"])
        checks.append(check("cash-change=total", (paid,), amounts["total"]))
    return checks


def _is_part_payment(amounts: Mapping[str, Decimal]) -> bool:
    """Whether less cash than the total was paid and no change given: the rest was paid by card."""
    return not amounts["change"] and abs(amounts["cash"]) < amounts["total"]


def check(
    rule: str,
    expected: tuple[Decimal, ...],
    found: Decimal,
    tolerance: Decimal = ROUNDING_TOLERANCE,
) -> Check:
    """Compare a value with the possible sums (``expected``, the usual one first); the nearest is
    reported."""
    nearest = min(expected, key=lambda value: abs(value - found))
    difference = abs(nearest - found)
    ok = difference <= tolerance
    return Check(rule=rule, ok=ok, expected=nearest if ok else expected[0], found=found)
