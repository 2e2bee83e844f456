"""Which sums hold in an assignment of amounts to fields, as features for all assignments at once.

Amounts are whole thousandths. A basis is a choice for subtotal, tax, tip and discount, a payment
one for cash and change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.summary.amount_candidates import ROUNDED, AmountCandidate, of_no_row
from pipeline.assembly.summary.options import Option
from pipeline.assembly.values.amounts import ZERO

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

OF_BASIS = ("items_make_subtotal", "items_make_net", "items_miss_subtotal",
            "table_makes_tax", "table_misses_tax")  # fmt: skip
OF_TOTAL = ("printed_again", "printed_often", "below_an_item")
OF_BOTH = (
    "holds", "holds_with_one", "holds_with_two", "holds_with_more", "fails", "below_subtotal",
    "items_hold", "items_hold_with_one", "items_hold_with_more", "items_fail", "rounded",
    "subtotal_without_total", "tax_large", "tax_is_all", "rate_makes_tax", "rate_misses_tax",
)  # fmt: skip
OF_PAYMENT = ("pays", "pays_rounded", "pays_otherwise", "cash_is_total", "cash_on_its_line",
              "cash_below_total", "cash_above_total", "change_without_cash")  # fmt: skip
SUM_FEATURES = (*OF_BASIS, *OF_TOTAL, *OF_BOTH, *OF_PAYMENT)
"""The features of an assignment beyond those of its options, each 0 or 1.

``items_make_subtotal``: the line items add up to the subtotal, with discounts taken off or not;
    ``items_make_net``: without the tax that is in their prices; ``items_miss_subtotal``: neither.
``table_makes_tax``, ``table_misses_tax``: the rows of the table of taxes add up to the tax, or
    not.
``printed_again``, ``printed_often``: the total is one further amount of the page, or several.
    ``below_an_item``: it is less than an item costs.
``holds``: the total is the subtotal; ``holds_with_one``, ``…two``, ``…more``: with as many of tax,
    tip, discount and surcharges; ``fails``: it is not; ``below_subtotal``: nor is it more.
``items_hold`` and so on: likewise from the items' sum.
    ``rounded``: a sum holds but for a cent or two. ``subtotal_without_total``: as it says.
``tax_large``: the tax is more than 0.4 of the total; ``tax_is_all``: it is not less.
    ``rate_makes_tax``, ``rate_misses_tax``: the rate on its line makes it of the subtotal or the
    total, or not.
``pays``: cash without the change is the total; ``pays_rounded``: but for five cents;
    ``pays_otherwise``: it is not. ``cash_is_total``: without change, on another line;
    ``cash_on_its_line``: one amount is both; ``cash_below_total``, ``cash_above_total``: without
    change. ``change_without_cash``: as it says.
