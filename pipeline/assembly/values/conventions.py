"""Infer the page's currency, number format and date order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.values.amounts import THREE_DECIMALS, NumberFormat, infer_number_format
from pipeline.assembly.values.country import CountrySigns, country_signs
from pipeline.assembly.values.date_order import (
    ANYWHERE,
    ANYWHERE_WITH_DOLLARS,
    DateOrders,
    OrderWeights,
    infer_date_orders,
)
from pipeline.assembly.values.dates import DateOrder
from pipeline.document import Page
from pipeline.receipt import Field
from pipeline.world.countries import CERTAIN, LIKELY, countries

_CURRENCIES = {
    "RM": "MYR", "MYR": "MYR", "Rp": "IDR", "RP": "IDR", "IDR": "IDR", "S$": "SGD", "SGD": "SGD",
    "US$": "USD", "USD": "USD", "€": "EUR", "EUR": "EUR", "EURO": "EUR", "£": "GBP", "GBP": "GBP",
    "¥": "¥", "￥": "¥", "円": "JPY", "JPY": "JPY", "RMB": "CNY", "CNY": "CNY", "₩": "KRW",
    "KRW": "KRW", "₹": "INR", "Rs": "INR", "INR": "INR", "CHF": "CHF", "SFr": "CHF", "฿": "THB",
    "THB": "THB", "₫": "VND", "VND": "VND", "HK$": "HKD", "HKD": "HKD", "A$": "AUD", "AUD": "AUD",
    "C$": "CAD", "CAD": "CAD", "NZ$": "NZD", "NZD": "NZD", "NT$": "TWD", "TWD": "TWD", "zł": "PLN",
    "PLN": "PLN", "CZK": "CZK", "Kč": "CZK", "SEK": "SEK", "NOK": "NOK", "DKK": "DKK",
    "MXN": "MXN", "R$": "BRL", "BRL": "BRL", "SAR": "SAR", "AED": "AED", "PHP": "PHP", "₱": "PHP",
    "₺": "TRY", "$": "$", "kr": "kr", "Kr": "kr", "KR": "kr", "HUF": "HUF",
    "CLP": "CLP", "COP": "COP", "ARS": "ARS", "AU$": "AUD", "CA$": "CAD", "MX$": "MXN",
    **{f"{code}$": code for code in ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD")},
}  # fmt: skip
_MARKS = "|".join(re.escape(name) for name in sorted(_CURRENCIES, key=len, reverse=True))
CURRENCY_MARK = f"(?:{_MARKS})"
_SYMBOL = re.compile(rf"(?<![A-Za-z$])({_MARKS})(?![A-Za-z$])")
# Marks of several currencies, the commonest first: where equally much speaks for several, or
# nothing for any, it is meant.
_SHARED = {
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD", "CLP", "COP", "ARS", "MYR"),
    "kr": ("SEK", "NOK", "DKK"),
    "¥": ("JPY", "CNY"),
}
# Votes of a mark that stands beside a number, against one elsewhere: RM is Rome as well.
_BESIDE_NUMBER = 3
# A currency taken from the country, or a bare dollar sign's country, is likely but not read.
_DERIVED_CONFIDENCE = 0.6
_LIKELY_CONFIDENCE = 0.8  # a shared mark, for whose country little more speaks than for another
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Conventions:
    """The page's conventions for money and dates.

    Attributes:
        date_orders: which of day, month and year comes first in dates of numbers alone.
    """

    currency: Field[str] | None
    country: str | None
    number_format: NumberFormat
    date_orders: DateOrders

    def is_in_thousandths(self, value: Decimal) -> bool:
        """Whether the value is not money but litres of fuel or the price of one."""
        code = self.currency.value if self.currency else None
        return value % _CENT != 0 and code not in THREE_DECIMALS


def infer_conventions(page: Page, amounts: Iterable[str], dates: Iterable[str]) -> Conventions:
    """Infer the conventions from the evidence of the whole page.

    Args:
        amounts, dates: the texts tagged as such; where no amounts are tagged, all tokens count.
    """
    lines = [" ".join(page.tokens[index].text for index in line) for line in page.lines()]
    signs = country_signs(lines)
    marks = _marks(page)
    for printed in marks.keys() - _SHARED.keys():
        for user in _users([printed]):
            signs.weights[user] += CERTAIN
    currency = _currency(page, marks, signs)
    code = currency.value if currency else None
    country = _country(signs)
    return Conventions(
        currency=currency,
        country=country,
        number_format=infer_number_format(list(amounts) or (t.text for t in page.tokens), code),
        date_orders=infer_date_orders([*dates, *lines], _usual_orders(country, marks)),
    )


def _country(signs: CountrySigns) -> str | None:
    """The likeliest country; of equally likely ones the first, if they share a currency."""
    likeliest = signs.likeliest()
    currencies = {countries()[code].currency for code in likeliest}
    return likeliest[0] if len(currencies) == 1 else None


def _usual_orders(country: str | None, marks: Iterable[str]) -> OrderWeights:
    if country is not None:
        return {DateOrder(one): w for one, w in countries()[country].date_orders.items()}
    return ANYWHERE_WITH_DOLLARS if "$" in marks else ANYWHERE


def _users(currencies: Iterable[str]) -> list[str]:
    """The countries that pay in one of these."""
    return [one.code for one in countries().values() if one.currency in currencies]


def _is_beside_number(page: Page, index: int) -> bool:
    """Whether the token, or its neighbour on the line, contains a digit."""
    line = page.tokens[index].line
    near = page.tokens[max(0, index - 1) : index + 2]
    return any(token.line == line and re.search(r"\d", token.text) for token in near)


def _marks(page: Page) -> dict[str, list[int]]:
    """Currency, or a mark that several share, to the tokens that print it, one that stands
    beside a number several times."""
    found: dict[str, list[int]] = {}
    for index, token in enumerate(page.tokens):
        for name in _SYMBOL.findall(token.text):
            votes = _BESIDE_NUMBER if _is_beside_number(page, index) else 1
            found.setdefault(_CURRENCIES[name], []).extend([index] * votes)
    return found


def _currency(
    page: Page, marks: Mapping[str, Sequence[int]], signs: CountrySigns
) -> Field[str] | None:
    """The currency most often printed, above all beside numbers; else the country's."""
    if not marks:
        country = _country(signs)
        if country is None:
            return None
        return Field[str](
            value=countries()[country].currency,
            text=signs.first[country],
            confidence=_DERIVED_CONFIDENCE,
            boxes=[],
        )
    mark, indices = max(marks.items(), key=lambda entry: len(entry[1]))
    code, certainty = _meant(mark, signs) if mark in _SHARED else (mark, 1.0)
    token = page.tokens[indices[0]]
    share = len(indices) / sum(map(len, marks.values()))
    return Field[str](
        value=code,
        text=token.text,
        confidence=min(1.0, share * certainty * token.confidence),
        boxes=[token.box.as_tuple()],
    )


def _meant(mark: str, signs: CountrySigns) -> tuple[str, float]:
    """Which of the mark's currencies the page means, and how certain that is."""
    users = _users(_SHARED[mark])
    likeliest = signs.likeliest(users)
    if not likeliest:
        return _SHARED[mark][0], _DERIVED_CONFIDENCE
    country = min(likeliest, key=lambda code: _SHARED[mark].index(countries()[code].currency))
    lead = signs.lead(country, users)
    certainty = 1.0 if lead >= LIKELY else _LIKELY_CONFIDENCE if lead else _DERIVED_CONFIDENCE
    return countries()[country].currency, certainty
