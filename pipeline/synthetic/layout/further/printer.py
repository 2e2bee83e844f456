"""Print a receipt with lines that only some tills print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pipeline.synthetic.layout.further.addresses import head_office_rows
from pipeline.synthetic.layout.further.around import lines_around
from pipeline.synthetic.layout.further.card_slips import card_slip
from pipeline.synthetic.layout.further.customer import customer_block
from pipeline.synthetic.layout.further.departments import department_rows
from pipeline.synthetic.layout.further.firm import firm_elsewhere
from pipeline.synthetic.layout.further.fuel import fuel_rows
from pipeline.synthetic.layout.further.item_rates import rates_beside_names
from pipeline.synthetic.layout.further.loyalty import (
    payment_without_amount,
    points_lines,
    savings_row,
)
from pipeline.synthetic.layout.further.rate_tables import rate_table
from pipeline.synthetic.layout.receipt_rows import PrintedReceipt, joined, sections_of
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till

_Change = Callable[[Till, Sections], Sections]
_CHANGES: Mapping[_Change, float] = {
    firm_elsewhere: 0.4,
    head_office_rows: 1,
    lines_around: 0.6,
    fuel_rows: 1,
    rate_table: 1,
    rates_beside_names: 1,
    department_rows: 0.5,
    card_slip: 0.4,
    payment_without_amount: 0.7,
    savings_row: 0.2,
    points_lines: 0.25,
    customer_block: 0.3,
}
"""Each with the share of receipts that it is tried on; some also ask what the content has."""


def print_further(till: Till) -> PrintedReceipt:
    """The sections that all receipts have, with some of the changes."""
    if till.sale.is_by_rate:
        till.style = replace(till.style, flags=till.chance(0.7))
    sections = sections_of(till)
    for change, share in _CHANGES.items():
        if till.chance(share):
            sections = change(till, sections)
    return joined(till, sections)
