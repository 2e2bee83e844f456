"""Records of drawn receipts, made from their truth and not by OCR, and more of the same till."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pipeline.assembly.summary.checks import check_sums
from pipeline.assembly.tables.checks import check_payments, check_taxes
from pipeline.categories import Category
from pipeline.receipt import Receipt
from pipeline.synthetic.drawn import DrawnReceipt
from pipeline.world.tax_numbers import has_right_check_digits
from pipeline.world.trades import trades

Plain = dict[str, Any]
"""A record as plain values, of which ``receipt_of`` makes one."""

CENT = Decimal("0.01")
_FEW_GOODS = 3
_TEXTS = ("merchant_name", "merchant_address", "merchant_phone")
_WITHOUT_BRANDS = {"taxi": Category.GROUND_TRANSPORT, "flight": Category.AIR}
_SUMMED = ("subtotal", "tax", "tip", "discount", "total")
_DIGITS = re.compile(r"\d{4,9}$")
_SIGNS = re.compile(r"[^A-Z0-9]")
_START = datetime(2025, 1, 1)
DAYS = 365


@dataclass(frozen=True, slots=True)
class Till:
    """A drawn receipt of which more are made: the same merchant, layout and prices.

    Attributes:
        boxes: by field, and by ``items[N].column``; pixels of the nominal page.
        tax_rate: of the price without tax, 0 without a tax; ``included`` in the items' prices.
        pace: receipts a day.
    """

    drawn: DrawnReceipt
    boxes: Mapping[str, list[float]]
    tax_rate: Decimal
    included: bool
    first_number: int
    pace: float


def till_of(drawn: DrawnReceipt, rng: random.Random) -> Till | None:
    """The till of a drawn receipt; ``None`` if it prints no name, total or items."""
    fields = drawn.fields
    has_items = any("total" in item for item in drawn.items)
    if not has_items or not {"merchant_name", "total", "date"} <= fields.keys():
        return None
    tax, total = Decimal(fields.get("tax", "0")), Decimal(fields["total"])
    net = total - tax
    items = sum((Decimal(item["total"]) for item in drawn.items if "total" in item), Decimal())
    return Till(
        drawn=drawn,
        boxes=dict(_boxes(drawn)),
        tax_rate=(tax / net).quantize(Decimal("0.001")) if tax and net > 0 else Decimal(),
        included=abs(items - total) <= abs(items + tax - total),
        first_number=rng.randrange(1000, 60_000),
        pace=rng.uniform(5, 300),
    )


def draw_sale(till: Till, rng: random.Random, path: str) -> Plain:
    """The record of another sale of the till, at a random time of the year."""
    when = _START + timedelta(minutes=rng.randrange(DAYS * 24 * 60))
    items = _items(till, rng)
    before = sum((Decimal(item["total"]["value"]) for item in items), Decimal())
    places = 0 if before == before.to_integral_value() and before > 5000 else 2
    unit = Decimal(1).scaleb(-places)
    if till.included:
        tax = (before - before / (1 + till.tax_rate)).quantize(unit)
        total = before
    else:
        tax = (before * till.tax_rate).quantize(unit)
        total = before + tax
    values = {
        **{name: till.drawn.fields.get(name) for name in _TEXTS},
        "merchant_tax_id": till.drawn.fields.get("merchant_tax_id"),
        "receipt_number": _number(till, when),
        "date": when.date().isoformat() if "date" in till.drawn.fields else None,
        "time": when.strftime("%H:%M") if "time" in till.drawn.fields else None,
        "subtotal": before - tax if till.included and tax else before,
        "tax": tax or None,
        "total": total,
        "cash": cash(total, rng),
    }
    kept = {
        name: _field(value, till.boxes.get(name), rng)
        for name, value in values.items()
        if value is not None and (name in till.drawn.fields or name == "total")
    }
    sale = {
        "source": {"path": path, "page": 1, "sha256": f"{rng.getrandbits(256):064x}"},
        "status": "ok",
        "engine": "drawn",
        "model": "drawn",
        **kept,
        **_derived(till),
        "items": items,
        "payments": _payments(till, total, rng),
    }
    sale = with_tax_number(sale)
    if sale.get("merchant_tax_id", {}).get("valid") is False:
        del sale["merchant_tax_id"]  # some tills print numbers of another country, with any digits
    return sale


def with_tax_number(plain: Plain) -> Plain:
    """The record with the verdict on the check digits of its tax number, if it has one."""
    number = plain.get("merchant_tax_id")
    if number is not None:
        number["value"] = _SIGNS.sub("", str(number["value"]).upper())
        number["valid"] = has_right_check_digits(number["value"], plain["country"]["value"])
    return plain


def receipt_of(plain: Plain) -> Receipt:
    """The record, with the checks of its sums."""
    record = Receipt.model_validate(plain)
    amounts = {
        name: field.value for name in _SUMMED if (field := getattr(record, name)) is not None
    }
    checks = [
        *check_sums(record.items, amounts),
        *check_taxes(record.taxes, amounts),
        *check_payments(record.payments, amounts),
    ]
    return record.model_copy(update={"checks": checks})


def _items(till: Till, rng: random.Random) -> list[Plain]:
    """Some of the till's items, some of them several times."""
    listed = [(number, item) for number, item in enumerate(till.drawn.items) if "total" in item]
    chosen = [one for one in listed if rng.random() < 0.7] or [rng.choice(listed)]
    # Litres, nights and kilometres vary, prices of goods do not.
    is_measured = len(listed) < _FEW_GOODS
    found = []
    for number, item in chosen:
        unit = Decimal(item["total"])
        times = Decimal(rng.choice((1, 1, 1, 2, 3)))
        if is_measured:
            times = Decimal(rng.randrange(400, 1600)) / 1000
        cells = {"total": max((unit * times).quantize(unit), Decimal(1).scaleb(_exponent(unit)))}
        plain = {
            name: _field(value, till.boxes.get(f"items[{number}].{name}"), rng)
            for name, value in {"description": item.get("description"), **cells}.items()
            if value is not None
        }
        found.append(plain)
    return found


