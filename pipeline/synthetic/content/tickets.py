"""Generate what a ticket says: a receipt with one amount, of parking, a ride, a laundry..."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.synthetic.content.catalog import goods
from pipeline.synthetic.content.prices import draw_price, money
from pipeline.synthetic.content.printing_locales import PrintingLocale
from pipeline.synthetic.content.receipt_content import ReceiptContent, draw_content
from pipeline.synthetic.content.sale import ZERO, Item, Sale, draw_taxes


@dataclass(frozen=True, slots=True)
class TicketWords:
    """Where a trade's words are in the language files.

    Attributes:
        lines: the key of the lines that describe what was paid for.
        total: the key of what announces the amount, besides ``ticket_total``.
    """

    lines: str
    total: str = "ticket_total"


_RIDE = TicketWords("ride_lines", "ride_total")
_ENTRY = TicketWords("entry_lines", "entry_total")
_MACHINE = TicketWords("machine_lines")
_COUNTER = TicketWords("counter_lines")
TICKETS: Mapping[str, TicketWords] = {
    "parking": TicketWords("parking_lines", "parking_total"),
    **dict.fromkeys(("taxi", "transport", "toll", "ferry"), _RIDE),
    **dict.fromkeys(("cinema", "museum"), _ENTRY),
    **dict.fromkeys(("laundry", "car_wash", "copy_shop", "vending"), _MACHINE),
    **dict.fromkeys(("post_office", "cloakroom", "barber"), _COUNTER),
}
"""The trades that give tickets."""
_SHARES = {"parking": 4, "taxi": 3, "laundry": 2}


def draw_ticket_kind(rng: random.Random) -> str:
    """A trade that gives tickets, the common ones more often."""
    return rng.choices([*TICKETS], [_SHARES.get(kind, 1) for kind in TICKETS])[0]


def draw_ticket_content(rng: random.Random, country: PrintingLocale, kind: str) -> ReceiptContent:
    """A merchant and a sale of one good, whose price is all that is paid.

    Raises:
        KeyError: the trade gives no tickets.
    """
    content = draw_content(rng, country, kind)
    return replace(content, sale=_sale(rng, content.country, kind))


def _sale(rng: random.Random, country: PrintingLocale, kind: str) -> Sale:
    quantity = Decimal(rng.choice([2, 2, 3, 4]) if rng.random() < 0.12 else 1)
    price = _rounded(rng, draw_price(rng, country, kind), country)
    total = quantity * price
    name = rng.choice(goods(kind, country.language))
    item = Item(rng.choice([name, name, name.upper()]), quantity, "", price, total)
    return Sale(
        items=(item,),
        discount=ZERO,
        discount_rate=0,
        subtotal=total,
        taxes=draw_taxes(rng, country, total, included=True),
        included=True,
        service=ZERO,
        tip=ZERO,
        rounding=ZERO,
        total=total,
        cash=None,
        change=None,
    )


def _rounded(rng: random.Random, price: Decimal, country: PrintingLocale) -> Decimal:
    """The price, mostly without small coins: machines do not take them."""
    if country.decimals == 0 or rng.random() < 0.4:
        return price
    step = Decimal(rng.choice(["0.50", "0.50", "1", "0.10"]))
    return money(max(step, (price / step).quantize(Decimal(1)) * step), country)
