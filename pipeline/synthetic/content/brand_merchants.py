"""Real brands as merchants of drawn receipts: names as tills print them, branches, firms.

A name on a line of its own, such as ``SHELL``, is short and has no word that says what the merchant
does, unlike most invented names.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace
from functools import cache

from pipeline.synthetic.content.catalog import branches, first_names, runners, second_names
from pipeline.synthetic.content.merchants import Merchant, name_lines
from pipeline.synthetic.content.printing_locales import PrintingLocale
from pipeline.synthetic.content.receipt_content import ReceiptContent
from pipeline.world.brands import Brand, brands

_LONGEST = 32  # characters of a name; longer ones are mostly descriptions


def branded(content: ReceiptContent, rng: random.Random) -> ReceiptContent:
    """The content with a brand of the country and trade as merchant, at the same address.

    It stays as it is where there are no such brands, or no name is printed. ``rng`` should be used
    for nothing else, so that all else of the receipt is the same without brands.
    """
    known = _brands(content.country.country, content.kind)
    if not known or not content.merchant.name_lines:
        return content
    merchant = _branch(rng.choice(known), content.merchant, rng, content.country, content.kind)
    return replace(content, merchant=merchant)


def _branch(
    brand: Brand, merchant: Merchant, rng: random.Random, country: PrintingLocale, kind: str
) -> Merchant:
    """The merchant as a branch of the brand."""
    name = rng.choice([brand.name, rng.choice([one for one in brand.names if _is_printable(one)])])
    name = name if rng.random() < 0.25 else name.upper()
    known_as = replace(merchant, brand=brand.name, owner="")
    if rng.random() < 0.25:
        return _with_firm(known_as, name, rng, country)
    branch = rng.choice(branches(country.language)) if rng.random() < 0.3 else ""
    return replace(
        known_as,
        name_lines=name_lines(rng, _with_more(rng, name, country, kind)),
        branch=branch.format(n=_number(rng), city=rng.choice(country.cities)),
    )


@cache
def _brands(country: str, kind: str) -> tuple[Brand, ...]:
    """The brands of a trade in a country that can be printed, those of all countries less often."""
    known = [
        brand
        for brand in brands()
        if brand.trade == kind and brand.is_in(country) and _is_printable(brand.name)
    ]
    own = [brand for brand in known if country in brand.countries]
    return (*known, *own, *own)


def _is_printable(name: str) -> bool:
    letters = unicodedata.normalize("NFD", name)
    return len(name) <= _LONGEST and all(
        character.isascii() or unicodedata.combining(character) for character in letters
    )


def _with_more(rng: random.Random, name: str, country: PrintingLocale, kind: str) -> str:
    """The name with what is printed behind it on the same line: mostly nothing."""
    case = rng.random()
    if case < 0.72:
        return name
    if case < 0.82:
        return f"{name} {rng.choice(['#', '#', '', 'T-', 'No. '])}{_number(rng)}"
    if case < 0.9:
        return f"{name} {rng.choice(country.cities)}"
    trade = rng.choice(second_names(kind, country.language))
    return f"{name} {trade.upper() if name.isupper() else trade}"


def _number(rng: random.Random) -> str:
    """Of a branch, sometimes with zeros in front."""
    number = rng.randrange(1, 10 ** rng.randint(1, 4))
    return rng.choice([f"{number}", f"{number:04}", f"{number:03}"])


def _with_firm(
    merchant: Merchant, name: str, rng: random.Random, country: PrintingLocale
) -> Merchant:
    """The brand with the firm that it belongs to: in one name, or on a line of its own.

    On two lines one of them is the name: the brand, or, where ``firm_is_name``, the firm.
    """
    forms = [form for form in country.legal if form and "{" not in form]
    form = rng.choice(forms or ["Ltd"])
    if rng.random() < 0.4:
        return replace(merchant, name_lines=name_lines(rng, f"{name} {form}"))
    same = rng.random() < 0.5
    firm = f"{name if same else rng.choice(first_names(country.language))} {form}"
    firm = firm.upper() if rng.random() < country.name_capitals else firm
    if country.firm_is_name:
        return replace(merchant, heading=name, name_lines=name_lines(rng, firm))
    owner = rng.choice(runners(country.language)).format(firm=firm)
    return replace(merchant, name_lines=(name,), owner=owner)
