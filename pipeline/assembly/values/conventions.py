"""Infer the page's currency, number format and date order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.values.amounts import CENT, NumberFormat, infer_number_format
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
from pipeline.world import currencies
from pipeline.world.countries import CERTAIN, LIKELY, countries

Currencies = tuple[str, ...]
CURRENCY_MARK = currencies.sign_pattern()
_SYMBOL = re.compile(rf"(?<![A-Za-z$])({CURRENCY_MARK})(?![A-Za-z$])")
# Votes of a mark that stands beside a number, against one elsewhere: RM is Rome as well.
_BESIDE_NUMBER = 3
# A currency taken from the country, or a bare dollar sign's country, is likely but not read.
_DERIVED_CONFIDENCE = 0.6
# The share of drawn receipts whose country is right, by its lead over the next likely one
# (scripts/measure_record).
_COUNTRY_CONFIDENCE = (0.6, 0.6, 0.94, 0.94, 0.96, 0.99)
_LIKELY_CONFIDENCE = 0.8  # a shared mark, for whose country little more speaks than for another


@dataclass(frozen=True, slots=True)
class Conventions:
    """The page's conventions for money and dates.

    Attributes:
        date_orders: which of day, month and year comes first in dates of numbers alone.
    """

    currency: Field[str] | None
    country_field: Field[str] | None
    number_format: NumberFormat
    date_orders: DateOrders

    @property
    def country(self) -> str | None:
        """The ISO 3166 code of the page's country, ``None`` if unknown."""
        return self.country_field.value if self.country_field else None

    def has_too_many_decimals(self, value: Decimal) -> bool:
        """Whether the value is not money but litres of fuel or the price of one."""
        code = self.currency.value if self.currency else None
        return value % CENT != 0 and currencies.decimals(code) < 3


def infer_conventions(page: Page, amounts: Iterable[str], dates: Iterable[str]) -> Conventions:
    """Infer the conventions from the evidence of the whole page.

    Args:
        amounts, dates: the texts tagged as such; where no amounts are tagged, all tokens count.
    """
    lines = [" ".join(page.tokens[index].text for index in line) for line in page.lines()]
    signs = country_signs(lines)
    marks = _marks(page)
    for meant in marks:
        if len(meant) == 1:
            signs.weights.update(dict.fromkeys(_users(meant), CERTAIN))
    currency = _currency(page, marks, signs)
    code = currency.value if currency else None
    country = _country(signs, code)
    return Conventions(
        currency=currency,
        country_field=None if country is None else _country_field(country, signs),
        number_format=infer_number_format(list(amounts) or (t.text for t in page.tokens), code),
        date_orders=infer_date_orders([*dates, *lines], _usual_orders(country, marks)),
    )


def _country(signs: CountrySigns, currency: str | None = None) -> str | None:
    """The likeliest country; of equally likely ones the first that pays in the page's currency,
    or the first if they all share one."""
    likeliest = signs.likeliest()
    paid_in = {countries()[code].currency for code in likeliest}
    if len(paid_in) > 1:
        likeliest = [code for code in likeliest if countries()[code].currency == currency]
    return likeliest[0] if likeliest else None


def _country_field(country: str, signs: CountrySigns) -> Field[str]:
    """The country, with the text of its first sign; surer the more its signs weigh against those
    of the next likely country."""
    lead = signs.lead(country, countries())
    return Field[str](
        value=country,
        text=signs.first.get(country, ""),
        confidence=_COUNTRY_CONFIDENCE[min(lead, len(_COUNTRY_CONFIDENCE) - 1)],
        boxes=[],
    )


def _usual_orders(country: str | None, marks: Iterable[Currencies]) -> OrderWeights:
    if country is not None:
        return {DateOrder(one): w for one, w in countries()[country].date_orders.items()}
    dollars = currencies.currencies_of_signs()["$"]
    return ANYWHERE_WITH_DOLLARS if dollars in marks else ANYWHERE


def _users(codes: Iterable[str]) -> list[str]:
    """The countries that pay in one of these."""
    return [one.code for one in countries().values() if one.currency in codes]


def _is_beside_number(page: Page, index: int) -> bool:
    """Whether the token, or its neighbour on the line, contains a digit."""
    line = page.tokens[index].line
    near = page.tokens[max(0, index - 1) : index + 2]
    return any(token.line == line and re.search(r"\d", token.text) for token in near)


def _marks(page: Page) -> dict[Currencies, list[int]]:
    """The currencies that a sign may mean to the tokens that print it, one that stands beside a
    number several times."""
    found: dict[Currencies, list[int]] = {}
    for index, token in enumerate(page.tokens):
        for name in _SYMBOL.findall(token.text):
            votes = _BESIDE_NUMBER if _is_beside_number(page, index) else 1
            found.setdefault(currencies.currencies_of_signs()[name], []).extend([index] * votes)
    return found


def _currency(
    page: Page, marks: Mapping[Currencies, Sequence[int]], signs: CountrySigns
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
    meant, indices = max(marks.items(), key=lambda entry: len(entry[1]))
    code, certainty = _likeliest(meant, signs) if len(meant) > 1 else (meant[0], 1.0)
    token = page.tokens[indices[0]]
    share = len(indices) / sum(map(len, marks.values()))
    return Field[str](
        value=code,
        text=token.text,
        confidence=min(1.0, share * certainty * token.confidence),
        boxes=[token.box.as_tuple()],
    )


def _likeliest(codes: Currencies, signs: CountrySigns) -> tuple[str, float]:
    """Which of the currencies the page means, and how certain that is. Where equally much speaks
    for several, or nothing for any, it is the first."""
    users = _users(codes)
    likeliest = signs.likeliest(users)
    if not likeliest:
        return codes[0], _DERIVED_CONFIDENCE
    country = likeliest[0]
    lead = signs.lead(country, users)
    certainty = 1.0 if lead >= LIKELY else _LIKELY_CONFIDENCE if lead else _DERIVED_CONFIDENCE
    return countries()[country].currency, certainty
