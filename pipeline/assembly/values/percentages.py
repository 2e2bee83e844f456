"""Percentages in a text, such as the rate of a tax."""

from __future__ import annotations

import re
from decimal import Decimal

PERCENTAGE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")
"""A percentage up to 99.999 %; the group is its number."""


def rate_of(match: re.Match[str]) -> Decimal:
    """The rate that a match of ``PERCENTAGE`` prints, 0.2 for ``20 %``."""
    return Decimal(match[1].replace(",", ".")) / 100


def only_rate(text: str) -> Decimal | None:
    """The text's rate; ``None`` if it has none or several that differ."""
    rates = {rate_of(match) for match in PERCENTAGE.finditer(text)}
    return rates.pop() if len(rates) == 1 else None
