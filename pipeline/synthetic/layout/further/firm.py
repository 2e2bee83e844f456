"""The firm behind the name, further down than the line below the name."""

from __future__ import annotations

from dataclasses import replace

from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till


def firm_elsewhere(till: Till, sections: Sections) -> Sections:
    """The firm's line above the tax number, below the header, or in the footer, there perhaps with
    the tax number."""
    owner, header = till.merchant.owner, sections.header
    places = [n for n, row in enumerate(header) if row.text == owner and not row.labels]
    if till.country.firm_is_name or not places:
        return sections
    row, rest = header[places[0]], (*header[: places[0]], *header[places[0] + 1 :])
    taxes = [n for n, one in enumerate(rest) if one.labels == {"merchant_tax_id"}]
    place = till.rng.random()
    if place < 0.3:
        moved = [row]
        if len(taxes) == 1 and till.chance(0.5):
            moved.append(rest[taxes[0]])
            rest = (*rest[: taxes[0]], *rest[taxes[0] + 1 :])
        return replace(sections, header=rest, footer=(*moved, *sections.footer))
    at = taxes[0] if taxes and place < 0.7 else len(rest)
    return replace(sections, header=(*rest[:at], row, *rest[at:]))
