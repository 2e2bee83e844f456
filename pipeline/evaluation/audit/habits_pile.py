"""A company with habits: who spends what, where and when, and a few receipts that do not fit.

What the company does is made up, so figures on it show that the rule finds what it is meant to
find, and not how often real companies have it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

_START, _DAYS = date(2025, 1, 6), 364


@dataclass(frozen=True, slots=True)
class Kind:
    """How a category is bought: usual hours, share of weekends, median and spread of totals
    (as a logarithm), items, shares of tax."""

    hours: tuple[int, ...]
    weekends: float
    total: float
    spread: float
    items: tuple[int, ...]
    tax: tuple[float, ...]


KINDS: Mapping[str, Kind] = {
    "meals": Kind((12, 12, 13, 13, 19, 20, 20, 21), 0.08, 32, 0.5, (1, 2, 3, 4, 5), (0.05, 0.065)),
    "lodging": Kind((7, 8, 8, 9, 10), 0.06, 130, 0.35, (1, 1, 2, 3), (0.065, 0.09)),
    "fuel": Kind((7, 8, 16, 17, 18, 19), 0.12, 68, 0.3, (1, 1, 1, 2), (0.16,)),
    "ground_transport": Kind((7, 8, 9, 17, 18, 22, 23), 0.1, 24, 0.6, (1,), (0.065,)),
    "parking": Kind((8, 9, 10, 11, 14), 0.03, 9, 0.5, (1,), (0.16,)),
    "office_supplies": Kind((9, 10, 11, 14, 15, 16), 0.01, 45, 0.8, (1, 2, 3, 6, 9), (0.16,)),
    "telecom": Kind((9, 10, 15), 0.02, 40, 0.2, (1, 2), (0.16,)),
}
ROLES: Mapping[str, Mapping[str, int]] = {
    "sales": {"meals": 10, "lodging": 5, "fuel": 7, "parking": 4, "ground_transport": 3},
    "office": {"office_supplies": 12, "telecom": 2, "meals": 2},
    "travel": {"meals": 8, "lodging": 7, "ground_transport": 9},
}


@dataclass(frozen=True, slots=True)
class Spent:
    """A receipt of the company."""

    number: int
    person: str
    role: str
    category: str
    day: date
    hour: int
    minute: int
    currency: str
    total: float
    items: int
    tax: float
    oddity: str = ""


def draw_company(count: int, seed: int, odd: float) -> Iterator[Spent]:
    """``count`` receipts of 40 people, of which a share does not fit (``ODDITIES``)."""
    rng = random.Random(f"{seed}/company")
    people = [(f"P{at:02}", rng.choice(list(ROLES))) for at in range(40)]
    for number in range(count):
        person, role = rng.choice(people)
        category = rng.choices(list(ROLES[role]), list(ROLES[role].values()))[0]
        spent = _spent(number, person, role, category, rng)
        if rng.random() < odd:
            name = rng.choice(list(ODDITIES))
            yield replace(ODDITIES[name](spent, rng), oddity=name)
        else:
            yield spent


def _spent(number: int, person: str, role: str, category: str, rng: random.Random) -> Spent:
    kind = KINDS[category]
    total = round(kind.total * 2.718281828 ** rng.gauss(0, kind.spread), 2)
    return Spent(
        number,
        person,
        role,
        category,
        _day(rng.random() < kind.weekends, rng),
        rng.choice(kind.hours),
        rng.randrange(60),
        "CHF" if rng.random() < 0.05 else "EUR",
        total,
        rng.choice(kind.items),
        round(total * rng.choice(kind.tax), 2),
    )


def _day(is_weekend: bool, rng: random.Random) -> date:
    week = _START + timedelta(days=7 * rng.randrange(_DAYS // 7))
    return week + timedelta(days=rng.choice((5, 6) if is_weekend else (0, 1, 2, 3, 4)))


def _strange_category(spent: Spent, rng: random.Random) -> Spent:
    """What the role never buys, on a weekend: each is usual elsewhere in the company."""
    others = [name for name in KINDS if name not in ROLES[spent.role]]
    moved = _spent(spent.number, spent.person, spent.role, rng.choice(others), rng)
    return replace(moved, day=_day(True, rng))


def _strange_hour(spent: Spent, rng: random.Random) -> Spent:
    """At an hour at which the company buys other things, on a weekend."""
    usual = {hour // 3 for hour in KINDS[spent.category].hours}
    hours = [hour for kind in KINDS.values() for hour in kind.hours if hour // 3 not in usual]
    return replace(spent, hour=rng.choice(hours), day=_day(True, rng))


def _strange_amount(spent: Spent, rng: random.Random) -> Spent:
    """A total of another category with tax of another rate: three times its own, or a third."""
    total = round(KINDS[spent.category].total * rng.choice((0.3, 3.5)), 2)
    share = 0.16 if 0.16 not in KINDS[spent.category].tax else 0.065
    return replace(spent, total=total, tax=round(total * share, 2), currency="CHF")


ODDITIES = {
    "category of other people, weekend": _strange_category,
    "hour of another category, weekend": _strange_hour,
    "total and tax of another category": _strange_amount,
}
