"""Facts about countries: signs on a printed page, currency, dates, numbers and taxes.

One file a country: ``countries/DE.yaml``. docs/countries.md lists the keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.accents import plain_capitals
from pipeline.errors import ConfigError
from pipeline.world import cldr, files
from pipeline.world.files import choices

CERTAIN, LIKELY, SLIGHT = 3, 2, 1
"""How much a sign speaks for its country."""

_SPACES = re.compile(r"[\u00a0\u202f]")
_STRENGTHS = {"certain": CERTAIN, "likely": LIKELY, "slight": SLIGHT}
_DEFAULTS: Mapping[str, Any] = {
    "rank": 1_000_000,
    "dial": "",
    "date_orders": {"day-first": 1.0},
    "spaced_thousands": False,
    "signs": "",
    "tax_names": "",
    "tax_rates": "",
    "legal": "",
    "places": "",
    **dict.fromkeys(_STRENGTHS, ""),
    **{f"{key}_patterns": () for key in _STRENGTHS},
    "tax_numbers": {},
    "receipt_numbers": (),
    "printing": {},
}
_REQUIRED = ("currency",)
_FROM_CLDR = ("decimal", "group", "decimals")


@dataclass(frozen=True, slots=True)
class Country:
    """One country's file.

    Attributes:
        rank: where evidence is equal, the country with the lowest is meant.
        dial: what is dialled for it from abroad, "" if not known.
        date_orders: weights by the names of the orders.
        spaced_thousands: its tills print 12 499,00.
        signs: of its currency, besides the code and those that CLDR knows.
        decimal, group: the decimal mark of a price and the mark between groups of digits.
        decimals: of a price; 0 where coins are no longer counted.
        tax_names: of its sales taxes, as printed; empty where its language's names are enough.
        tax_rates: in percent, the common ones several times.
        legal: what follows a firm's name, the common ones several times; "" is nothing.
        phrases: words in capitals, without accents and full stops, to their strength.
        places: its name in its languages, and names of cities and provinces, likewise.
        patterns: of a line in capitals, each with its strength.
        tax_numbers: patterns of them in a line in capitals, the number in the first group if there
            is one, each with the module of python-stdnum that checks its digits.
        receipt_numbers: patterns of the numbers that its law gives receipts, in a line in capitals.
        printing: what the receipt printer draws from, by locale.
    """

    code: str
    rank: int
    currency: str
    dial: str
    date_orders: Mapping[str, float]
    spaced_thousands: bool
    signs: tuple[str, ...]
    decimal: str
    group: str
    decimals: int
    tax_names: tuple[str, ...]
    tax_rates: tuple[str, ...]
    legal: tuple[str, ...]
    phrases: Mapping[str, int]
    places: frozenset[str]
    patterns: tuple[tuple[re.Pattern[str], int], ...]
    tax_numbers: tuple[tuple[re.Pattern[str], str], ...]
    receipt_numbers: tuple[re.Pattern[str], ...]
    printing: Mapping[str, Mapping[str, Any]]


@cache
def countries() -> Mapping[str, Country]:
    """All countries by ISO 3166 code, by rank.

    Raises:
        ConfigError: a file has an unknown key, or lacks one.
    """
    found = [_country(code) for code in files.names("countries")]
    found.sort(key=lambda one: (one.rank, one.code))
    return {country.code: country for country in found}


def _country(code: str) -> Country:
    written = files.read("countries", code)
    where = f"countries/{code}.yaml"
    files.check_keys(where, written, {*_REQUIRED, *_DEFAULTS, *_FROM_CLDR}, _REQUIRED)
    entry = {**_DEFAULTS, **_usual_numbers(code, written["currency"]), **written}
    phrases = {
        phrase: strength for key, strength in _STRENGTHS.items() for phrase in choices(entry[key])
    }
    return Country(
        code=code,
        rank=entry["rank"],
        currency=entry["currency"],
        dial=str(entry["dial"]),
        date_orders=entry["date_orders"],
        spaced_thousands=entry["spaced_thousands"],
        signs=choices(entry["signs"]),
        decimal=entry["decimal"],
        group=entry["group"],
        decimals=entry["decimals"],
        tax_names=choices(entry["tax_names"]),
        tax_rates=choices(entry["tax_rates"]),
        legal=choices(entry["legal"]),
        phrases=phrases,
        places=_own_names(code) | set(choices(entry["places"])),
        patterns=tuple(_patterns(where, entry)),
        tax_numbers=tuple(
            (_compiled(pattern, f"{where}: tax_numbers"), module)
            for module, pattern in entry["tax_numbers"].items()
        ),
        receipt_numbers=tuple(
            _compiled(pattern, f"{where}: receipt_numbers") for pattern in entry["receipt_numbers"]
        ),
        printing=entry["printing"],
    )


def _own_names(code: str) -> frozenset[str]:
    """The country's name in its languages."""
    names = (plain_capitals(name) for name in cldr.country(code).get("names", ()))
    return frozenset(name for name in names if name.isascii())


def _usual_numbers(code: str, currency: str) -> dict[str, Any]:
    known = cldr.country(code)
    return {
        "decimal": known.get("decimal", "."),
        "group": _SPACES.sub(" ", known.get("group", ",")),
        "decimals": cldr.currency_digits(currency),
    }


def _patterns(where: str, entry: Mapping[str, Any]) -> list[tuple[re.Pattern[str], int]]:
    return [
        (_compiled(pattern, f"{where}: {key}_patterns"), strength)
        for key, strength in _STRENGTHS.items()
        for pattern in entry[f"{key}_patterns"]
    ]


def _compiled(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"{where}: {pattern!r}: {error}") from error
