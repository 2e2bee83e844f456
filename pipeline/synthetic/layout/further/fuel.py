"""Fuel slips: pump, grade, volume and price per litre or gallon around the amount.

The grade is ``item_description``, the volume with its unit ``item_quantity``; numbers of pumps and
``€/L`` on its own have no label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.content.prices import format_amount
from pipeline.synthetic.content.sale import Item
from pipeline.synthetic.layout.item_lines import PrintedItem
from pipeline.synthetic.layout.line_patterns import line_word, pattern_cells
from pipeline.synthetic.layout.rows import Part, Row, left, plain, right
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till


def fuel_rows(till: Till, sections: Sections) -> Sections:
    """The fuel as the first item in one of the arrangements, with lines of the pump around it."""
    if not till.sale.is_pumped:
        return sections
    arrange = till.rng.choices([*_ARRANGEMENTS], [*_ARRANGEMENTS.values()])[0]
    known = lines("fuel_lines", till.country.language)
    around = [
        Row(tuple(pattern_cells(till, pattern, {}, {})))
        for pattern in till.rng.sample(known, k=till.rng.choice([0, 0, 1, 2]))
    ]
    fuel = till.sale.items[0]
    printed = PrintedItem(fuel, (*around, *arrange(till, fuel)))
    return replace(sections, heads=(), items=(printed, *sections.items[1:]))


def _listed(till: Till, fuel: Item) -> Iterator[Row]:
    """``Pump: 3``, ``Grade: DIESEL``, ``Volume: 32.45 L``, ``Price/L: 1.659``, each on its line."""
    at_edge, colon = till.chance(0.6), till.rng.choice([":", ":", "", " :"])
    pairs = [
        (line_word(till, "pump"), plain(_pump_number(till))),
        (line_word(till, "grade"), _grade(till, fuel)),
        (_word(till, "volume"), _volume(till, fuel)),
        (_word(till, "unit_rate"), _rate(till, fuel)),
        (line_word(till, "fuel_total"), _amount(till, fuel)),
    ]
    for key, value in pairs[till.chance(0.2) :]:
        name = plain(key + colon)
        yield Row((left(name), right(value)) if at_edge else (left(name, value),))


def _compact(till: Till, fuel: Item) -> Iterator[Row]:
    """``PUMP 03 DIESEL   53,83`` over ``32,45 L x 1,659 €/L``"""
    pump = plain(f"{line_word(till, 'pump')} {_pump_number(till)}")
    first = [_grade(till, fuel), pump] if till.chance(0.5) else [pump, _grade(till, fuel)]
    between = [plain(till.rng.choice(["x", "X", "*", "@", "à"]))] if till.chance(0.6) else []
    tail = [plain(_per_unit(till))] if till.chance(0.7) else []
    rate = _rate(till, fuel, with_unit=not tail)
    below = left(_volume(till, fuel), *between, rate, *tail)
    amount = right(_amount(till, fuel))
    if till.chance(0.6):
        yield Row((left(*first), amount))
        yield Row((below,))
    else:
        yield Row((left(*first),))
        yield Row((below, amount))


def _in_columns(till: Till, fuel: Item) -> Iterator[Row]:
    """Headings over grade, volume, price and amount, the number of the pump in front."""
    places = (0.45, 0.7, 1.0)
    words = (_word(till, "volume"), _word(till, "unit_rate"), line_word(till, "fuel_total"))
    heads = [right(plain(word), at=at) for word, at in zip(words, places, strict=True)]
    values = (_volume(till, fuel), _rate(till, fuel), _amount(till, fuel))
    cells = [right(value, at=at) for value, at in zip(values, places, strict=True)]
    if till.chance(0.5):
        yield Row((left(plain(line_word(till, "pump")), plain(_pump_number(till))),))
    if till.chance(0.5):
        yield Row((left(_grade(till, fuel)),))
        yield Row(tuple(heads))
        yield Row(tuple(cells))
    else:
        yield Row((left(plain(line_word(till, "grade"))), *heads))
        yield Row((left(_grade(till, fuel)), *cells))


_ARRANGEMENTS: dict[Callable[[Till, Item], Iterator[Row]], float] = {
    _listed: 3,
    _compact: 4,
    _in_columns: 2,
}


def _word(till: Till, key: str) -> str:
    """The key word of a volume or price, of gallons where these are sold."""
    return line_word(till, f"{key}_gallons" if till.country.gallons else key)


def _pump_number(till: Till) -> str:
    number = till.rng.randrange(1, 17)
    return till.rng.choice([f"{number}", f"{number:02}"])


def _grade(till: Till, fuel: Item) -> Part:
    return Part(till.style.apply(fuel.description), "item_description")


def _volume(till: Till, fuel: Item) -> Part:
    digits = f"{fuel.quantity:f}".replace(".", till.country.decimal)
    return Part(f"{digits}{fuel.unit}", "item_quantity")


def _rate(till: Till, fuel: Item, with_unit: bool = True) -> Part:
    """The price of one unit with all its decimals, sometimes with the currency or, ``with_unit``,
    with that per unit joined."""
    decimals = -int(fuel.unit_price.as_tuple().exponent)
    text = format_amount(fuel.unit_price, till.country, decimals)
    forms = [text, text, f"{till.style.mark_before}{text}{till.style.mark_after}"]
    if with_unit:
        forms.append(f"{text}{_per_unit(till)}")
    return Part(till.rng.choice(forms), "item_unit_price")


def _per_unit(till: Till) -> str:
    """``€/L`` or the like."""
    signs = [sign.strip() for sign in (*till.country.before, *till.country.after) if sign.strip()]
    unit = till.rng.choice(["G", "GAL", "gal"] if till.country.gallons else ["L", "l", "L", "LT"])
    return f"{till.rng.choice([*signs, till.country.currency, ''])}/{unit}"


def _amount(till: Till, fuel: Item) -> Part:
    return till.amount(fuel.total, "item_total", till.style.marks_items or till.chance(0.3))
