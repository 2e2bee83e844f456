"""Tax rates and the years of taxes, from `tax_facts.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from pipeline.receipt import Receipt

SURE_COUNTRY = 0.8
"""The least confidence of a country whose rates may be used."""
RATES_FROM = date(2012, 1, 1)
"""Rates that were in force before are not listed."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A tax and its first and last day, inclusive; ``None`` where it goes on."""

    country: str
    names: frozenset[str]
    first: date
    last: date | None


@cache
def rates() -> Mapping[str, tuple[Decimal, ...]]:
    """All rates in percent of countries with one value-added tax, highest first."""
    return {
        country: tuple(sorted((Decimal(str(rate)) for rate in listed), reverse=True))
        for country, listed in _facts()["rates"].items()
    }


def rates_of(record: Receipt) -> tuple[Decimal, ...]:
    """The rates in percent that the receipt prints, otherwise those of its country, if known."""
    printed = tuple(tax.rate.value for tax in record.taxes if tax.rate is not None)
    country = record.country
    if printed or country is None or country.confidence < SURE_COUNTRY:
        return printed
    return rates().get(country.value, ())


@cache
def schemes() -> tuple[Scheme, ...]:
    """The taxes with a known first day."""
    return tuple(
        Scheme(one["country"], frozenset(one["names"]), one["from"], one.get("until"))
        for one in _facts()["schemes"]
    )


@cache
def _facts() -> dict[str, Any]:
    text = files("pipeline.audit.rules").joinpath("tax_facts.yaml").read_text(encoding="utf-8")
    facts: dict[str, Any] = yaml.safe_load(text)
    return facts
