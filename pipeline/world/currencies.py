"""The currencies of our countries: their printed signs, decimals and decimal marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from string import ascii_uppercase

from pipeline.world import cldr
from pipeline.world.countries import countries

_OTHER_WORDS = frozenset({"TRY"})  # codes that are other words, too
_GLUED = r"(?=\d[\d ]*[.,]\d{2}(?!\d))"


@cache
def currencies_of_signs() -> Mapping[str, tuple[str, ...]]:
    """Each printed sign with the currencies that it may mean, that of the country with the lowest
    rank first."""
    found: dict[str, dict[str, None]] = {}
    for country in countries().values():
        for sign in _signs(country.currency, country.signs):
            found.setdefault(sign, {})[country.currency] = None
    return {sign: tuple(codes) for sign, codes in found.items() if sign not in _OTHER_WORDS}


def _signs(currency: str, others: tuple[str, ...]) -> list[str]:
    signs = [currency, *cldr.currency_signs(currency), *others]
    return [*signs, f"{currency}$"] if "$" in signs else signs


def sign_pattern() -> str:
    """A regular expression for any sign, the longest first. A single letter, such as South Africa's
    R, is one only where an amount is glued to it."""
    signs = sorted(currencies_of_signs(), key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(x) + _GLUED * (x in ascii_uppercase) for x in signs)})"


@cache
def decimals(currency: str | None) -> int:
    """How many decimals its prices have, 2 if unknown."""
    printed = (one.decimals for one in countries().values() if one.currency == currency)
    return next(printed, cldr.currency_digits(currency) if currency else 2)


@cache
def decimal_mark(currency: str | None) -> str:
    """What most of its countries print in front of the decimals."""
    marks = Counter(one.decimal for one in countries().values() if one.currency == currency)
    return marks.most_common(1)[0][0] if marks else "."
