"""Quantities: ``2``, ``2x``, ``x2``, ``0.456kg``, ``1,5 l``, ``2 @``."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_NUMBER = re.compile(r"-?(?:[0-9]{1,9}(?:[.,][0-9]{1,4})?|(?<![0-9A-Za-z])[.,][0-9]{1,3})(?![0-9])")


def parse_quantity(text: str) -> Decimal | None:
    """The first number in ``text``. A separator is always decimal, because nobody buys 1.000 of a
    thing."""
    text = unicodedata.normalize("NFKC", text).strip()
    text = re.sub(r"(?<![A-Za-z])[Oo](?=[.,]?[0-9])|(?<=[0-9])[Oo](?![A-Za-z])", "0", text)
    # A lone I or l in front of nothing but a times sign is a 1.
    text = re.sub(r"^[Il|](?=[0-9.,]|\s*(?:[xX@×*]|$))", "1", text)
    text = re.sub(r"(?<![A-Za-z0-9])S(?=\s*[@×])", "5", text)
    match = _NUMBER.search(text)
    return Decimal(match[0].replace(",", ".")) if match else None
