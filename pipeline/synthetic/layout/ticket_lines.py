"""Generate the lines of a ticket that say what was paid for: zone, entry and exit, from and to...

Times of entry and exit, numbers of machines, seats and plates, distances and weights are ``O``; the
date is ``date`` wherever it stands.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from pipeline.synthetic.content.merchants import fill
from pipeline.synthetic.content.tickets import TICKETS
from pipeline.synthetic.layout.rows import Cell, Part, Row, centre, left, plain, right
from pipeline.synthetic.layout.till import Till

_PLATES = ("@@-###-@@", "@@@ ###", "#@@@###", "@@## @@@", "@-@@ ###")
_NUMBERS = ("######", "@@########", "####-####", "@####")
_SLOT = re.compile(r"\{(\w+)\}")  # of a pattern: `{city}`


def describing_rows(till: Till) -> Iterator[Row]:
    """Some of the lines that tickets of this trade have."""
    known = till.country.words[TICKETS[till.kind].lines]
    count = min(len(known), till.rng.choice([0, 1, 2, 2, 3, 3, 4, 5, 7]))
    values = _values(till)
    is_centred, has_edges = till.chance(0.25), till.chance(0.25)
    for pattern in till.rng.sample(known, k=count):
        cells = _cells(till, pattern, values, has_edges)
        if is_centred:
            cells = [centre(*(part for cell in cells for part in cell.parts))]
        yield Row(tuple(cells))


def _cells(till: Till, pattern: str, values: Mapping[str, str], has_edges: bool) -> list[Cell]:
    """A line, its value at the right edge if the till has values there."""
    key, colon, value = pattern.partition(": ")
    if not colon:
        return [left(*_filled(till, pattern, values))]
    keys = _filled(till, key + till.rng.choice([":", ":", "", " :"]), values)
    filled = _filled(till, value, values)
    return [left(*keys), right(*filled)] if has_edges else [left(*keys, *filled)]


def _filled(till: Till, pattern: str, values: Mapping[str, str]) -> list[Part]:
    """The words of a pattern with its slots filled in; ``{day}`` is the date."""
    parts = []
    for text in filter(str.strip, re.split(r"(\{day\})", pattern)):
        if text == "{day}":
            parts.append(Part(till.date_text, "date"))
        else:
            parts.append(plain(_text(till, text, values)))
    return parts


def _text(till: Till, pattern: str, values: Mapping[str, str]) -> str:
    slots = iter(_SLOT.findall(pattern))
    text = fill(till.rng, till.style.apply(_SLOT.sub("\0", pattern)))
    return re.sub("\0", lambda _: _value(till, next(slots), values), text)


def _value(till: Till, slot: str, values: Mapping[str, str]) -> str:
    """What a slot is filled with: one of the ticket's values, or drawn anew."""
    rng, country = till.rng, till.country
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
        case _:
            return values[slot]


def _values(till: Till) -> dict[str, str]:
    """What is the same on all lines of a ticket; ``out`` is minutes before the time of the sale."""
    rng = till.rng
    minutes = rng.choice([rng.randrange(5, 60), rng.randrange(20, 600)])
    end = till.when - timedelta(minutes=rng.randrange(1, 5))
    form = rng.choice(till.country.times)
    return {
        "in": (end - timedelta(minutes=minutes)).strftime(form),
        "out": end.strftime(form),
        "stay": _duration(rng, minutes),
        "plate": fill(rng, rng.choice(_PLATES)),
        "name": till.person(),
    }


def _duration(rng: random.Random, minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    forms = [f"{hours}:{rest:02}", f"{hours:02}:{rest:02}", f"{hours} h {rest:02} min"]
    return rng.choice(forms)
