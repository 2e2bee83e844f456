"""Facts about countries: their signs on a printed page, currency and order of dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

CERTAIN, LIKELY, SLIGHT = 3, 2, 1
"""How much a sign speaks for its country."""

_STRENGTHS = {"certain": CERTAIN, "likely": LIKELY, "slight": SLIGHT}


@dataclass(frozen=True, slots=True)
class Country:
    """One country's entry of ``countries.yaml``.

    Attributes:
        dial: what is dialled for it from abroad, "" if not known.
        date_orders: weights by the names of the orders.
        spaced_thousands: its tills print 12 499,00.
        phrases: words in capitals, without accents and full stops, to their strength.
        places: names of cities and provinces, likewise.
        patterns: of a line in capitals, each with its strength.
    """

    code: str
    currency: str
    dial: str
    date_orders: Mapping[str, float]
    spaced_thousands: bool
    phrases: Mapping[str, int]
    places: frozenset[str]
    patterns: tuple[tuple[re.Pattern[str], int], ...]


@cache
def countries() -> Mapping[str, Country]:
    """All countries by ISO 3166 code, in the order of the file."""
    path = files("pipeline.world") / "countries.yaml"
    entries: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {code: _country(code, entry) for code, entry in entries.items()}


def _country(code: str, entry: Mapping[str, Any]) -> Country:
    phrases = {
        phrase: strength
        for key, strength in _STRENGTHS.items()
        for phrase in str(entry.get(key, "")).split("|")
        if phrase
    }
    patterns = [
        (re.compile(pattern), strength)
        for key, strength in _STRENGTHS.items()
        for pattern in entry.get(f"{key}_patterns", ())
    ]
    return Country(
        code=code,
        currency=entry["currency"],
        dial=str(entry.get("dial", "")),
        date_orders=entry.get("dates", {"day-first": 1.0}),
        spaced_thousands=entry.get("spaced_thousands", False),
        phrases=phrases,
        places=frozenset(str(entry.get("places", "")).split("|")) - {""},
        patterns=tuple(patterns),
    )
