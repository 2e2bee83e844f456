"""Generate the lines of a ticket that say what was paid for: zone, entry and exit, from and to...

Times of entry and exit, numbers of machines, seats and plates, distances and weights are ``O``; the
date is ``date`` wherever it stands.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from pipeline.synthetic.content.tickets import TICKETS
from pipeline.synthetic.layout.line_patterns import draw_plate, pattern_cells
from pipeline.synthetic.layout.rows import Part, Row, centre
from pipeline.synthetic.layout.till import Till


def describing_rows(till: Till) -> Iterator[Row]:
    """Some of the lines that tickets of this trade have."""
    known = till.country.words[TICKETS[till.kind].lines]
    count = min(len(known), till.rng.choice([0, 1, 2, 2, 3, 3, 4, 5, 7]))
    values = _values(till)
    day = {"day": Part(till.date_text, "date")}
    is_centred, has_edges = till.chance(0.25), till.chance(0.25)
    for pattern in till.rng.sample(known, k=count):
        cells = pattern_cells(till, pattern, day, values, has_edges)
        if is_centred:
            cells = [centre(*(part for cell in cells for part in cell.parts))]
        yield Row(tuple(cells))


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
        "plate": draw_plate(till),
        "name": till.person(),
    }


def _duration(rng: random.Random, minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    forms = [f"{hours}:{rest:02}", f"{hours:02}:{rest:02}", f"{hours} h {rest:02} min"]
    return rng.choice(forms)
