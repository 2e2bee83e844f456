"""Brands by name: their trades and the countries they trade in.

``brands.txt`` is written by ``scripts/write_brands``. It is read when first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.accents import plain_capitals

BRANDS_FILE = Path(__file__).with_name("brands.txt")
EVERYWHERE = "*"

_SIGNS = re.compile(r"[\W_]+")
_AND = re.compile("[&+]")


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand in one trade.

    Attributes:
        name: in Latin letters if it has such a name.
        names: those that its tills may print, ``name`` first.
        other_names: further ones that it is known by.
        trade: a key of ``trades()``.
        countries: codes of ISO 3166, or ``*`` and, with ``-`` before them, those left out.
    """

    name: str
    names: tuple[str, ...]
    other_names: tuple[str, ...]
    trade: str
    countries: frozenset[str]

    def is_in(self, country: str) -> bool:
        """Whether it trades in the country."""
        if EVERYWHERE in self.countries:
            return f"-{country}" not in self.countries
        return country in self.countries


def name_key(name: str) -> str:
    """What names are compared by: capitals without accents, spaces and signs."""
    spelt_out = _AND.sub("and", name) if "&" in name or "+" in name else name
    return _SIGNS.sub("", spelt_out.upper() if spelt_out.isascii() else plain_capitals(spelt_out))


@cache
def brands() -> tuple[Brand, ...]:
    """All brands; one of several trades is there for each."""
    return tuple(_read(BRANDS_FILE.read_text(encoding="utf-8")))


def _read(text: str) -> Iterator[Brand]:
    trade = ""
    for line in text.splitlines():
        if "\t" not in line:
            trade = line
        else:
            name, names, others, countries = line.split("\t")
            yield Brand(
                name,
                (name, *filter(None, names.split("|"))),
                tuple(filter(None, others.split("|"))),
                trade,
                frozenset(countries.split(" ")),
            )


@cache
def brands_by_key() -> Mapping[str, tuple[Brand, ...]]:
    """Brands by the key of each of their names; those that are called so themselves, not only by
    another name, where there are any."""
    own: dict[str, list[Brand]] = {}
    other: dict[str, list[Brand]] = {}
    for brand in brands():
        for names, found in ((brand.names, own), (brand.other_names, other)):
            for key in dict.fromkeys(map(name_key, names)):
                found.setdefault(key, []).append(brand)
    return {key: tuple(found) for key, found in (other | own).items()}
