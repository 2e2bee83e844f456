"""Firms behind trading names: the legal name that receipts print above or below them."""

from __future__ import annotations

import random
from dataclasses import replace

from pipeline.synthetic.content.catalog import activities, firm_names, first_names, runners
from pipeline.synthetic.content.merchants import fill, name_lines
from pipeline.synthetic.content.people import given_name, surname
from pipeline.synthetic.content.printing_locales import PrintingLocale
from pipeline.synthetic.content.receipt_content import ReceiptContent


def with_firm(content: ReceiptContent, rng: random.Random) -> ReceiptContent:
    """The content with the merchant's legal name on a line of its own, above or below its trading
    name.

    The trading name is the merchant's name, or, where ``firm_is_name``, the firm. It stays as it is
    if no name is printed, or a line stands beside it already.
    """
    merchant, country = content.merchant, content.country
    if not merchant.name_lines or merchant.owner or merchant.heading:
        return content
    name = _without_form(" ".join(merchant.name_lines), country)
    firm = draw_firm(rng, country, name)
    is_above = rng.random() < 0.3
    if country.firm_is_name:
        printed, beside = firm, name
    else:
        printed, beside = name, rng.choice(runners(country.language)).format(firm=firm)
    lines = merchant.name_lines if printed == " ".join(merchant.name_lines) else None
    merchant = replace(merchant, name_lines=lines or name_lines(rng, printed))
    if is_above:
        return replace(content, merchant=replace(merchant, heading=beside))
    return replace(content, merchant=replace(merchant, owner=beside))


def draw_firm(rng: random.Random, country: PrintingLocale, name: str = "") -> str:
    """A firm's name with its legal form, perhaps made of the trading ``name``."""
    forms = [form for form in country.legal if form and not set(form) & set("{&")]
    first = rng.choice(first_names(country.language))
    firm = rng.choice(firm_names(country.language)).format(
        name=name or first,
        first=first,
        initials=fill(rng, rng.choice(["@@", "@@@", "@.@.", "@&@"])),
        activity=rng.choice(activities(country.language)),
        person=surname(rng, country.locale),
        other=surname(rng, country.locale),
        given=given_name(rng, country.locale),
        legal=rng.choice(forms or ["Ltd"]),
    )
    return firm.upper() if rng.random() < country.name_capitals else firm


def _without_form(name: str, country: PrintingLocale) -> str:
    """A merchant's name without the legal form at its end."""
    for form in sorted(filter(None, country.legal), key=len, reverse=True):
        shorter = name.upper().removesuffix(f" {form.upper()}")
        if shorter and len(shorter) < len(name):
            return name[: len(shorter)].rstrip(" ,-")
    return name
