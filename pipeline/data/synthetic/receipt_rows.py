"""A whole receipt as rows, from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.data.synthetic.footer import footer_rows
from pipeline.data.synthetic.header import header_rows, reference_rows
from pipeline.data.synthetic.item_lines import Printed, print_items
from pipeline.data.synthetic.rows import Row
from pipeline.data.synthetic.summary import slip_rows, suggestion_rows, summary_rows
from pipeline.data.synthetic.till import Till


@dataclass(frozen=True, slots=True)
class PrintedReceipt:
    """All rows, and which of them show which item."""

    rows: tuple[Row, ...]
    items: tuple[Printed, ...]

    @property
    def labels(self) -> frozenset[str]:
        """Every label that some row carries."""
        parts = (part for row in self.rows for cell in row.cells for part in cell.parts)
        return frozenset(part.label for part in parts if part.label)


def print_receipt(till: Till) -> PrintedReceipt:
    """Header, items, sums, card slip and footer; the reference numbers above or below."""
    header = [*header_rows(till)]
    reference = [*reference_rows(till)]
    heads, items = print_items(till)
    body = [row for printed in items for row in printed.rows]
    summary = [*summary_rows(till)]
    slip = [*slip_rows(till)]
    footer = [*suggestion_rows(till), *footer_rows(till)]
    rule = till.separator
    place = till.rng.random()
    rows = [*header]
    if place < 0.1:
        rows = [*reference, *header]
    elif place < 0.7:
        rows += reference
    rows += [*rule(), *heads, *rule(), *body, *rule(), *summary, *rule()]
    if 0.7 <= place < 0.85:
        rows += reference
    rows += [*slip, *footer]
    if place >= 0.85:
        rows += reference
    return PrintedReceipt(tuple(rows), items)
