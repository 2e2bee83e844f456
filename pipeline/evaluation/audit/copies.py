"""Second papers and pictures of one purchase, and purchases that only look the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from pipeline.evaluation.audit.drawn_records import CENT, Plain, cash
from pipeline.evaluation.audit.reading_noise import (
    extent,
    moved,
    read_again,
    without_fields_outside,
)

Copy = Callable[[Plain, random.Random], Plain]
_TIME = "%H:%M"


def re_encoded(plain: Plain, rng: random.Random) -> Plain:
    """The picture scaled and compressed."""
    scale = rng.uniform(0.5, 1.5)
    found = read_again(plain, rng)
    return moved(found, lambda x, y: (scale * x + rng.uniform(-1, 1), scale * y))


def cropped(plain: Plain, rng: random.Random) -> Plain:
    """Up to a fifth of the paper cut off above and a tenth below."""
    _, height = extent(plain)
    top, bottom = height * rng.uniform(0, 0.2), height * rng.uniform(0.9, 1)
    found = without_fields_outside(read_again(plain, rng), top, bottom)
    return moved(found, lambda x, y: (x, y - top))


def turned(plain: Plain, rng: random.Random) -> Plain:
    """Turned by a quarter, which reading undoes, and by a few degrees, which it does not."""
    slope, scale = rng.uniform(-0.04, 0.04), rng.uniform(0.8, 1.2)
    found = moved(
        read_again(plain, rng), lambda x, y: (scale * (x - slope * y), scale * (y + slope * x))
    )
    return {**found, "rotation": rng.choice((90, 180, 270))}


def photographed(plain: Plain, rng: random.Random) -> Plain:
    """Photographed again: in perspective, and read three times as badly."""
    width, height = extent(plain)
    tilt, scale = rng.uniform(-0.06, 0.06), rng.uniform(0.5, 2)

    def place(x: float, y: float) -> tuple[float, float]:
        depth = scale / (1 + tilt * y / height)
        return depth * (x - width / 2), depth * y

    return moved(read_again(plain, rng, 3), place)


def card_slip(plain: Plain, rng: random.Random) -> Plain:
    """The slip of the card terminal: merchant, day, time within two minutes, and total."""
    found = read_again(plain, rng)
    slip: Plain = {
        name: found[name]
        for name in (
            *("source", "status", "engine", "model", "merchant_name", "date", "time", "total"),
            *("country", "currency", "category", "merchant_phone"),
        )
        if name in found
    }
    if "time" in slip and rng.random() < 0.5:
        time = datetime.strptime(slip["time"]["value"], _TIME) + timedelta(
            minutes=rng.randrange(-2, 3)
        )
        slip["time"]["value"] = slip["time"]["text"] = time.strftime(_TIME)
    slip |= {"items": [], "payments": []}
    return _elsewhere(slip, rng)


def full_invoice(plain: Plain, rng: random.Random) -> Plain:
    """The same sale on another form, without the time."""
    found = read_again(plain, rng)
    found.pop("time", None)
    return _elsewhere(found, rng)


def in_other_currency(plain: Plain, rng: random.Random) -> Plain:
    """The same receipt with its total converted, as by a hotel or a card statement."""
    found = _elsewhere(read_again(plain, rng), rng)
    found["currency"]["value"] = "USD" if found["currency"]["value"] != "USD" else "EUR"
    rate = Decimal(rng.randrange(50, 150)) / 100
    for name in ("subtotal", "tax", "cash"):
        found.pop(name, None)
    found["items"] = []
    total = found["total"]
    total["value"] = (Decimal(total["value"]) * rate).quantize(CENT)
    return found


def _elsewhere(plain: Plain, rng: random.Random) -> Plain:
    """With boxes of another layout."""
    return moved(plain, lambda x, y: (rng.uniform(0, 500), rng.uniform(0, 900)))


COPIES: Mapping[str, Copy] = {
    "re-encoded": re_encoded,
    "cropped": cropped,
    "turned": turned,
    "photographed again": photographed,
    "card slip": card_slip,
    "full invoice": full_invoice,
    "other currency": in_other_currency,
}


def same_again(plain: Plain, rng: random.Random) -> Plain:
    """Another sale of the same goods on the same day: a second round, a colleague's lunch.

    Where time and number are not printed, or not read, nobody can tell it from a copy.
    """
    found = read_again(plain, rng)
    if "cash" in found:
        found["cash"]["value"] = cash(Decimal(found["total"]["value"]), rng)
    minutes = rng.randrange(3, 300)
    if "time" in found:
        time = datetime.strptime(found["time"]["value"], _TIME) + timedelta(minutes=minutes)
        found["time"]["value"] = found["time"]["text"] = time.strftime(_TIME)
    if "receipt_number" in found:
        number = found["receipt_number"]
        digits = number["value"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ#-/")
        later = f"{int(digits) + rng.randrange(1, 60):0{len(digits)}d}" if digits.isdigit() else ""
        number["value"] = number["text"] = number["value"][: -len(digits)] + later or "1"
    return found


def next_month(plain: Plain, rng: random.Random) -> Plain:
    """The same amount a month later: a subscription."""
    found = read_again(plain, rng)
    found.pop("time", None)
    found.pop("cash", None)
    if "date" in found:
        day = datetime.fromisoformat(found["date"]["value"]) + timedelta(days=30)
        found["date"]["value"] = found["date"]["text"] = day.date().isoformat()
    found.pop("receipt_number", None)
    return found


LOOK_ALIKES: Mapping[str, Copy] = {"same again": same_again, "next month": next_month}
NEEDS_NUMBER = frozenset({"same again", "other currency"})
"""Kinds that can be told only where the time or the number of the receipt is printed."""
