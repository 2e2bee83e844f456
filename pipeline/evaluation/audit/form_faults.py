"""Faults of form put into records: dates, numbers, taxes and currencies that cannot be right."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from pipeline.audit.rules import tax_facts
from pipeline.audit.state.series import series_of
from pipeline.evaluation.audit.drawn_records import CENT, Plain, with_tax_number
from pipeline.evaluation.audit.fault import Fault, Faulty, Row, day_of, set_value
from pipeline.world.countries import countries

_DIGITS = re.compile(r"\d{4,15}$")
_FEW = 0.03
"""Of the receipts with numbers: a fault of numbers is seen by the merchant's other ones, so that
few may be wrong, as in a company."""


def form_faults() -> Mapping[str, Fault]:
    """The kinds of faults by name."""
    return {
        "digit of a tax number": Fault("tax-number-wrong-check-digits", _wrong_tax_number),
        "date in the future": Fault("date-in-future", _future),
        "another day than its number": Fault("receipt-number-backwards", _another_day),
        "next number, weeks later": Fault("receipt-numbers-too-near", _next_number),
        "tax above the highest rate": Fault("tax-above-highest-rate", _high_tax),
        "rate of no such country": Fault("tax-rate-of-no-such-country", _foreign_rate),
        "tax that is no longer levied": Fault("tax-outside-its-years", _ended_tax),
        "currency of another country": Fault("currency-of-another-country", _foreign_currency),
    }


def _wrong_tax_number(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    number = plain.get("merchant_tax_id")
    if number is None or number.get("valid") is not True:
        return None
    found = copy.deepcopy(plain)
    text = number["value"]
    at = rng.choice([place for place, sign in enumerate(text) if sign.isdigit()])
    changed = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
    found["merchant_tax_id"]["value"] = changed
    return Faulty(with_tax_number(found), claim)


def _future(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    if "date" not in plain:
        return None
    submitted = day_of(plain) - timedelta(days=rng.randrange(3, 40))
    return Faulty(plain, {**claim, "submitted": submitted.isoformat()})


def _another_day(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    """Dated back by weeks, as to fall into a trip; the number stays."""
    number = plain.get("receipt_number")
    if "date" not in plain or number is None or series_of(str(number["value"])) is None:
        return None
    if rng.random() >= _FEW:
        return None
    found = copy.deepcopy(plain)
    day = (day_of(plain) - timedelta(days=rng.randrange(20, 120))).isoformat()
    set_value(found["date"], day)
    submitted = date.fromisoformat(day) + timedelta(days=rng.randrange(1, 30))
    return Faulty(found, {**claim, "submitted": submitted.isoformat()})


def _next_number(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    """A second receipt of the same pad: the next number, but weeks later and of another amount."""
    number = plain.get("receipt_number")
    digits = None if number is None else _DIGITS.search(str(number["value"]))
    if "date" not in plain or number is None or digits is None or rng.random() >= _FEW:
        return None
    second = copy.deepcopy(plain)
    following = str(int(digits[0]) + rng.randrange(1, 4)).zfill(len(digits[0]))
    following = digits.string[: digits.start()] + following
    set_value(second["receipt_number"], following)
    day = (day_of(plain) + timedelta(days=rng.randrange(14, 40))).isoformat()
    set_value(second["date"], day)
    for name in ("time", "subtotal", "tax", "cash"):
        second.pop(name, None)
    second["items"], second["payments"] = [], []
    total = (Decimal(plain["total"]["value"]) * Decimal("1.37")).quantize(CENT)
    set_value(second["total"], total)
    return Faulty(plain, claim, second)


def _high_tax(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    """More of the total is called tax than any rate of the country gives, as to reclaim it."""
    rates = _rates(plain)
    if rates is None or "tax" not in plain:
        return None
    found = copy.deepcopy(plain)
    net, tax = _net_and_tax(plain, max(rates) + rng.randrange(3, 15))
    set_value(found["tax"], tax)
    if "subtotal" in found:
        set_value(found["subtotal"], net)
    found["items"] = []
    return Faulty(found, claim)


def _foreign_rate(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    """A row of the tax table has a rate that the country never had; the amounts agree with it."""
    rates = _rates(plain)
    if rates is None or "tax" not in plain:
        return None
    rate = rng.choice([one for one in map(Decimal, range(3, 26)) if one not in rates])
    net, tax = _net_and_tax(plain, rate)
    return Faulty(_with_tax_row(plain, {"rate": rate, "net": net, "amount": tax}), claim)


def _ended_tax(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    """The tax has the name of one that the country has abolished."""
    country = plain["country"]["value"]
    ended = [
        scheme
        for scheme in tax_facts.schemes()
        if scheme.country == country and scheme.last is not None
    ]
    if (
        not ended
        or "date" not in plain
        or day_of(plain) <= max(one.last for one in ended if one.last)
    ):
        return None
    amount = (Decimal(plain["total"]["value"]) * Decimal("0.06")).quantize(CENT)
    return Faulty(_with_tax_row(plain, {"name": min(ended[0].names), "amount": amount}), claim)


def _foreign_currency(plain: Plain, claim: Row, rng: random.Random) -> Faulty | None:
    """Another currency is printed than the country's."""
    own = countries().get(plain["country"]["value"])
    if own is None or own.currency != plain["currency"]["value"]:
        return None
    other = rng.choice([code for code in ("USD", "EUR", "GBP", "JPY") if code != own.currency])
    found = copy.deepcopy(plain)
    found["currency"] |= {"value": other, "text": other, "boxes": plain["total"]["boxes"]}
    return Faulty(found, claim)


def _with_tax_row(plain: Plain, cells: Mapping[str, object]) -> Plain:
    """The record with one row of taxes, as sure as its total was read."""
    found = copy.deepcopy(plain)
    total = plain["total"]
    found["taxes"] = [
        {
            name: {**copy.deepcopy(total), "value": value, "text": str(value)}
            for name, value in cells.items()
        }
    ]
    for name in ("tax", "subtotal"):
        found.pop(name, None)
    found["items"] = []
    return found


def _net_and_tax(plain: Plain, rate: Decimal) -> tuple[Decimal, Decimal]:
    """The parts of the total if it includes so many percent of tax."""
    total = Decimal(plain["total"]["value"])
    tax = (total * rate / (100 + rate)).quantize(CENT)
    return total - tax, tax


def _rates(plain: Plain) -> tuple[Decimal, ...] | None:
    return tax_facts.rates().get(plain["country"]["value"])
