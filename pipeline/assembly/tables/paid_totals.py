"""Amounts that are tagged as the total and are those of payments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from pipeline.assembly.tables.cells import Cell, skew
from pipeline.assembly.tables.rows import Row
from pipeline.assembly.tables.table_rows import AMOUNT, METHOD, column_cells
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Table

_TOTAL = "total"
_APART = 3  # lines at least from the receipt's total to that of a slip
_SLIP_LINES = 2
# Names that the cards' standard (EMV) gives its codes, and others that terminals print everywhere.
_OF_SLIPS = re.compile(
    r"\W*(?:AID|TVR|TSI|ARQC|TC|AC|RRN|STAN|MID|TID|NSU|PAN|TRACE|BATCH|AUTH\w*|APPR\w*|TERMINAL"
    r"|MERCHANT (?:ID|COPY)|CARD(?:HOLDER)? COPY|EMV|CHIP|CONTACTLESS|ICC|PIN (?:OK|VERIFIED))\b",
    re.IGNORECASE,
)


def totals_beside_methods(tagged: TaggedPage) -> Iterator[Cell]:
    """Amounts tagged as the total beside a means of payment: some data sets annotate them so."""
    lines: dict[str, set[int]] = {METHOD: set(), AMOUNT: set()}
    for label in tagged.label_set.of_table(Table.PAYMENTS):
        if label.column in lines:
            for span in tagged.spans_of(label.name):
                lines[label.column].update(span.lines)
    for cell in _totals(tagged):
        if cell.line in lines[METHOD] - lines[AMOUNT]:
            yield cell


def slip_amount(payment: Row, total: Decimal | None, tagged: TaggedPage) -> list[Cell]:
    """The total that a card slip prints as the amount of the payment; empty without a slip.

    That is one below the name or the number of the card, or beside them. One above them is the
    receipt's own, but for pages with words of a slip (`AID`, `Trace`): there it is the slip's if
    the page has no line items, or the total further up as well.

    Args:
        payment: without an amount.
        total: the record's.
    """
    printed = [cell for cell in _totals(tagged) if cell.candidate.amount == total]
    below = [cell for cell in printed if cell.bottom > payment.top]
    if below or not _names_slip(tagged):
        return below[:1]
    columns = {label.name for label in tagged.label_set.of_table(Table.ITEMS)}
    is_alone = all(span.label not in columns for span in tagged.spans)
    is_apart = any(low.line - high.line >= _APART for high, low in pairwise(printed))
    return printed[-1:] if is_alone or is_apart else []


def _names_slip(tagged: TaggedPage) -> bool:
    """Whether several lines begin with what only the slips of card terminals print."""
    return sum(_OF_SLIPS.match(line.text) is not None for line in tagged.lines) >= _SLIP_LINES


def _totals(tagged: TaggedPage) -> list[Cell]:
    """What is tagged as the total as cells of amounts, top to bottom."""
    label = next((one for one in tagged.label_set.labels if one.name == _TOTAL), None)
    columns = tagged.label_set.of_table(Table.PAYMENTS)
    if label is None or not columns:
        return []
    cells = column_cells(label.model_copy(update={"column": AMOUNT}), tagged, skew(tagged))
    return sorted(cells, key=lambda cell: cell.top)
