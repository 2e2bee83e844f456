"""Assign amounts to summary fields: the most probable assignment that adds up.

Each summary field chooses among the page's candidates, or stays empty. An assignment's
score is the sum of its options' gains, of a bonus for every sum that holds and a penalty
for every one that fails. The few best options of each field are tried together:
constrained inference by enumeration, exact up to the options left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from pipeline.assembly.summary.amount_candidates import ROUNDED, AmountCandidate
from pipeline.assembly.summary.checks import ROUNDING_TOLERANCE
from pipeline.assembly.summary.options import (
    CASH,
    CHANGE,
    DISCOUNT,
    NOTHING,
    SUBTOTAL,
    TAX,
    TIP,
    TOTAL,
    Option,
    options_of,
)
from pipeline.assembly.values.amounts import CENT, ZERO

_LARGEST_ROUNDING = Decimal("0.05")  # of the largest amount on the page
_LARGEST_TAX = Decimal("0.4")  # of the total

# Log-odds of a sum, fitted on the training receipts: that a wrong assignment meets it by
# chance, that a right one misses it.
_HOLDS, _HOLDS_TRIVIALLY, _FAILS = 1.6, 0.8, -1.0
_HOLDS_ROUNDED = 0.5
_HOLDS_FROM_ITEMS = 0.8  # tags of items are less sure than a printed subtotal
_IS_ITEMS = 2.4  # the items make up the subtotal
_IS_ITEMS_NET = 0.8  # without the tax that is in their prices: rarer than the sum itself
_IS_TABLE = 2.4  # the rows of a table of taxes make up the tax
_PART = 0.8  # for each further amount in a sum that holds: chance explains few of them
_REPEATED = 0.3  # the total is printed again: on the card slip, as cash
_MOST_SURCHARGE_SUMS = 9

_Reached = Mapping[Decimal, int]


@dataclass(frozen=True, slots=True)
class _Basis:
    """The parts of a total, and the totals that they can add up to with how many amounts."""

    subtotal: Option
    tax: Option
    tip: Option
    discount: Option
    reached: _Reached
    reached_from_items: _Reached
    score: float

    @property
    def options(self) -> tuple[Option, ...]:
        return (self.subtotal, self.tax, self.tip, self.discount)


def reconcile(
    candidates: Sequence[AmountCandidate],
    labels: Iterable[str],
    items_total: Decimal | None,
    taxes_total: Decimal | None = None,
) -> dict[str, Option]:
    """The chosen option of each label; empty fields are left out.

    Args:
        labels: the summary labels that the label set knows.
        items_total: what the line items' totals sum up to, where there are any.
        taxes_total: what the rows of the table of taxes sum up to, where there is one.
    """
    known = set(labels)
    options = {
        label: options_of(candidates, label) if label in known else [NOTHING]
        for label in (TOTAL, SUBTOTAL, TAX, TIP, DISCOUNT, CASH, CHANGE)
    }
    surcharges = surcharge_sums(candidates)
    bases = [
        _basis(subtotal, tax, tip, discount, surcharges, items_total, taxes_total)
        for subtotal, tax, tip, discount in product(
            options[SUBTOTAL], options[TAX], options[TIP], options[DISCOUNT]
        )
        if not _share_candidates((subtotal, tax, tip, discount))
    ]
    payments = list(product(options[CASH], options[CHANGE]))
    best: tuple[float, dict[str, Option]] = (float("-inf"), {})
    for total in options[TOTAL]:
        score_of_payment, paid = max(
            ((_payment_score(cash, change, total), (cash, change)) for cash, change in payments),
            key=lambda scored: scored[0],
        )
        by_itself = total.gain + score_of_payment + _repeated(total, candidates)
        for basis in bases:
            score = by_itself + basis.score + _total_score(total, basis)
            # Cash may be the total's own line: some tills print no other.
            if (
                score > best[0]
                and not _is_all_tax(total, basis)
                and not (
                    _share_candidates((total, *basis.options))
                    or _share_candidates((*basis.options, *paid))
                )
            ):
                names = (TOTAL, SUBTOTAL, TAX, TIP, DISCOUNT, CASH, CHANGE)
                best = score, dict(zip(names, (total, *basis.options, *paid), strict=True))
    return _without_shared_cash(best[1])


def _is_all_tax(total: Option, basis: _Basis) -> bool:
    """Whether the tax is as large as the total, as in a table of net and tax."""
    return total.value is not None and basis.tax.amount >= abs(total.value) > 0


def _without_shared_cash(chosen: Mapping[str, Option]) -> dict[str, Option]:
    """The fields that are not empty. Cash on the total's own line counts only if it is tagged as
    cash."""
    kept = {label: option for label, option in chosen.items() if option.candidates}
    cash, total = kept.get(CASH, NOTHING), kept.get(TOTAL, NOTHING)
    if cash.candidates == total.candidates and any(c.span.label != CASH for c in cash.candidates):
        del kept[CASH]
    return kept


def _share_candidates(options: Sequence[Option]) -> bool:
    numbers = [candidate.number for option in options for candidate in option.candidates]
    return len(numbers) != len(set(numbers))


def surcharge_sums(candidates: Sequence[AmountCandidate]) -> tuple[Decimal, ...]:
    """The possible additions from service charges and rounding: any of them, the rounding up or
    down."""
    sums = {ZERO}
    largest = max((c.value for c in candidates), default=ZERO)
    for candidate in candidates:
        if candidate.surcharge == ROUNDED and abs(candidate.value) > _LARGEST_ROUNDING * largest:
            continue
        if candidate.surcharge is not None and candidate.value:
            signs = (1, -1) if candidate.surcharge == ROUNDED else (1,)
            sums |= {base + sign * candidate.value for base in sums for sign in signs}
    return tuple(sorted(sums, key=abs))[:_MOST_SURCHARGE_SUMS]


def _basis(
    subtotal: Option,
    tax: Option,
    tip: Option,
    discount: Option,
    surcharges: Sequence[Decimal],
    items_total: Decimal | None,
    taxes_total: Decimal | None,
) -> _Basis:
    score = subtotal.gain + tax.gain + tip.gain + discount.gain
    if taxes_total is not None and tax.value == taxes_total:
        score += _IS_TABLE
    off = discount.amount
    from_subtotal: _Reached = {}
    if subtotal.value is not None:
        above = _above(discount, subtotal)
        if items_total is not None:
            if _meets(subtotal.value, (items_total, items_total - above, items_total - off)):
                score += _IS_ITEMS
            elif _meets(subtotal.value, (items_total - tax.amount,)):
                score += _IS_ITEMS_NET
        from_subtotal = _reached(subtotal.value, tax, tip, {ZERO, off, off - above}, surcharges)
    from_items = (
        {} if items_total is None else _reached(items_total, tax, tip, {ZERO, off}, surcharges)
    )
    return _Basis(subtotal, tax, tip, discount, from_subtotal, from_items, score)


def _above(discount: Option, subtotal: Option) -> Decimal:
    """The discounts in the lines above the subtotal, which are subtracted from it already."""
    last = subtotal.candidates[0].number
    return sum((abs(c.value) for c in discount.candidates if c.number < last), ZERO)


def _reached(
    start: Decimal, tax: Option, tip: Option, offs: Iterable[Decimal], surcharges: Sequence[Decimal]
) -> _Reached:
    """The totals that can follow from ``start``, with the number of further amounts in each.

    Tax comes on top or is included, and so may be what is added without a label.
    """
    reached: dict[Decimal, int] = {}
    for off in offs:
        for taxed in {ZERO, tax.amount}:
            for extra in surcharges:
                value = start + tip.amount + taxed - off + extra
                parts = bool(tip.amount) + bool(taxed) + bool(off) + bool(extra)
                reached[value] = max(parts, reached.get(value, 0))
    return reached


def _total_score(total: Option, basis: _Basis) -> float:
    if total.value is None:
        return 0.0
    score = 0.0
    if abs(basis.tax.amount) > _LARGEST_TAX * abs(total.value):
        score += _FAILS
    parts = _parts(total.value, basis.reached)
    if parts is not None:
        return score + (_HOLDS + _PART * parts if parts else _HOLDS_TRIVIALLY)
    if basis.subtotal.value is not None:
        score += _FAILS
    # A subtotal that fails may be misread: it must not pay to leave it out.
    parts = _parts(total.value, basis.reached_from_items)
    return score if parts is None else score + _HOLDS_FROM_ITEMS + _PART * parts


def _parts(value: Decimal, reached: _Reached) -> int | None:
    """The number of further amounts in the total. It may differ by a cent, or by two if the total
    is a multiple of five cents, as cash is rounded."""
    slack = 2 if not value % ROUNDING_TOLERANCE else 1
    misses = (miss * CENT for miss in range(-slack, slack + 1))
    return max((reached[value + miss] for miss in misses if value + miss in reached), default=None)


def _payment_score(cash: Option, change: Option, total: Option) -> float:
    gain = cash.gain + change.gain
    if cash.value is None or total.value is None:
        return gain
    if change.value:
        miss = abs(cash.value - change.value - total.value)
        if not miss:
            return gain + _HOLDS
        return gain + (_HOLDS_ROUNDED if miss <= ROUNDING_TOLERANCE else _FAILS)
    repeats = cash.gain > 0 and cash.value == total.value
    return gain + (_HOLDS_TRIVIALLY if repeats else 0.0)


def _repeated(total: Option, candidates: Sequence[AmountCandidate]) -> float:
    if total.value is None:
        return 0.0
    return _REPEATED * min(2, sum(c.value == total.value for c in candidates) - 1)


def _meets(value: Decimal, others: Iterable[Decimal]) -> bool:
    return any(abs(value - other) <= CENT for other in others)
