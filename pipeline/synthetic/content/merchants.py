"""Generate merchants: names, addresses, phones."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pipeline.synthetic.content.catalog import first_names, second_names
from pipeline.synthetic.content.people import surname
from pipeline.synthetic.content.printing_locales import PrintingLocale


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant as its receipts print it.

    Attributes:
        name_lines: the name; empty where only a logo shows it.
        address_lines: empty if none is printed.
        phones: the numbers printed, perhaps none.
        registration: the firm's number beside its name, or "".
        owner: a line that names the owner, or "".
        heading: a line above the name that is not part of it, or "".
        branch: a line below the name that says which branch it is, or "".
        brand: the brand that it is a branch of, or "".
        head_office: the lines of another address than the shop's, mostly none.
    """

    name_lines: tuple[str, ...]
    address_lines: tuple[str, ...]
    phones: tuple[str, ...]
    registration: str
    owner: str
    heading: str = ""
    branch: str = ""
    brand: str = ""
    head_office: tuple[str, ...] = ()


def draw_merchant(rng: random.Random, country: PrintingLocale, kind: str) -> Merchant:
    """A merchant of this trade in this country."""
    phones = tuple(
        fill(rng, rng.choice(country.phones)) for _ in range(rng.choice([0, 0, 1, 1, 1, 1, 1, 2]))
    )
    registered = country.register and rng.random() < 0.7
    owner = rng.choice(country.owners) if country.owners and rng.random() < 0.15 else ""
    return Merchant(
        _printed_name(rng, _name(rng, country, kind)),
        draw_address(rng, country),
        phones,
        fill(rng, rng.choice(country.register)) if registered else "",
        owner.format(person=surname(rng, country.locale)),
    )


def fill(rng: random.Random, pattern: str) -> str:
    """A pattern with each ``#`` replaced by a digit (the first of a run never 0) and each ``@`` by
    a capital."""
    drawn = []
    before = ""
    for character in pattern:
        if character == "#":
            lowest = 0 if before in ("#", "0") else 1
            drawn.append(str(rng.randrange(lowest, 10)))
        else:
            drawn.append(rng.choice("ABCEGHKLMNPRSTVWXY") if character == "@" else character)
        before = character
    return "".join(drawn)


def _name(rng: random.Random, country: PrintingLocale, kind: str) -> str:
    trade, other_trade = rng.choices(second_names(kind, country.language), k=2)
    first, second = rng.choices(first_names(country.language), k=2)
    person = surname(rng, country.locale)
    name = rng.choice(
        [
            f"{first} {trade}",
            f"{first} {trade}",
            f"{first} {trade}",
            f"{person} {trade}",
            f"{trade} {person}",
            f"{trade} {first}",
            f"{person} & {surname(rng, country.locale)}",
            f"{first} {second}",
            f"{person}'s {trade}" if country.language == "en" else f"{trade} {person}",
            first,
            person,
            f"{first} {person} {trade}",
            f"{trade} & {other_trade} {person}",
            f"{first}{rng.choice(['mart', 'shop', 'land', '-Markt', '24', '99'])}",
            f"{fill(rng, rng.choice(['@@', '@&@', '@.@.', '@@@']))} {trade}",
            f"{rng.randrange(2, 100)} {first} {trade}",
            f"The {first} {trade}" if country.language == "en" else f"{trade} {first}",
        ]
    )
    if legal := rng.choice(country.legal):
        name = f"{name} {legal.format(person=person)}"
    elif country.legal_first and rng.random() < 0.25:
        name = f"{rng.choice(country.legal_first)} {name}"
    if rng.random() < 0.14:
        branch = rng.choice(country.cities)
        place = rng.choice([branch, f"- {branch}", f"#{rng.randrange(1, 9999)}", f"({branch})"])
        name = f"{name} {place}"
    return name.upper() if rng.random() < country.name_capitals else name


def _printed_name(rng: random.Random, name: str) -> tuple[str, ...]:
    return () if rng.random() < 0.06 else name_lines(rng, name)


def name_lines(rng: random.Random, name: str) -> tuple[str, ...]:
    """The lines that a name is printed on, mostly one."""
    words = name.split()
    if len(words) > 2 and rng.random() < 0.25:
        cut = rng.randint(1, len(words) - 1)
        if len(words) > 4 and rng.random() < 0.3:
            return " ".join(words[:1]), " ".join(words[1:3]), " ".join(words[3:])
        return " ".join(words[:cut]), " ".join(words[cut:])
    return (name,)


def draw_address(rng: random.Random, country: PrintingLocale) -> tuple[str, ...]:
    """The lines of an address; seldom none."""
    if rng.random() < 0.1:
        return ()
    pattern = rng.choice(country.addresses)
    parts = {
        "n": _house_number(rng, country),
        "n2": str(rng.randrange(1, 30)),
        "no": fill(rng, rng.choice(country.numbers)),
        "street": rng.choice(country.streets),
        "area": rng.choice(country.areas),
        "city": rng.choice(country.cities),
        "state": rng.choice(country.states),
        "post": fill(rng, rng.choice(country.postcodes)),
    }
    lines = [line.strip().format(**parts) for line in pattern.split("/")]
    case = rng.random()
    if case < 0.25:
        lines = [line.upper() for line in lines]
    elif case > 1 - country.title_addresses:
        lines = [line.title() for line in lines]
    return tuple(lines)


def _house_number(rng: random.Random, country: PrintingLocale) -> str:
    longest = 20000 if country.language == "en" and rng.random() < 0.3 else 200
    return str(rng.randrange(1, rng.choice([20, longest])))
