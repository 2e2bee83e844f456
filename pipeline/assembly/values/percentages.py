"""Percentages in a text, such as the rate of a tax."""

from __future__ import annotations

import re
from decimal import Decimal

_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?%")
_HUNDRED = Decimal(100)


def only_rate(text: str) -> Decimal | None:
    """The text's rate, 0.2 for ``20 %``; ``None`` if it has none or several that differ."""
    rates = {match[1].replace(",", ".") for match in _RATE.finditer(text)}
    return Decimal(rates.pop()) / _HUNDRED if len(rates) == 1 else None