"""

UNITS = 1000
_CENT, _NICKEL = 10, 50
_LARGE_TAX = 0.4
_LARGEST_ROUNDING = Decimal("0.05")  # of the largest amount on the page
_MOST_SURCHARGE_SUMS = 9


@dataclass(frozen=True, slots=True)
class RowSums:
    """What the rows of tables add up to.

    Attributes:
        items: the line items' totals, ``None`` where there are none.
        taxes: the rows of the table of taxes, ``None`` where there is none.
        largest_item: the highest of the items' totals.
    """

    items: Decimal | None = None
    taxes: Decimal | None = None
    largest_item: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bases:
    """All bases as columns of amounts, zero where a field is empty; shape (bases,).

    Attributes:
        has_subtotal, has_tax: whether the field is filled.
        rate: on the line of a tax of one line, 0 if there is none.
        above: the discounts in the lines above the subtotal, which are subtracted already.
    """

    subtotal: Numbers
    tax: Numbers
    tip: Numbers
    discount: Numbers
    above: Numbers
    rate: NDArray[np.float64]
    has_subtotal: Flags
    has_tax: Flags


def thousandths(values: Sequence[Decimal]) -> Numbers:
    return np.array([round(value * UNITS) for value in values], np.int64)


def surcharge_sums(candidates: Sequence[AmountCandidate]) -> tuple[Decimal, ...]:
    """The possible additions from service charges and rounding: any of them, the rounding up or
    down."""
    sums = {ZERO}
    largest = max((c.value for c in candidates), default=ZERO)
    for candidate in of_no_row(candidates):
        if candidate.surcharge == ROUNDED and abs(candidate.value) > _LARGEST_ROUNDING * largest:
            continue
        if candidate.surcharge is not None and candidate.value:
            signs = (1, -1) if candidate.surcharge == ROUNDED else (1,)
            sums |= {base + sign * candidate.value for base in sums for sign in signs}
    return tuple(sorted(sums, key=abs))[:_MOST_SURCHARGE_SUMS]


def of_basis(bases: Bases, sums: RowSums) -> Flags:
    """Shape (bases, ``OF_BASIS``)."""
    found = np.zeros((len(bases.tax), len(OF_BASIS)), bool)
    if sums.items is not None:
        (items,) = thousandths([sums.items])
        whole = [items, items - bases.above, items - bases.discount]
        made = np.any([_near(bases.subtotal, one) for one in whole], axis=0)
        net = _near(bases.subtotal, items - bases.tax)
        found[:, 0] = bases.has_subtotal & made
        found[:, 1] = bases.has_subtotal & ~made & net
        found[:, 2] = bases.has_subtotal & ~made & ~net
    if sums.taxes is not None:
        (taxes,) = thousandths([sums.taxes])
        found[:, 3] = bases.has_tax & (bases.tax == taxes)
        found[:, 4] = bases.has_tax & (bases.tax != taxes)
    return found


def of_total(
    totals: Sequence[Option], candidates: Sequence[AmountCandidate], sums: RowSums
) -> Flags:
    """Shape (totals, ``OF_TOTAL``)."""
    printed = [one.value for one in of_no_row(candidates)]
    found = np.zeros((len(totals), len(OF_TOTAL)), bool)
    for row, total in zip(found, totals, strict=True):
        if total.value is not None:
            others = printed.count(total.value) - sum(not one.in_row for one in total.candidates)
            largest = sums.largest_item
            row[:] = (others == 1, others > 1, largest is not None and total.value < largest)
    return found


def of_both(
    totals: Sequence[Option], bases: Bases, surcharges: Sequence[Decimal], sums: RowSums
) -> Flags:
    """Shape (totals, bases, ``OF_BOTH``)."""
    extras = thousandths(surcharges)
    none = np.zeros_like(bases.tax)
    off, above = bases.discount, bases.above
    values = thousandths([total.amount for total in totals])[:, None]
    filled = np.array([total.value is not None for total in totals])[:, None]
    from_subtotal = _reached(bases.subtotal, (none, off, off - above), bases, extras)
    parts, exact = _parts(values, *from_subtotal)
    parts = np.where(filled & bases.has_subtotal, parts, -1)
    holds = parts >= 0
    fails = filled & bases.has_subtotal & ~holds
    others, others_exact = np.full_like(parts, -1), np.zeros_like(exact)
    items_fail = np.zeros_like(holds)
    if sums.items is not None:
        (items,) = thousandths([sums.items])
        others, others_exact = _parts(values, *_reached(none + items, (none, off), bases, extras))
        items_fail = filled & (others < 0)
        others = np.where(filled, others, -1)
    made = _made_by_rate(bases, values)
    has_rate = filled & (bases.rate > 0)
    return np.stack(
        (
            *(np.minimum(parts, 3) == number for number in range(4)),
            fails,
            fails & (values < bases.subtotal),
            *(np.minimum(others, 2) == number for number in range(3)),
            items_fail,
            (holds & ~exact) | (~holds & (others >= 0) & ~others_exact),
            ~filled & bases.has_subtotal,
            filled & (np.abs(bases.tax) > _LARGE_TAX * np.abs(values)),
            (bases.tax >= np.abs(values)) & (values != 0),
            has_rate & made,
            has_rate & ~made,
        ),
        axis=-1,
    )


def of_payment(totals: Sequence[Option], payments: Sequence[tuple[Option, Option]]) -> Flags:
    """Shape (totals, payments, ``OF_PAYMENT``)."""
    found = np.zeros((len(totals), len(payments), len(OF_PAYMENT)), bool)
    for of_payments, total in zip(found, totals, strict=True):
        for flags, (cash, change) in zip(of_payments, payments, strict=True):
            flags[:] = _payment(total, cash, change)
    return found


def _payment(total: Option, cash: Option, change: Option) -> tuple[bool, ...]:
    flags = dict.fromkeys(OF_PAYMENT, False)
    if cash.value is None or total.value is None:
        flags["change_without_cash"] = cash.value is None and change.value is not None
    elif change.value:
        miss = int(abs(cash.value - change.value - total.value) * UNITS)
        name = "pays" if not miss else "pays_rounded" if miss <= _NICKEL else "pays_otherwise"
        flags[name] = True
    elif cash.value == total.value:
        own = cash.candidates == total.candidates
        flags["cash_on_its_line" if own else "cash_is_total"] = True
    else:
        flags["cash_below_total" if cash.value < total.value else "cash_above_total"] = True
    return tuple(flags.values())


def _reached(
    start: Numbers, offs: Sequence[Numbers], bases: Bases, extras: Numbers
) -> tuple[Numbers, Numbers]:
    """The totals that can follow from ``start``, with the number of further amounts in each: both
    of shape (bases, ways). Tax comes on top or is included, and so may be what is added without a
    label."""
    none = np.zeros_like(start)
    off = np.stack(offs, axis=1)[:, :, None, None]
    taxed = np.stack((none, bases.tax), axis=1)[:, None, :, None]
    extra = extras[None, None, None, :]
    tip = bases.tip[:, None, None, None]
    values = start[:, None, None, None] + tip + taxed - off + extra
    parts = (tip != 0) + (taxed != 0) * 1 + (off != 0) + (extra != 0)
    count = len(start)
    return values.reshape(count, -1), np.broadcast_to(parts, values.shape).reshape(count, -1)


def _parts(values: Numbers, reached: Numbers, parts: Numbers) -> tuple[Numbers, Flags]:
    """Of each total and basis the number of further amounts in the total, -1 if it is not reached,
    and whether it is met to the cent. It may differ by a cent, or by two if the total is a
    multiple of five cents, as cash is rounded."""
    miss = np.abs(reached - values[:, :, None])
    slack = np.where(values % _NICKEL, _CENT, 2 * _CENT)[:, :, None]
    return np.where(miss <= slack, parts, -1).max(axis=2), (miss == 0).any(axis=2)


def _made_by_rate(bases: Bases, totals: Numbers) -> Flags:
    rate, included = bases.rate, bases.rate / (1 + bases.rate)
    of_subtotal = _near(bases.tax, bases.subtotal * rate) | _near(
        bases.tax, bases.subtotal * included
    )
    return of_subtotal | _near(bases.tax, totals * included)


def has_one_sign(totals: Sequence[Option], bases: Bases) -> Flags:
    """Whether no amount but a discount has another sign than the total: shape (totals, bases)."""
    signs = np.sign(thousandths([total.amount for total in totals]))[:, None]
    same: Flags = np.all(
        [signs * np.sign(own) >= 0 for own in (bases.subtotal, bases.tax, bases.tip)], axis=0
    )
    return same


def _near(one: Numbers, other: Numbers | NDArray[np.float64] | int) -> Flags:
    near: Flags = np.abs(one - other) <= _CENT
    return near
