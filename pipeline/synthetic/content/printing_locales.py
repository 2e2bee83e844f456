"""How the tills of each locale print money, dates, phones, addresses and key words.

The section ``printing`` of a country's file holds their habits, ``languages/LANGUAGE.yaml`` the key
words. Lists are texts parted by ``|``; what is common stands in them often.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

import yaml

from pipeline.world import countries as world
from pipeline.world import files as world_files
from pipeline.world.files import choices
from pipeline.world.languages import Words, language

_FOLDER = files("pipeline.synthetic.content")


@dataclass(frozen=True, slots=True)
class PrintingLocale:
    """What the tills of one language and country print, such as ``de_CH``.

    Attributes:
        country: its ISO 3166 code.
        share: how often it is drawn, against 1 of most countries.
        words: key words by what they name.
        decimals: of a price; 0 where coins are no longer counted.
        scale: a typical price, in units of the currency, against one of 1 dollar.
        before, after: spellings of the currency before or after an amount; "" is none.
        dates, times: ``strftime`` patterns.
        phones, postcodes, numbers, register: patterns in which ``#`` is a digit and ``@``
            a capital letter.
        tax_ids: patterns of tax numbers; their check digits are made right.
        addresses: patterns of ``{n} {street} {city}`` and so on; ``/`` ends a line.
        legal: what follows a firm's name; ``legal_first`` what stands before it.
        owners: lines that name the owner.
        split_tax: taxes that share a rate, such as India's CGST and SGST.
        tax_letters: what tax tables and items call the rates.
        included: whether prices hold the tax already; ``added`` is the share of tills
            that add it all the same, ``untaxed`` of those that print none.
        rounds: the step to which totals are rounded, 0 for none.
        rate_names: patterns of ``{rate}`` in tax tables; () for letter and rate.
        card_is_total: whether the amount beside a card's name is labelled as a total.
        firm_is_name: of a brand and the firm behind it, the firm is labelled as the name.
        name_capitals: the share of merchants' names in capitals.
        title_addresses: the share of addresses in which each word has a capital.
        with_cents: the share of merchants that print decimals, in English number format, though
            the country's prices have none.
        bare_points: the share of tills that print ``.50`` for ``0.50``.
        fuel_price: a typical one, of a litre or gallon, against ``scale``; ``gallons``: pumps count
            these.
        tips, slips, tse, tabled: the shares of receipts with a tip, a card slip, a till's
            signature, a tax table.
    """

    locale: str
    country: str
    currency: str
    language: str
    share: float
    words: Words
    decimal: str
    group: str
    other_group: str
    decimals: int
    scale: Decimal
    before: tuple[str, ...]
    after: tuple[str, ...]
    dates: tuple[str, ...]
    times: tuple[str, ...]
    phones: tuple[str, ...]
    postcodes: tuple[str, ...]
    states: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[str, ...]
    areas: tuple[str, ...]
    numbers: tuple[str, ...]
    tax_ids: tuple[str, ...]
    addresses: tuple[str, ...]
    legal: tuple[str, ...]
    legal_first: tuple[str, ...]
    owners: tuple[str, ...]
    register: tuple[str, ...]
    tax_names: tuple[str, ...]
    tax_rates: tuple[str, ...]
    tax_codes: tuple[str, ...]
    tax_letters: tuple[str, ...]
    split_tax: tuple[str, ...]
    included: bool
    added: float
    untaxed: float
    rounds: Decimal
    tips: float
    slips: float
    tse: float
    tabled: float
    rate_names: tuple[str, ...]
    card_is_total: bool
    firm_is_name: bool
    name_capitals: float
    title_addresses: float
    with_cents: float
    bare_points: float
    fuel_price: float
    gallons: bool


DEFAULTS: Mapping[str, Any] = {
    "share": 1.0,
    "numbers": "#|##|###|##-##|#A",
    "tax_codes": "A|B|T|*|F|N|X|A*|E|S|1|2|TX",
    "tax_letters": "A|B|C",
    "added": 0.05,
    "untaxed": 0.2,
    "rounds": 0,
    "tse": 0.0,
    "tabled": 0.5,
    "other_group": "",
    "card_is_total": False,
    "firm_is_name": False,
    "name_capitals": 0.45,
    "title_addresses": 0.0,
    "with_cents": 0.0,
    "bare_points": 0.0,
    "fuel_price": 1.75,
    "gallons": False,
    **dict.fromkeys("tax_ids legal_first owners register split_tax rate_names".split(), ""),
}
_LISTS = (
    "before after dates times phones postcodes states streets cities areas numbers addresses "
    "tax_ids legal_first owners register tax_codes tax_letters split_tax rate_names"
).split()
# What the printer takes from the country itself.
_FACTS = "currency decimal group decimals tax_names tax_rates legal".split()
REQUIRED = (
    "scale before after dates times phones postcodes states streets cities areas addresses "
    "included tips slips"
).split()


def read_yaml(path: str) -> dict[str, Any]:
    """A word list of this package."""
    content: dict[str, Any] = yaml.safe_load(_FOLDER.joinpath(path).read_text(encoding="utf-8"))
    return content


_MONEY = {"EUR": ("EUR", "€", "Eur", "EURO", "EUROS"), "BRL": ("R$",), "MYR": ("RM",)}
_MONEY |= {code: (code,) for code in ("CHF", "MXN", "PLN", "SEK", "DKK", "USD")}


def _without_foreign_money(variants: tuple[str, ...], currency: str) -> tuple[str, ...]:
    """Drop key words with another country's currency: no ``Summe EUR`` in Switzerland."""
    foreign = {sign for code, signs in _MONEY.items() if code != currency for sign in signs}
    kept = tuple(text for text in variants if not foreign & set(re.split(r"[ ()\[\]]", text)))
    return kept or variants


def _printing_locale(country: world.Country, locale: str) -> PrintingLocale:
    printing = country.printing[locale]
    where = f"countries/{country.code}.yaml: printing: {locale}"
    world_files.check_keys(where, printing, {"language", *REQUIRED, *DEFAULTS}, REQUIRED)
    habits = {"language": locale.partition("_")[0], **DEFAULTS, **printing}
    lists = {key: choices(habits[key]) for key in _LISTS}
    words = {
        key: _without_foreign_money(variants, country.currency)
        for key, variants in language(habits["language"]).printing.items()
    }
    if country.tax_names:
        words["tax"] = country.tax_names
    for key in ("before", "after"):
        lists[key] = lists[key] or ("",)
    facts = {key: getattr(country, key) for key in _FACTS}
    numbers = {key: Decimal(str(habits[key])) for key in ("scale", "rounds")}
    return PrintingLocale(
        **{**habits, **lists, **facts, **numbers},
        locale=locale,
        country=country.code,
        words=words,
    )


PRINTING_LOCALES: Mapping[str, PrintingLocale] = {
    locale: _printing_locale(world.countries()[code], locale)
    for locale, code in sorted(
        (locale, country.code)
        for country in world.countries().values()
        for locale in country.printing
    )
}
