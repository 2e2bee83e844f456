"""Infer the country of a page from its signs: phrases, places, dates, web and phone numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from pipeline.accents import plain_capitals
from pipeline.assembly.values.dates import DateOrder, numeric_dates
from pipeline.world.countries import CERTAIN, LIKELY, SLIGHT, Country, countries
from pipeline.world.tax_numbers import valid_numbers

_LONGEST = 5  # words of a phrase
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ABBREVIATED = re.compile(r"(?<![^\W\d_])([A-Z])\.|['’`´]")  # S.A. is SA, S'pore is SPORE
_SECOND_LEVEL = re.compile(r"\.(?:COM?|NET|ORG|GOB|EDU)\.")
_WEB = re.compile(
    r"(?:\bWWW\.|//|@)[\w.-]*\.([A-Z]{2})(?![\w.-])"
    rf"|\b[\w-]+{_SECOND_LEVEL.pattern}([A-Z]{{2}})(?![\w.-])"
)
_DOMAIN_OF = {"UK": "GB"}  # where it is not the country's code
_USED_ELSEWHERE = frozenset(("CO",))  # for companies of any country; `com.co` is Colombia's
_DIALLED = re.compile(r"\+\s?\(?(\d{1,3})(?=[\s()-]*\d)")
_MONTH_FIRST_DATE = "12/25"  # what such a date counts as, once on a page
_PRICE = re.compile(r"\d[.,]\d{2}(?![\d.])")
# Streets are called after cities.
_STREET = re.compile(
    r"(?:ST|STREET|RD|ROAD|AVE?|AVENUE|DR|DRIVE|LN|LANE|BLVD|WAY|HWY|HIGHWAY|PL|PLACE|SQ|SQUARE"
    r"|PDE|PARADE|CRES|CRESCENT|CT|COURT|TCE|TERRACE|QUAY)"
)


@dataclass(frozen=True, slots=True)
class CountrySigns:
    """The signs of each country on a page.

    Attributes:
        weights: sum of the strengths of each country's signs.
        first: the text of a country's first sign on the page.
    """

    weights: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def likeliest(self, among: Iterable[str] | None = None) -> list[str]:
        """The countries with the most weight, several on a tie; of these or of all."""
        asked = set(countries() if among is None else among) & self.weights.keys()
        most = max((self.weights[code] for code in asked), default=0)
        return [code for code in countries() if code in asked and self.weights[code] == most]

    def lead(self, country: str, among: Iterable[str]) -> int:
        """The country's weight less that of the next likely of these."""
        others = [self.weights[code] for code in among if code != country]
        return self.weights[country] - max(others, default=0)


def country_signs(lines: Iterable[str]) -> CountrySigns:
    """The signs on all lines. A text that is repeated counts once, and each line counts with the
    strongest of a country's signs."""
    found = CountrySigns()
    seen: set[tuple[str, str]] = set()
    for line in lines:
        strongest: dict[str, int] = {}
        for country, strength, text in _signs(line):
            if (country, text) not in seen:
                seen.add((country, text))
                strongest[country] = max(strength, strongest.get(country, 0))
                found.first.setdefault(country, text)
        found.weights.update(strongest)
    return found


def _signs(line: str) -> Iterator[tuple[str, int, str]]:
    """Country, strength and text of each sign."""
    plain = plain_capitals(line)
    for country in countries().values():
        for pattern, strength in country.patterns:
            if match := pattern.search(plain):
                yield country.code, strength, match[0].strip()
        for number in tax_numbers(plain, country):
            yield country.code, CERTAIN, number
    for match in _WEB.finditer(plain):
        domain = match[1] or match[2]
        code = _DOMAIN_OF.get(domain, domain)
        is_own = code not in _USED_ELSEWHERE or _SECOND_LEVEL.search(match[0])
        if code in countries():
            yield code, CERTAIN if is_own else SLIGHT, match[0]
    if any({*date.interpretations} == {DateOrder.MONTH_FIRST} for date in numeric_dates(line)):
        yield from ((code, SLIGHT, _MONTH_FIRST_DATE) for code in _month_first())
    for match in _DIALLED.finditer(plain):
        yield from ((code, CERTAIN, match[0]) for code in _dialled(match[1]))
    words = _WORD.findall(_ABBREVIATED.sub(r"\1", plain))
    is_priced = _PRICE.search(plain) is not None
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            text = " ".join(words[start:end])
            for code, strength in _phrases().get(text, ()):
                yield code, strength, text
            is_street = end < len(words) and _STREET.fullmatch(words[end])
            if not is_priced and not is_street:
                for code in _places().get(text, ()):
                    yield code, LIKELY, text


def tax_numbers(line: str, country: Country) -> Iterator[str]:
    """The country's tax numbers whose check digits are right."""
    for pattern, module in country.tax_numbers:
        yield from (number for number, _ in valid_numbers(pattern, module, line))


def _dialled(digits: str) -> list[str]:
    """The countries whose dialling code the number begins with."""
    return [one.code for one in countries().values() if one.dial and digits.startswith(one.dial)]


@cache
def _month_first() -> tuple[str, ...]:
    """The countries that always write the month first."""
    found = countries().values()
    return tuple(one.code for one in found if {*one.date_orders} == {DateOrder.MONTH_FIRST})


@cache
def _phrases() -> Mapping[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for country in countries().values():
        for phrase, strength in country.phrases.items():
            found.setdefault(phrase, []).append((country.code, strength))
    return found


@cache
def _places() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for country in countries().values():
        for place in country.places:
            found.setdefault(place, []).append(country.code)
    return found
