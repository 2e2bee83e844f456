"""Everything that a receipt says, before it is laid out: merchant, sale and time."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.synthetic.content.merchants import Merchant, draw_merchant
from pipeline.synthetic.content.printing_locales import PrintingLocale
from pipeline.synthetic.content.sale import Sale, draw_sale


@dataclass(frozen=True, slots=True)
class ReceiptContent:
    """What one receipt says.

    Attributes:
        country: with the number format that this merchant uses.
        kind: the trade, such as ``restaurant``.
    """

    country: PrintingLocale
    kind: str
    merchant: Merchant
    sale: Sale
    when: datetime


def draw_content(rng: random.Random, country: PrintingLocale, kind: str) -> ReceiptContent:
    sale = draw_sale(rng, country, kind)
    merchant = draw_merchant(rng, country, kind)
    when = datetime(2012, 1, 1) + timedelta(seconds=_moment(rng))
    return ReceiptContent(_with_number_format(rng, country), kind, merchant, sale, when)


def _with_number_format(rng: random.Random, country: PrintingLocale) -> PrintingLocale:
    """The country, sometimes with a number format that its merchants use less often."""
    if country.other_group and rng.random() < 0.4:
        country = replace(country, group=country.other_group, decimal=".")
    if country.decimals == 0 and rng.random() < 0.1:
        country = replace(country, group="")
    if country.with_cents and rng.random() < country.with_cents:
        country = replace(country, decimals=2, group=",", decimal=".")
    return country


def _moment(rng: random.Random) -> int:
    """Seconds since the first possible day, mostly in business hours."""
    day = rng.randrange(14 * 365)
    hour = rng.randrange(24) if rng.random() < 0.1 else min(23, round(rng.triangular(6, 23, 14)))
    return day * 86400 + hour * 3600 + rng.randrange(3600)
