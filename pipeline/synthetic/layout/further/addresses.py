"""Two addresses: the shop's, which is labelled, and that of the head office, which is not."""

from __future__ import annotations

from dataclasses import replace

from pipeline.synthetic.layout.line_patterns import line_word
from pipeline.synthetic.layout.rows import Row, plain
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till


def head_office_rows(till: Till, sections: Sections) -> Sections:
    """The head office above or below the shop's address, or in the footer."""
    header = sections.header
    places = [n for n, row in enumerate(header) if "merchant_address" in row.labels]
    if not till.merchant.head_office or not places:
        return sections
    above, below = header[: places[0]], header[places[-1] + 1 :]
    shop = header[places[0] : places[-1] + 1]
    if till.chance(0.6):
        shop = (*_announced(till, shop[0]), *shop[1:])
    office = _office(till)
    place = till.rng.random()
    if place < 0.4:
        return replace(sections, header=(*above, *office, *shop, *below))
    if place < 0.8:
        return replace(sections, header=(*above, *shop, *office, *below))
    return replace(sections, header=(*above, *shop, *below), footer=(*office, *sections.footer))


def _announced(till: Till, row: Row) -> tuple[Row, ...]:
    """The first row of the shop's address with a key word before or above it."""
    key = plain(line_word(till, "shop") + till.rng.choice([":", ":", " :", " -", ""]))
    first, *others = row.cells
    if till.chance(0.35):
        return Row((till.header_cell(key),)), row
    return (replace(row, cells=(replace(first, parts=(key, *first.parts)), *others)),)


def _office(till: Till) -> tuple[Row, ...]:
    """The head office's address with its key word beside or above it, on one line or several."""
    key = line_word(till, "head_office") + till.rng.choice([":", ":", ":", " :", " -", ""])
    lines = [till.style.apply(line) for line in till.merchant.head_office]
    form = till.rng.random()
    if form < 0.35:
        lines = [f"{key} {', '.join(line.rstrip(',') for line in lines)}"]
    elif form < 0.75:
        lines[0] = f"{key} {lines[0]}"
    else:
        lines = [key, *lines]
    return tuple(till.plain_row(line) for line in lines)
