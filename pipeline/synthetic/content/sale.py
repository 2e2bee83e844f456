"""Generate a sale: items, taxes and payment that add up in the currency's units."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from pipeline.synthetic.content.catalog import goods
from pipeline.synthetic.content.prices import draw_price, money
from pipeline.synthetic.content.printing_locales import PrintingLocale

ZERO = Decimal(0)
_SIZES = (
    ("500g", "1L", "0,5l", "L", "(S)", "M", "2x", "12s", "250ML", "XL", "6PK"),
    ("L", "(S)", "M", "XL", "Large", "0,3", "(2)", "Hot", "Ice", "12oz", "TA"),
)
_QUANTITIES = (1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 10, 12)


@dataclass(frozen=True, slots=True)
class Item:
    """One line; ``quantity * unit_price == total``, from which ``discount`` (positive) is
    subtracted.

    Attributes:
        note: printed above it, such as ``VOID``; its total is negative then.
        extra: an addition to the item before it, indented; without a price if it is 0.
        rate: which of the sale's taxes, counted from 0.
    """

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    total: Decimal
    discount: Decimal = ZERO
    note: str = ""
    extra: bool = False
    rate: int = 0


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax for one rate (a percentage as printed), with its base."""

    rate: str
    net: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale whose sums hold: items - discounts = subtotal; subtotal + tax (unless included)
    + service + tip + rounding = total; cash - change + what was paid by cards = total.

    ``discount`` is ``discount_rate`` percent, off the whole; discounts off one item are that
    item's. ``cards`` are the parts that several means of payment have, empty for one alone.
    ``is_by_rate``: each tax is that of the items with its number as rate; ``is_pumped``: the first
    item is fuel from a pump.
    """

    items: tuple[Item, ...]
    discount: Decimal
    discount_rate: int
    subtotal: Decimal
    taxes: tuple[Tax, ...]
    included: bool
    service: Decimal
    tip: Decimal
    rounding: Decimal
    total: Decimal
    cash: Decimal | None
    change: Decimal | None
    cards: tuple[Decimal, ...] = ()
    is_by_rate: bool = False
    is_pumped: bool = False

    @property
    def tax(self) -> Decimal:
        return sum((tax.amount for tax in self.taxes), ZERO)

    @property
    def all_discounts(self) -> Decimal:
        return sum((item.discount for item in self.items), self.discount)

    @property
    def net(self) -> Decimal:
        """The subtotal without the tax."""
        return self.subtotal - self.tax if self.included else self.subtotal

    @property
    def before_discount(self) -> Decimal:
        return self.subtotal + self.discount


def draw_sale(rng: random.Random, country: PrintingLocale, kind: str) -> Sale:
    """A typical sale of this trade in this country."""
    return sum_up(rng, country, kind, tuple(_items(rng, country, kind)))


def sum_up(rng: random.Random, country: PrintingLocale, kind: str, items: tuple[Item, ...]) -> Sale:
    """The sale of these items: with discount, taxes, tip and payment as the country has them."""
    gross = sum((item.total - item.discount for item in items), ZERO)
    rate = rng.choice([5, 10, 20, 50, 13]) if rng.random() < 0.2 else 0
    discount = max(ZERO, money(gross * rate / 100, country))
    subtotal = gross - discount
    included = country.included != (rng.random() < country.added)
    taxes = draw_taxes(rng, country, subtotal, included)
    added = ZERO if included else sum((tax.amount for tax in taxes), ZERO)
    dines = kind in ("restaurant", "cafe", "hotel")
    service = money(subtotal / rng.choice([10, 20]), country) if _serves(rng, dines) else ZERO
    tip = _tip(rng, country, subtotal, dines or kind in ("taxi", "services"))
    exact = subtotal + added + service + tip
    total, rounding = exact, ZERO
    if country.rounds and country.decimals and rng.random() < 0.6:
        total = (exact / country.rounds).quantize(Decimal(1), ROUND_HALF_UP) * country.rounds
        rounding = total - exact
    cash, change = _payment(rng, country, total)
    return Sale(
        items,
        discount,
        rate,
        subtotal,
        taxes,
        included,
        service,
        tip,
        rounding,
        total,
        cash,
        change,
    )


def _serves(rng: random.Random, dines: bool) -> bool:
    return dines and rng.random() < 0.2


def _tip(rng: random.Random, country: PrintingLocale, subtotal: Decimal, usual: bool) -> Decimal:
    share = 1.5 * country.tips if usual else country.tips / 5
    if rng.random() >= share:
        return ZERO
    tip = money(subtotal * rng.choice([5, 10, 15, 18, 20, 22]) / 100, country)
    if rng.random() < 0.4 and country.decimals:
        tip = tip.quantize(Decimal(1)) + Decimal("0.00")
    return tip


def _count(rng: random.Random, kind: str) -> int:
    if kind in ("fuel", "taxi", "parking"):
        return rng.choice([1, 1, 1, 2, 3])
    if rng.random() < 0.05:
        return rng.randint(22, 60)
    if kind == "supermarket":
        return rng.randint(1, 20)
    return rng.choice([1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12])


def _items(rng: random.Random, country: PrintingLocale, kind: str) -> Iterator[Item]:
    rates = max(1, min(len(country.tax_rates), 3))
    dines = kind in ("restaurant", "cafe")
    for place in range(_count(rng, kind)):
        # Fuel is bought once, perhaps with a coffee.
        trade = "cafe" if kind == "fuel" and place else kind
        item = replace(_item(rng, country, trade), rate=rng.choice([0, 0, rng.randrange(rates)]))
        yield item
        if dines and rng.random() < 0.1:
            for _ in range(rng.choice([1, 1, 2, 3])):
                yield _extra(rng, country, kind, item)
        if rng.random() < 0.015 and not item.discount:
            note = rng.choice(country.words["void"])
            yield replace(item, unit_price=-item.unit_price, total=-item.total, note=note)
            yield replace(_item(rng, country, kind), rate=item.rate)


def _item(rng: random.Random, country: PrintingLocale, kind: str) -> Item:
    price = draw_price(rng, country, kind)
    if rng.random() < 0.012:
        price = money(ZERO, country)
    quantity, unit = _quantity(rng, kind)
    total = money(quantity * price, country)
    discount = ZERO
    if rng.random() < 0.06:
        discount = money(total * rng.choice([10, 20, 30, 50]) / 100, country)
    return Item(_description(rng, country, kind), quantity, unit, price, total, discount)


def _quantity(rng: random.Random, kind: str) -> tuple[Decimal, str]:
    """A quantity, with the unit if the item is measured and the till prints it."""
    if kind == "fuel":
        litres = Decimal(rng.randint(4000, 65000)).scaleb(-3)
        return round(litres, rng.choice([2, 3])), rng.choice(["L", "", "l", " L"])
    if kind == "supermarket" and rng.random() < 0.12:
        return Decimal(rng.randint(100, 3000)).scaleb(-3), rng.choice(["kg", "", "kg", " kg"])
    return Decimal(rng.choice(_QUANTITIES)), ""


def _description(rng: random.Random, country: PrintingLocale, kind: str) -> str:
    sold = goods(kind, country.language)
    description = rng.choice(sold)
    if rng.random() < 0.2:
        description = f"{description} {rng.choice(sold).split()[0]}"
    if kind not in ("hotel", "taxi", "parking", "services", "fuel") and rng.random() < 0.1:
        size = rng.choice(_SIZES[kind in ("restaurant", "cafe")])
        description = f"{description} {size}"
    if rng.random() < 0.12:
        description = " ".join(word[: rng.randint(3, 6)] for word in description.split())
    return rng.choice([description, description, description.upper(), description.title()])


def _extra(rng: random.Random, country: PrintingLocale, kind: str, to: Item) -> Item:
    price = draw_price(rng, country, kind) / 4 if rng.random() < 0.35 else ZERO
    if country.decimals == 0:
        price = price.quantize(Decimal(1))
    price = money(price, country)
    sign = rng.choice(["", "", "+ ", "- ", "* ", "> "])
    text = sign + _description(rng, country, kind)
    return Item(text, Decimal(1), "", price, price, extra=True, rate=to.rate)


def draw_taxes(
    rng: random.Random, country: PrintingLocale, subtotal: Decimal, included: bool
) -> tuple[Tax, ...]:
    """One or two taxes on the subtotal, added or included; often none."""
    if rng.random() < country.untaxed:
        return ()
    count = min(len(set(country.tax_rates)), rng.choice([1, 1, 1, 2, 2]))
    rates = rng.sample(sorted(set(country.tax_rates)), k=count)
    first = money(subtotal * rng.randint(2, 9) / 10, country) if count == 2 else subtotal
    taxes = []
    for rate, part in zip(rates, (first, subtotal - first), strict=False):
        share = Decimal(rate) / 100
        amount = money(part * share / (1 + share) if included else part * share, country)
        taxes.append(Tax(rate, part - amount if included else part, amount))
    if country.split_tax and not included:
        halved = [
            replace(
                tax,
                rate=f"{(Decimal(tax.rate) / 2).normalize():f}",
                amount=money(tax.amount / 2, country),
            )
            for tax in taxes
        ]
        return tuple(half for half in halved for _ in country.split_tax)
    return tuple(taxes)


def with_several_payments(sale: Sale, country: PrintingLocale, rng: random.Random) -> Sale:
    """The sale paid in two parts: by cash without change and by card, or by two cards."""
    part = money(sale.total * rng.randint(2, 8) / 10, country)
    if not 0 < part < sale.total:
        return sale
    if rng.random() < 0.5:
        return replace(sale, cash=part, change=None, cards=(sale.total - part,))
    return replace(sale, cash=None, change=None, cards=(part, sale.total - part))


def _payment(
    rng: random.Random, country: PrintingLocale, total: Decimal
) -> tuple[Decimal | None, Decimal | None]:
    if rng.random() < 0.45:
        return None, None
    total = max(total, ZERO)
    note = rng.choice([1, 5, 10, 20, 50, 100]) * max(Decimal(1), country.scale.quantize(Decimal(1)))
    if rng.random() < 0.2:
        return total, rng.choice([ZERO, None])
    cash = (total / note).quantize(Decimal(1), ROUND_CEILING) * note
    return cash, cash - total
