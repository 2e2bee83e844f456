"""Lines around the header: opening hours, mottos, web addresses, the firm's registration.

None has a label: times of opening are not that of the sale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.layout.line_patterns import pattern_cells
from pipeline.synthetic.layout.rows import Row
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till

# By key of the lines: the share of receipts with such lines, and how many they have.
_KINDS = {
    "mottos": (0.35, (1, 1, 1, 2)),
    "hours": (0.45, (1, 1, 2, 3)),
    "web_lines": (0.4, (1, 1, 2)),
    "firm_lines": (0.25, (1, 1, 2)),
}
_BARE_TIME = re.compile("%-?[HI][:.]%M(?: ?%p)?")  # without seconds and words
_PLACES = ("top", "name", "end", "end", "end", "foot")


def lines_around(till: Till, sections: Sections) -> Sections:
    """Some of these lines above the name, below it, below the header or in the footer."""
    values = _values(till)
    for key, (share, counts) in _KINDS.items():
        if till.chance(share):
            rows = tuple(_rows(till, key, till.rng.choice(counts), values))
            sections = _put(sections, rows, till.rng.choice(_PLACES))
    return sections


def _rows(till: Till, key: str, count: int, values: dict[str, str]) -> Iterator[Row]:
    known = lines(key, till.country.language)
    for pattern in till.rng.sample(known, k=min(count, len(known))):
        parts = [part for cell in pattern_cells(till, pattern, {}, values) for part in cell.parts]
        yield Row((till.header_cell(*parts),))


def _put(sections: Sections, rows: tuple[Row, ...], place: str) -> Sections:
    header = sections.header
    if place == "foot":
        return replace(sections, footer=(*rows, *sections.footer))
    names = [n for n, row in enumerate(header) if "merchant_name" in row.labels]
    at = len(header)
    if names and place == "top":
        at = names[0]
    elif names and place == "name":
        at = names[-1] + 1
    return replace(sections, header=(*header[:at], *rows, *header[at:]))


def _values(till: Till) -> dict[str, str]:
    """The times of opening, on ordinary days and on Sundays, and the merchant's name."""
    rng = till.rng
    form = rng.choice([*filter(_BARE_TIME.fullmatch, till.country.times), "%H:%M"])

    def clock(*hours: int) -> str:
        return datetime(2000, 1, 1, rng.choice(hours), rng.choice([0, 0, 0, 30])).strftime(form)

    return {
        "from": clock(6, 7, 8, 9, 10, 11),
        "to": clock(18, 19, 20, 21, 22, 23),
        "from2": clock(8, 9, 10, 11),
        "to2": clock(13, 14, 17, 18, 20),
        "name": " ".join(till.merchant.name_lines),
    }
