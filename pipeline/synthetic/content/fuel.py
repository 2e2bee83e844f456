"""Fuel as pumps sell it: a volume, and a price per litre or gallon with one decimal more than other
prices."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.content.prices import money
from pipeline.synthetic.content.printing_locales import PrintingLocale
from pipeline.synthetic.content.receipt_content import ReceiptContent
from pipeline.synthetic.content.sale import Item, sum_up

_LITRES = (4000, 70000)  # thousandths
_LITRES_OF_A_GALLON = 4


def with_pumped_fuel(content: ReceiptContent, rng: random.Random) -> ReceiptContent:
    """The content with fuel as the first item, if the merchant sells fuel."""
    if content.kind != "fuel":
        return content
    country = content.country
    price = _price(rng, country)
    quantity = Decimal(rng.randint(*_LITRES)).scaleb(-3)
    if country.gallons:
        quantity /= _LITRES_OF_A_GALLON
    quantity = round(quantity, rng.choice([2, 3, 3]))
    units = ("G", "GAL", " gal", "") if country.gallons else ("L", " L", "l", " l", "", "")
    grade = rng.choice(lines("fuel_grades", country.language))
    total = money(quantity * price, country)
    fuel = Item(grade, quantity, rng.choice(units), price, total)
    others = [item for item in content.sale.items[1:] if not item.note and item.total > 0]
    sale = sum_up(rng, country, content.kind, (fuel, *others))
    return replace(content, sale=replace(sale, is_pumped=True))


def _price(rng: random.Random, country: PrintingLocale) -> Decimal:
    """The price of one litre or gallon; with decimals it mostly ends in 9."""
    price = Decimal(str(round(country.fuel_price * rng.lognormvariate(0, 0.12), 4))) * country.scale
    if not country.decimals:
        return money(price, country)
    if rng.random() < 0.7:
        return money(price, country) - Decimal(1).scaleb(-country.decimals - 1)
    return price.quantize(Decimal(1).scaleb(-country.decimals - 1))