def _exponent(amount: Decimal) -> int:
    """Of the last place of an amount: -2 for cents."""
    return int(amount.as_tuple().exponent)


def cash(total: Decimal, rng: random.Random) -> Decimal:
    """What is handed over: the exact amount, or the next multiple of a banknote."""
    note = Decimal(rng.choice((0, 5, 10, 20, 50, 100))) * (100 if total > 5000 else 1)
    return -(-total // note) * note if note else total


def _number(till: Till, when: datetime) -> str | None:
    printed = till.drawn.fields.get("receipt_number", "")
    found = _DIGITS.search(printed)
    if found is None:
        return None
    days = (when - _START).total_seconds() / 86400
    number = till.first_number + int(till.pace * days)
    return f"{printed[: found.start()]}{number:0{len(found[0])}d}"


def _derived(till: Till) -> Plain:
    country = till.drawn.locale.partition("_")[2]
    known = {
        "country": country,
        "currency": till.drawn.fields["currency"],
        "category": _category(till.drawn.kind).value,
    }
    return {
        name: {"value": value, "text": value, "confidence": 0.97, "boxes": []}
        for name, value in known.items()
    }


def _category(kind: str) -> Category:
    return _WITHOUT_BRANDS[kind] if kind in _WITHOUT_BRANDS else trades()[kind].category


def _payments(till: Till, total: Decimal, rng: random.Random) -> list[Plain]:
    drawn = till.drawn.tables.get("payments", ())
    if not drawn:
        return []
    cells = {"method": drawn[0].get("method"), "amount": total}
    if "card_last4" in drawn[0]:
        cells["card_last4"] = f"{rng.randrange(10_000):04d}"
    return [{name: _field(one, None, rng) for name, one in cells.items() if one is not None}]


def _field(value: object, box: list[float] | None, rng: random.Random) -> Plain:
    return {
        "value": value,
        "text": str(value),
        "confidence": round(1 - rng.betavariate(1, 60), 3),
        "boxes": [] if box is None else [box],
    }


def _boxes(drawn: DrawnReceipt) -> Iterator[tuple[str, list[float]]]:
    """The box of the first line of each field, and of the cells of items by their order."""
    counts: dict[str, int] = {}
    current = ""
    for token in drawn.tokens:
        prefix, _, label = token.tag.partition("-")
        if prefix == "O":
            continue
        if prefix == "B":
            number = counts[label] = counts.get(label, -1) + 1
            column = label.removeprefix("item_")
            is_cell = label.startswith("item_")
            current = f"items[{number}].{column}" if is_cell else label
            if number and not is_cell:
                continue
        box = token.box
        yield current, [box.x0, box.y0, box.x1, box.y1]
