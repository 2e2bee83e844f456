"""Invented merchants: names, addresses, phones."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pipeline.data.synthetic.catalog import FIRST, SECOND
from pipeline.data.synthetic.locales import Country


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant as its receipts print it; ``phone`` and ``registration`` may be empty."""

    name_lines: tuple[str, ...]
    address_lines: tuple[str, ...]
    phone: str
    registration: str


def draw_merchant(rng: random.Random, country: Country, kind: str) -> Merchant:
    """A merchant of this trade in this country."""
    name = f"{rng.choice(FIRST)} {rng.choice(SECOND[kind])}"
    if rng.random() < 0.2:
        name = f"{rng.choice(FIRST)} {name}"
    if legal := rng.choice(country.legal):
        name = f"{name} {legal}"
    name = name.upper() if rng.random() < 0.5 else name
    phone = fill(rng, rng.choice(country.phones)) if rng.random() < 0.7 else ""
    registered = country.locale == "en_MY" and rng.random() < 0.8
    registration = (
        f"({rng.randrange(10**5, 10**7)}-{rng.choice('ADHKMPTVWX')})" if registered else ""
    )
    return Merchant(_name_lines(rng, name), _address(rng, country), phone, registration)


def fill(rng: random.Random, pattern: str) -> str:
    """A pattern with its ``#`` made digits and its ``@`` capital letters."""
    drawn = (
        str(rng.randrange(10)) if c == "#" else rng.choice("ABCEGHKLMNPRSTVWY") if c == "@" else c
        for c in pattern
    )
    return "".join(drawn)


def _name_lines(rng: random.Random, name: str) -> tuple[str, ...]:
    words = name.split()
    if len(words) > 2 and rng.random() < 0.25:
        cut = rng.randint(1, len(words) - 1)
        return " ".join(words[:cut]), " ".join(words[cut:])
    return (name,)


def _address(rng: random.Random, country: Country) -> tuple[str, ...]:
    if rng.random() < 0.1:
        return ()
    number, street, city = (
        rng.randrange(1, 999),
        rng.choice(country.streets),
        rng.choice(country.cities),
    )
    postcode = fill(rng, rng.choice(country.postcodes))
    if country.locale == "en_MY":
        number_text = rng.choice(
            [f"NO. {number},", f"NO {number}-G,", f"LOT {number},", f"{number},"]
        )
        lines = [
            f"{number_text} {street},",
            f"{rng.choice(['TAMAN DESA,', 'BANDAR BARU,', 'SEKSYEN 7,'])}",
            f"{postcode} {city}",
        ]
    elif country.locale in ("de_DE", "it_IT", "nl_NL", "es_ES"):
        lines = [f"{street} {number}", f"{postcode} {city}"]
    elif country.locale == "fr_FR":
        lines = [f"{number} {street}", f"{postcode} {city}"]
    else:
        lines = [f"{number} {street}", f"{city} {postcode}"]
    style = rng.random()
    if style < 0.2:
        lines = [" ".join(lines)]
    if style > 0.85:
        lines = [line.upper() for line in lines]
    return tuple(lines)
