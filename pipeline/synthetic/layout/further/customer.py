"""The customer's block: name, tax number, address and phone that are not the merchant's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.content.firms import draw_firm
from pipeline.synthetic.content.merchants import draw_address, fill
from pipeline.synthetic.content.people import given_name, surname
from pipeline.synthetic.content.tax_ids import draw_tax_id
from pipeline.synthetic.layout.line_patterns import line_word, pattern_cells
from pipeline.synthetic.layout.rows import Row, left, plain
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till


def customer_block(till: Till, sections: Sections) -> Sections:
    """The block among the numbers, below the header, below the sums or in the footer."""
    rows = tuple(_block(till)) if till.chance(0.7) else (_tax_number(till, is_bare=False),)
    place = till.rng.random()
    if place < 0.3:
        return replace(sections, reference=(*rows, *sections.reference))
    if place < 0.6:
        return replace(sections, reference=(*sections.reference, *rows))
    if place < 0.8:
        return replace(sections, header=(*sections.header, *rows))
    if place < 0.9:
        return replace(sections, summary=(*sections.summary, *rows))
    return replace(sections, footer=(*rows, *sections.footer))


def _block(till: Till) -> Iterator[Row]:
    """The customer's name, announced, and more about them."""
    rng, country = till.rng, till.country
    person = f"{given_name(rng, country.locale)} {surname(rng, country.locale)}"
    name = till.style.apply(draw_firm(rng, country) if till.chance(0.5) else person)
    key = till.word("customer") + rng.choice([":", ":", " :", ""])
    yield from [_line(f"{key} {name}")] if till.chance(0.6) else [_line(key), _line(name)]
    more = []
    if till.chance(0.65):
        more.append([_tax_number(till, is_bare=till.chance(0.5))])
    if till.chance(0.6):
        more.append([_line(till.style.apply(line)) for line in draw_address(rng, country)])
    if till.chance(0.2):
        more.append([_line(f"{till.word('phone')} {fill(rng, rng.choice(country.phones))}")])
    if till.chance(0.4):
        pattern = rng.choice(lines("customer_lines", country.language))
        more.append([Row(tuple(pattern_cells(till, pattern, {}, {})))])
    if till.chance(0.3):
        rng.shuffle(more)
    for rows in more:
        yield from rows


def _tax_number(till: Till, is_bare: bool) -> Row:
    """The customer's tax number; a bare key word, which only the block makes the customer's, does
    not say whose it is."""
    key = till.word("tax_id") if is_bare else line_word(till, "customer_tax")
    number = draw_tax_id(till.rng, till.country) or till.digits(8, 10)
    return _line(f"{key}{till.rng.choice([':', ':', ' :', ''])} {number}")


def _line(text: str) -> Row:
    return Row((left(plain(text)),))
