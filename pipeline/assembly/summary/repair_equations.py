"""Equations between a receipt's amounts, by which `corrections` are chosen.

A receipt's arithmetic comes in several variants: tax included or added, discounts taken off
before the subtotal or after. An equation holds if any of its variants does.
The record's `checks`, which only say whether a sum holds, are made in `checks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, combinations
from typing import Protocol

from pipeline.assembly.summary.amount_candidates import AmountCandidate
from pipeline.assembly.summary.checks import net_share, product_tolerance, products
from pipeline.assembly.summary.options import (
    CASH,
    CHANGE,
    DISCOUNT,
    SUBTOTAL,
    TAX,
    TIP,
    TOTAL,
    Option,
    signed,
)
from pipeline.assembly.values.amounts import CENT, ZERO
from pipeline.receipt import LineItem

Term = tuple[str, int]
"""A label or an item's column, and which of its amounts."""
Values = Mapping[Term, Decimal]
QUANTITY, UNIT_PRICE, ITEM_TOTAL, SURCHARGE = "quantity", "unit_price", "item_total", "surcharge"

_PLUS, _MINUS = Decimal(1), Decimal(-1)
_MOST_VARIANTS = 64
# The smallest coins that tills round to, and by how much they do.
_COINS = ((Decimal("0.05"), Decimal("0.02")), (Decimal("0.10"), Decimal("0.05")))


class Equation(Protocol):
    """An equation between values. If ``binding``, a receipt must satisfy it; otherwise it only
    supports a value."""

    @property
    def terms(self) -> frozenset[Term]: ...

    @property
    def binding(self) -> bool: ...

    def holds(self, values: Values) -> bool: ...

    def solutions(self, term: Term, values: Values) -> Iterator[Decimal]:
        """The values of one term that satisfy the equation, the others unchanged."""


@dataclass(frozen=True, slots=True)
class Product:
    """``quantity * unit_price = total`` of one line item.

    Attributes:
        share: the part of a price that is no tax, where the receipt tells: unit prices may
            be printed without it.
    """

    number: int
    share: Decimal | None = None
    binding: bool = True

    @property
    def terms(self) -> frozenset[Term]:
        return frozenset(((QUANTITY, self.number), (UNIT_PRICE, self.number), self._total))

    @property
    def _total(self) -> Term:
        return (ITEM_TOTAL, self.number)

    def holds(self, values: Values) -> bool:
        quantity, total = values[QUANTITY, self.number], values[self._total]
        possible = products(quantity, values[UNIT_PRICE, self.number], total, self.share)
        tolerance = product_tolerance(quantity, total)
        return any(abs(product - total) <= tolerance for product in possible)

    def solutions(self, term: Term, values: Values) -> Iterator[Decimal]:
        quantity, price = values[QUANTITY, self.number], values[UNIT_PRICE, self.number]
        if term == self._total:
            yield quantity * price
            yield (quantity * price).quantize(values[term])
            return
        other = price if term[0] == QUANTITY else quantity
        if other:
            yield (values[self._total] / other).quantize(values[term])


@dataclass(frozen=True, slots=True)
class Multiple:
    """A line total is a whole multiple of its count, in the smallest unit printed.

    Not binding: a line may hold a discount. It speaks for a value, never against all.
    """

    number: int
    binding: bool = False

    @property
    def terms(self) -> frozenset[Term]:
        return frozenset(((QUANTITY, self.number), (ITEM_TOTAL, self.number)))

    def holds(self, values: Values) -> bool:
        quantity, total = values[QUANTITY, self.number], values[ITEM_TOTAL, self.number]
        unit = Decimal(1).scaleb(int(total.as_tuple().exponent))
        return quantity <= 1 or total % (quantity * unit) == 0

    def solutions(self, term: Term, values: Values) -> Iterator[Decimal]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Linear:
    """A signed sum that is zero, in one of several variants.

    Attributes:
        variants: the terms' signs; a term that a variant leaves out is absent.
        rounded: the signed terms that cash payment rounds to a coin: they may miss the
            rest by half of it.
    """

    variants: tuple[Mapping[Term, Decimal], ...]
    rounded: Mapping[Term, Decimal] | None = None
    binding: bool = True

    @property
    def terms(self) -> frozenset[Term]:
        return frozenset(chain.from_iterable(self.variants))

    def holds(self, values: Values) -> bool:
        return any(self._holds(_sum(variant, values), values) for variant in self.variants)

    def solutions(self, term: Term, values: Values) -> Iterator[Decimal]:
        for variant in self.variants:
            if term in variant:
                yield values[term] - variant[term] * _sum(variant, values)

    def _holds(self, difference: Decimal, values: Values) -> bool:
        if abs(difference) < CENT:
            return True
        if self.rounded is None:
            return False
        paid = _sum(self.rounded, values)
        return any(abs(difference) <= most and paid % coin == 0 for coin, most in _COINS)


