"""Percentages in a text, such as the rate of a tax."""

from __future__ import annotations

import re
from decimal import Decimal

PERCENTAGE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")
"""A percentage up to 99.999 %; the group is its number."""

_BARE_NUMBER = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)(?![\d.,]*\d)")


def parse_rate(text: str) -> Decimal | None:
    """The percentage in a text, 19 for ``19,00 %``; the percent sign may be missing."""
    match = PERCENTAGE.search(text) or _BARE_NUMBER.search(text)
    if match is None:
        return None
    rate = Decimal(match[1].replace(",", "."))
    return rate.quantize(Decimal(1)) if rate == rate.to_integral_value() else rate.normalize()


def rate_of(match: re.Match[str]) -> Decimal:
    """The rate that a match of ``PERCENTAGE`` prints, 0.2 for ``20 %``."""
    return Decimal(match[1].replace(",", ".")) / 100


def bare_rate(word: str) -> Decimal | None:
    """The rate that a word without a percent sign may be, 0.13 for ``13.00``; ``None`` if it is not
    all a number, or zero."""
    match = _BARE_NUMBER.fullmatch(word)
    return Decimal(match[1].replace(",", ".")) / 100 or None if match else None


def only_rate(text: str) -> Decimal | None:
    """The text's rate; ``None`` if it has none or several that differ."""
    rates = {rate_of(match) for match in PERCENTAGE.finditer(text)}
    return rates.pop() if len(rates) == 1 else None
