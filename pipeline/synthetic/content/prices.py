"""Prices of a country: draw one of a trade, round and write amounts."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

from pipeline.synthetic.content.printing_locales import PrintingLocale

_ZERO = Decimal(0)
_TYPICAL_PRICES = {"hotel": 90.0, "clothing": 25.0, "taxi": 12.0, "fuel": 1.6, "supermarket": 3.5}
_TYPICAL_PRICES |= {
    "ferry": 12.0,
    "museum": 12.0,
    "laundry": 10.0,
    "car_wash": 11.0,
    "barber": 22.0,
}
_TYPICAL_PRICES |= {"vending": 2.5, "cloakroom": 3.0}


def draw_price(rng: random.Random, country: PrintingLocale, kind: str) -> Decimal:
    """A price of this trade, in the country's currency."""
    typical = _TYPICAL_PRICES.get(kind, 6.0)
    price = Decimal(str(round(typical * rng.lognormvariate(0, 0.6), 2))) * country.scale
    if country.decimals == 0:
        step = Decimal(500) if country.scale > 1000 else Decimal(10)
        return max(step, (price / step).quantize(Decimal(1)) * step)
    price = money(max(price, Decimal("0.05")), country)
    if rng.random() < 0.5:
        price = price.quantize(Decimal("0.1")) + rng.choice(
            [_ZERO, Decimal("-0.01"), Decimal("0.05")]
        )
    return max(price, Decimal("0.05"))


def money(amount: Decimal, country: PrintingLocale) -> Decimal:
    """The amount with as many decimals as the country's prices have."""
    return amount.quantize(Decimal(1).scaleb(-country.decimals), ROUND_HALF_UP)


def format_amount(amount: Decimal, country: PrintingLocale, decimals: int | None = None) -> str:
    """An amount in the country's number format, without currency; its decimals are those of the
    country's prices, or so many."""
    digits = f"{abs(amount):,.{country.decimals if decimals is None else decimals}f}"
    swapped = "".join({",": country.group, ".": country.decimal}.get(c, c) for c in digits)
    return f"-{swapped}" if amount < 0 else swapped
