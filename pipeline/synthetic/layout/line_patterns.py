"""Print lines from patterns: ``#`` is a digit, ``@`` a capital letter, ``{city}`` a slot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.content.firms import draw_firm
from pipeline.synthetic.content.merchants import fill
from pipeline.synthetic.content.people import given_name, surname
from pipeline.synthetic.content.prices import format_amount, money
from pipeline.synthetic.layout.header import site_name
from pipeline.synthetic.layout.rows import Cell, Part, left, plain, right
from pipeline.synthetic.layout.till import Till

_PLATES = ("@@-###-@@", "@@@ ###", "#@@@###", "@@## @@@", "@-@@ ###")
_NUMBERS = ("######", "@@########", "####-####", "@####")
_MASKED = ("****####", "********####", "#######", "####********####", "##########", "XXXX####")
_SLOT = re.compile(r"\{(\w+)\}")


def line_word(till: Till, key: str) -> str:
    """A key word from the lines of the till's language, in its case and alphabet."""
    return till.style.apply(till.rng.choice(lines(key, till.country.language)))


def pattern_cells(
    till: Till,
    pattern: str,
    labelled: Mapping[str, Part],
    values: Mapping[str, str],
    has_edges: bool = False,
) -> list[Cell]:
    """A line; of ``Key: value`` the value stands at the right edge if the till ``has_edges``.

    Args:
        labelled: parts with a label by the slot that they fill.
        values: texts of further slots; slots in neither are drawn anew.
    """
    key, colon, value = pattern.partition(": ")
    if not colon:
        return [left(*pattern_parts(till, pattern, labelled, values))]
    colons = till.rng.choice([":", ":", "", " :"])
    keys = pattern_parts(till, key + colons, labelled, values)
    filled = pattern_parts(till, value, labelled, values)
    return [left(*keys), right(*filled)] if has_edges else [left(*keys, *filled)]


def pattern_parts(
    till: Till, pattern: str, labelled: Mapping[str, Part], values: Mapping[str, str]
) -> list[Part]:
    """The words of a pattern with its slots filled in, as ``pattern_cells``."""
    named = {f"{{{slot}}}": part for slot, part in labelled.items()}
    pieces = re.split(f"({'|'.join(map(re.escape, named))})", pattern) if named else [pattern]
    return [
        named[piece] if piece in named else plain(_filled(till, piece, values))
        for piece in pieces
        if piece.strip()
    ]


def draw_plate(till: Till) -> str:
    """A vehicle's registration."""
    return fill(till.rng, till.rng.choice(_PLATES))


def _filled(till: Till, pattern: str, values: Mapping[str, str]) -> str:
    slots = iter(_SLOT.findall(pattern))
    text = fill(till.rng, till.style.apply(_SLOT.sub("\0", pattern)))
    return re.sub("\0", lambda _: _value(till, next(slots), values), text)


def _value(till: Till, slot: str, values: Mapping[str, str]) -> str:
    """What a slot is filled with: one of the values, or drawn anew."""
    rng, country = till.rng, till.country
    if slot in values:
        return values[slot]
    match slot:
        case "city":
            return rng.choice(country.cities)
        case "street":
            return rng.choice(country.streets)
        case "letter":
            return rng.choice("ABCDEFGHKLMP")
        case "number":
            return fill(rng, rng.choice(_NUMBERS))
        case "km":
            return f"{rng.randrange(3, 600) / 10:.1f}".replace(".", country.decimal)
        case "plate":
            return draw_plate(till)
        case "masked":
            return fill(rng, rng.choice(_MASKED))
        case "code":
            return f"{rng.getrandbits(64):016X}"
        case "currency":
            return country.currency
        case "money":
            return _some_money(till)
        case "site" | "mail":
            site = f"{site_name(till)}.{rng.choice(['com', country.country.lower()])}"
            return site if slot == "site" else f"{rng.choice(['info', 'shop', 'mail'])}@{site}"
        case "person":
            return f"{given_name(rng, country.locale)} {surname(rng, country.locale)}"
        case "firm":
            return draw_firm(rng, country)
    raise KeyError(slot)


def _some_money(till: Till) -> str:
    tenths = 0 if till.chance(0.15) else till.rng.randint(1, 400)
    value = Decimal(tenths) / 10 * till.country.scale
    amount = format_amount(money(value, till.country), till.country)
    return f"{till.style.mark_before}{amount}{till.style.mark_after}"
