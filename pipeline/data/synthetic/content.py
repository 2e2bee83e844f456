"""What was bought and paid: amounts that add up, in the currency's own units.

Label conventions, which layout follows: only values are labelled, never key words. A
currency mark before an amount belongs to it. Item codes, tax flags, counts, numbers of
tables, cards and tax registration, card payments, service charge and rounding are ``O``.
``total`` is the final amount to pay, wherever it stands beside a total's key word;
``cash`` is the money tendered.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from pipeline.data.synthetic.catalog import goods
from pipeline.data.synthetic.locales import Country

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Item:
    """One line; ``quantity * unit_price == total``, and ``discount`` (positive) comes off it."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    total: Decimal
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale whose sums hold: items - discounts = subtotal; subtotal + tax (unless included)
    + service + tip + rounding = total; cash - change = total."""

    items: tuple[Item, ...]
    discount: Decimal
    subtotal: Decimal
    taxes: tuple[tuple[str, Decimal], ...]
    included: bool
    service: Decimal
    tip: Decimal
    rounding: Decimal
    total: Decimal
    cash: Decimal | None
    change: Decimal | None


def make_sale(rng: random.Random, country: Country, kind: str) -> Sale:
    """A sale such as this trade makes in this country."""
    items = tuple(_item(rng, country, kind) for _ in range(_count(rng, kind)))
    gross = sum((item.total - item.discount for item in items), ZERO)
    discount = (
        _money(gross * rng.choice([5, 10, 20]) / 100, country) if rng.random() < 0.15 else ZERO
    )
    subtotal = gross - discount
    taxes = _taxes(rng, country, subtotal)
    added = ZERO if country.included else sum((amount for _, amount in taxes), ZERO)
    dines = kind in ("restaurant", "cafe", "hotel")
    service = _money(subtotal / 10, country) if dines and rng.random() < 0.2 else ZERO
    tips = dines or kind == "taxi"
    tip = (
        _money(subtotal * rng.choice([10, 15, 18, 20]) / 100, country)
        if tips and rng.random() < 0.35
        else ZERO
    )
    exact = subtotal + added + service + tip
    total, rounding = exact, ZERO
    if country.rounds and rng.random() < 0.6:
        total = (exact / Decimal("0.05")).quantize(Decimal(1), ROUND_HALF_UP) * Decimal("0.05")
        rounding = total - exact
    cash, change = _payment(rng, country, total)
    return Sale(
        items,
        discount,
        subtotal,
        taxes,
        country.included,
        service,
        tip,
        rounding,
        total,
        cash,
        change,
    )


def _count(rng: random.Random, kind: str) -> int:
    if kind in ("fuel", "taxi", "parking"):
        return rng.choice([1, 1, 1, 2, 3])
    if rng.random() < 0.06:
        return rng.randint(25, 60)
    return (
        rng.choice([1, 2, 2, 3, 3, 4, 5, 6, 8, 12]) if kind != "supermarket" else rng.randint(2, 20)
    )


def _item(rng: random.Random, country: Country, kind: str) -> Item:
    description = rng.choice(goods(kind, country.language))
    if rng.random() < 0.15:
        description = f"{description} {rng.choice(goods(kind, country.language)).split()[0]}"
    description = rng.choice([description, description, description.upper(), description.title()])
    price = _price(rng, country, kind)
    quantity, unit = Decimal(rng.choice([1, 1, 1, 1, 2, 2, 3, 4, 6, 10])), ""
    if kind == "fuel" or (kind == "supermarket" and rng.random() < 0.12):
        quantity, unit = (
            Decimal(rng.randint(120, 45000)).scaleb(-3),
            rng.choice(["kg", "L", "", "l"]),
        )
    total = _money(quantity * price, country)
    discount = (
        _money(total * rng.choice([10, 20, 50]) / 100, country) if rng.random() < 0.05 else ZERO
    )
    return Item(description, quantity, unit, price, total, discount)


def _price(rng: random.Random, country: Country, kind: str) -> Decimal:
    typical = {"hotel": 90.0, "clothing": 25.0, "taxi": 12.0, "fuel": 1.6, "supermarket": 3.5}.get(
        kind, 6.0
    )
    price = Decimal(str(round(typical * rng.lognormvariate(0, 0.6), 2))) * country.scale
    if country.decimals == 0:
        step = Decimal(500) if country.scale > 1000 else Decimal(10)
        return max(step, (price / step).quantize(Decimal(1)) * step)
    price = _money(max(price, Decimal("0.05")), country)
    if rng.random() < 0.5:
        price = price.quantize(Decimal("0.1")) + rng.choice(
            [ZERO, Decimal("-0.01"), Decimal("0.05")]
        )
    return max(price, Decimal("0.05"))


def _taxes(
    rng: random.Random, country: Country, subtotal: Decimal
) -> tuple[tuple[str, Decimal], ...]:
    if rng.random() < 0.25:
        return ()
    rates = rng.sample(country.tax_rates, k=min(len(country.tax_rates), rng.choice([1, 1, 1, 2])))
    base = subtotal / len(rates)
    taxes = []
    for rate in rates:
        share = Decimal(rate) / 100
        amount = base * share / (1 + share) if country.included else base * share
        taxes.append((rate, _money(amount, country)))
    return tuple(taxes)


def _payment(
    rng: random.Random, country: Country, total: Decimal
) -> tuple[Decimal | None, Decimal | None]:
    if rng.random() < 0.45:
        return None, None
    note = rng.choice([1, 5, 10, 20, 50, 100]) * max(Decimal(1), country.scale.quantize(Decimal(1)))
    if rng.random() < 0.2:
        return total, rng.choice([ZERO, None])
    cash = (total / note).quantize(Decimal(1), ROUND_CEILING) * note
    return cash, cash - total


def _money(amount: Decimal, country: Country) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-country.decimals), ROUND_HALF_UP)


def spell(amount: Decimal, country: Country) -> str:
    """An amount in the country's digits, without currency."""
    digits = f"{abs(amount):,.{country.decimals}f}"
    swapped = "".join({",": country.group, ".": country.decimal}.get(c, c) for c in digits)
    return f"-{swapped}" if amount < 0 else swapped
