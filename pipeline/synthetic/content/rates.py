"""Taxes by the rates of the items: each item has a letter, each letter a row of the tax table."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.content.prices import draw_price, money
from pipeline.synthetic.content.printing_locales import PrintingLocale
from pipeline.synthetic.content.receipt_content import ReceiptContent
from pipeline.synthetic.content.sale import ZERO, Item, Sale, Tax


def with_true_rates(content: ReceiptContent, rng: random.Random) -> ReceiptContent:
    """The content with one tax for each rate of its items, which contain it.

    It stays as it is where prices are without tax, the country has one rate, or a discount is off
    the whole, which no rate has.
    """
    country, sale = content.country, content.sale
    rates = sorted(set(country.tax_rates))
    if not sale.included or country.split_tax or len(rates) < 2 or sale.discount:
        return content
    most = min(3, len(rates))
    items = [*_rerated(rng, sale.items, most)]
    if not country.rounds and rng.random() < 0.25:
        back = _returned(rng, country, rng.randrange(most))
        if sale.total + back.total > 0 and sale.subtotal + back.total > 0:
            items.append(back)
            sale = _reduced(sale, back.total)
    used = sorted({item.rate for item in items})
    items = [replace(item, rate=used.index(item.rate)) for item in items]
    chosen = rng.sample(rates, k=len(used))
    taxes = tuple(_taxes(items, chosen, country))
    return replace(
        content,
        country=replace(country, tabled=0.0),
        sale=replace(sale, items=tuple(items), taxes=taxes, is_by_rate=True),
    )


def _rerated(rng: random.Random, items: Iterable[Item], count: int) -> Iterator[Item]:
    """The items, each with one of so many rates; additions and voids have that of their item."""
    rate = 0
    for item in items:
        if not item.extra and not item.note:
            rate = rng.choice([0, 0, rng.randrange(count)])
        yield replace(item, rate=rate)


def _returned(rng: random.Random, country: PrintingLocale, rate: int) -> Item:
    """Something brought back, such as bottles; alone at its rate it makes a negative row."""
    quantity = Decimal(rng.choice([1, 1, 1, 2, 3, 6]))
    price = -money(draw_price(rng, country, "vending") / 8, country)
    name = rng.choice(lines("returned", country.language))
    return Item(name, quantity, "", price, quantity * price, rate=rate)


def _reduced(sale: Sale, by: Decimal) -> Sale:
    """The sale with a negative amount added to what is paid; more change comes back."""
    total = sale.total + by
    cash, change = sale.cash, sale.change
    if change:
        change -= by
    elif cash is not None:
        cash = total
    return replace(sale, subtotal=sale.subtotal + by, total=total, cash=cash, change=change)


def _taxes(items: Sequence[Item], rates: Sequence[str], country: PrintingLocale) -> Iterator[Tax]:
    for place, rate in enumerate(rates):
        gross = sum((item.total - item.discount for item in items if item.rate == place), ZERO)
        share = Decimal(rate) / 100
        amount = money(gross * share / (1 + share), country)
        yield Tax(rate, gross - amount, amount)
