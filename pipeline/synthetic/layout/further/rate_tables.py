"""Tax tables in the columns of each country, their letters those of the items.

Labels are those of other tax tables: rate, net and tax of a row, not its letter and gross amount.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.content.sale import ZERO, Tax
from pipeline.synthetic.layout.line_patterns import line_word
from pipeline.synthetic.layout.rows import Cell, Part, Row, left, plain, right
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till

Columns = Sequence[tuple[str, str]]


def rate_table(till: Till, sections: Sections) -> Sections:
    """The table below the sums, or below the card slip, if taxes are those of the items' rates."""
    if not till.sale.is_by_rate:
        return sections
    rows = tuple(_table(till))
    if till.chance(0.7):
        return replace(sections, summary=(*sections.summary, *rows))
    return replace(sections, footer=(*rows, *sections.footer))


def _table(till: Till) -> Iterator[Row]:
    columns = _columns(till)
    if till.chance(0.4):
        yield till.plain_row(line_word(till, "tax_title"), till.rng.choice(["left", "center"]))
    if till.chance(0.9):
        heads = [Part(till.style.apply(head)) for _, head in columns]
        yield Row(tuple(_cells(heads)))
    write = _rate_writer(till)
    name = _name(till) if till.chance(0.2) else None
    for place, tax in enumerate(till.sale.taxes):
        parts = [_part(till, column, place, tax, write(tax)) for column, _ in columns]
        cells = [*_cells(parts)]
        if name and columns[0][0] == "rate":
            cells[0] = left(replace(name, row=place), *cells[0].parts)
        yield Row(tuple(cells))
    if till.chance(0.35):
        yield _sums(till, columns)


def _columns(till: Till) -> Columns:
    """Kinds of columns with their headings, as ``rate:TAXA;tax:IVA;net:INCID.`` gives them."""
    text = till.rng.choice(lines("tax_tables", till.country.language))
    pairs = (column.partition(":") for column in text.split(";"))
    return [(kind, head) for kind, _, head in pairs]


def _cells(parts: Sequence[Part]) -> Iterator[Cell]:
    """The first at the left edge, the others ending at even distances."""
    for place, part in enumerate(parts):
        if part.text:
            yield right(part, at=place / (len(parts) - 1)) if place else left(part)


def _part(till: Till, column: str, place: int, tax: Tax, rate: str) -> Part:
    match column:
        case "letter":
            letters = till.country.tax_letters
            return plain(letters[place % len(letters)])
        case "rate":
            return Part(rate, "tax_rate", row=place)
        case "net":
            return till.amount(tax.net, "tax_net", row=place)
        case "tax":
            return till.amount(tax.amount, "tax", row=place)
        case _:
            return till.amount(tax.net + tax.amount, None)


def _rate_writer(till: Till) -> Callable[[Tax], str]:
    """One of the ways to write rates: ``23%``, ``23,00%``, ``23,00``."""
    decimals = till.rng.choice([0, 0, 2, 2, 1])
    sign = till.rng.choice(["%", "%", "%", " %", ""])

    def write(tax: Tax) -> str:
        rate = Decimal(tax.rate)
        digits = f"{rate:.{decimals}f}" if round(rate, decimals) == rate else tax.rate
        return digits.replace(".", till.country.decimal) + sign

    return write


def _name(till: Till) -> Part:
    """What the tax is called in front of each rate."""
    names = [word for word in till.country.words["tax"] if not re.search(r"\d", word)]
    return Part(till.style.apply(till.rng.choice(names or ["VAT"])), "tax_name")


def _sums(till: Till, columns: Columns) -> Row:
    """The row of sums; only the tax and a total that is the receipt's have labels."""
    taxes, total = till.sale.taxes, till.sale.total
    net = sum((tax.net for tax in taxes), ZERO)
    gross = net + till.sale.tax
    amounts = {
        "net": till.amount(net, None),
        "tax": till.amount(till.sale.tax, "tax"),
        "gross": till.amount(gross, "total" if gross == total else None),
    }
    parts = [amounts.get(column, plain("")) for column, _ in columns]
    cells = [*_cells(parts)]
    if columns[0][0] in amounts:
        return Row(tuple(cells))
    return Row((left(plain(till.word("total"))), *cells))