def _sum(variant: Mapping[Term, Decimal], values: Values) -> Decimal:
    return sum((sign * values[term] for term, sign in variant.items()), ZERO)


def amounts_in_sums(
    items: Sequence[LineItem], options: Mapping[str, Option], surcharges: Sequence[AmountCandidate]
) -> dict[Term, Decimal]:
    """All amounts that take part in a sum; discounts without their sign."""
    values: dict[Term, Decimal] = {}
    for number, item in enumerate(items):
        for column, field in (
            (QUANTITY, item.quantity),
            (UNIT_PRICE, item.unit_price),
            (ITEM_TOTAL, item.total),
        ):
            if field is not None:
                values[column, number] = field.value
    for label, option in options.items():
        if label == CASH and TOTAL in options and option.candidates == options[TOTAL].candidates:
            continue  # one amount that is both proves nothing
        for number, candidate in enumerate(option.candidates):
            values[label, number] = signed(candidate.value, label)
    values |= {(SURCHARGE, number): candidate.value for number, candidate in enumerate(surcharges)}
    return values


def equations(values: Values) -> list[Equation]:
    """The sums whose terms are all on the receipt."""
    share = net_share(
        sum((values[term] for term in _of(values, TAX)), ZERO),
        sum((values[term] for term in _of(values, TOTAL)), ZERO),
    )
    found: list[Equation] = [
        Product(number, share)
        for label, number in values
        if label == ITEM_TOTAL and {(QUANTITY, number), (UNIT_PRICE, number)} <= values.keys()
    ]
    found += [
        Multiple(number)
        for label, number in values
        if label == ITEM_TOTAL
        and (QUANTITY, number) in values
        and (UNIT_PRICE, number) not in values
        and values[QUANTITY, number] % 1 == 0
    ]
    item_totals, net = _of(values, ITEM_TOTAL), _of(values, SUBTOTAL)
    off, total = _of(values, DISCOUNT), _of(values, TOTAL)
    if item_totals and net:
        variants = tuple(
            _signed((item_totals, _PLUS), (cut, _MINUS), (taxes, _MINUS), (net, _MINUS))
            for taxes in dict.fromkeys(((), _of(values, TAX)))
            for cut in _subsets(off)
        )
        found.append(Linear(variants[:_MOST_VARIANTS]))
    if total and (start := net or item_totals):
        ways = tuple(_ways_to_total(values, start))[:_MOST_VARIANTS]
        found.append(Linear(ways, rounded=_signed((total, _PLUS))))
    cash, change = _of(values, CASH), _of(values, CHANGE)
    if total and cash:
        paid = _signed((cash, _PLUS), (change, _MINUS))
        variant = {**paid, **_signed((total, _MINUS))}
        if change:
            found.append(Linear((variant,), rounded=paid))
        exact = _signed((cash, _PLUS), (total, _MINUS))
        found.append(Linear((exact,), binding=False))
    return found


def _ways_to_total(values: Values, start: Sequence[Term]) -> Iterator[Mapping[Term, Decimal]]:
    total, tips = _of(values, TOTAL), _of(values, TIP)
    for surcharges in _subsets(_of(values, SURCHARGE)):
        for taxes in ((), _of(values, TAX)):
            for off in _subsets(_of(values, DISCOUNT)):
                yield _signed(
                    (start, _PLUS), (taxes, _PLUS), (tips, _PLUS), (surcharges, _PLUS),
                    (off, _MINUS), (total, _MINUS),
                )  # fmt: skip


def _of(values: Values, label: str) -> tuple[Term, ...]:
    return tuple(term for term in values if term[0] == label)


def _subsets(terms: Sequence[Term]) -> list[tuple[Term, ...]]:
    """None, all, and if they are few every group: some discounts belong to single items."""
    if len(terms) > 3:
        return [(), tuple(terms)]
    return [group for size in range(len(terms) + 1) for group in combinations(terms, size)]


def _signed(*groups: tuple[Sequence[Term], Decimal]) -> dict[Term, Decimal]:
    return {term: sign for terms, sign in groups for term in terms}
