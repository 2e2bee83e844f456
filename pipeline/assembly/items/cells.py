"""Find the cells of line items."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from itertools import product

from pipeline.assembly.fields.candidates import Candidate
from pipeline.assembly.items.descriptions import description_parts
from pipeline.assembly.spans import Span
from pipeline.assembly.summary.checks import product_tolerance
from pipeline.assembly.tables.cells import Cell, cell_of, cells_of, skew
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, may_have_thousandths
from pipeline.assembly.values.conventions import Conventions
from pipeline.assembly.values.quantities import parse_quantity
from pipeline.labels import Label, Table

DESCRIPTION, QUANTITY, UNIT_PRICE, TOTAL = "description", "quantity", "unit_price", "total"
CODE, DISCOUNT = "code", "discount"
_NOT_ITEMS = frozenset({"total", "subtotal", "tax", "cash", "change"})
_PUMP_LINES = 4  # above the amount of a pump
_COUNT = re.compile(r"^\d{1,3}[xX]?$")


def find_cells(tagged: TaggedPage) -> list[Cell]:
    """The cells of all items, in reading order."""
    slope = skew(tagged)
    labels = tagged.label_set.of_table(Table.ITEMS)
    descriptions = [label for label in labels if label.column == DESCRIPTION]
    numbers: list[Cell] = []
    for label in labels:
        if label.column not in (None, DESCRIPTION):
            own = [(n, span) for n, span in enumerate(tagged.spans) if span.label == label.name]
            numbers += _cells(label, own, tagged, slope)
    described = {
        line for label in descriptions for s in tagged.spans_of(label.name) for line in s.lines
    }
    counted = {cell.line for cell in numbers if cell.column == QUANTITY}
    sums = _lines_of_sums(tagged) - described - counted
    numbers = [c for c in numbers if c.line not in sums or _is_product(c, numbers)]
    priced = {cell.line for cell in numbers if cell.column in (TOTAL, QUANTITY)}
    cells = list(numbers)
    for label in descriptions:
        parts = description_parts(label.name, priced, tagged)
        own = [(part.origin, part.span) for part in parts]
        cells += _cells(label, own, tagged, slope)
    cells.sort(key=lambda cell: cell.candidate.span.tokens)
    return _with_counts(cells, tagged, slope)


def _cells(
    label: Label, spans: Sequence[tuple[int, Span]], tagged: TaggedPage, slope: float
) -> list[Cell]:
    """The cells of one label's spans, each with the number of the span it comes from."""
    found = list(cells_of(label, spans, tagged, slope))
    if label.column != TOTAL:
        return found
    return [replace(c, candidate=_without_mark(c.candidate, tagged.conventions)) for c in found]


def _without_mark(candidate: Candidate, conventions: Conventions) -> Candidate:
    """The total without the letter or number of its tax class, if joined to it: `14.002`."""
    amount = candidate.amount
    if amount is None or not conventions.has_too_many_decimals(amount):
        return candidate
    return replace(candidate, value=amount.quantize(CENT, ROUND_DOWN))


def factors_of(
    total: Decimal, quantity: Candidate, price: Candidate
) -> tuple[Candidate, Candidate] | None:
    """The quantity and the price whose product is the total, their thousands as decimals where that
    is what they must be; ``None`` if none is."""
    for count, each in product(_readings(quantity), _readings(price)):
        if count.amount and each.amount:
            off = abs(count.amount * each.amount - total)
            if off <= product_tolerance(count.amount, total):
                return count, each
    return None


def _readings(candidate: Candidate) -> list[Candidate]:
    """A quantity or price, and with its thousands as decimals if it may have such."""
    value = candidate.amount
    if value is None or value % 1 or not may_have_thousandths(candidate.span.text):
        return [candidate]
    return [candidate, replace(candidate, value=value / 1000)]


def _lines_of_sums(tagged: TaggedPage) -> set[int]:
    """The lines whose key word announces a sum or a payment."""
    return {
        tagged.tokens[line.tokens[0]].line
        for line in tagged.lines
        if any(key.label in _NOT_ITEMS for _, key in line.key_words)
    }


def _is_product(total: Cell, cells: Sequence[Cell]) -> bool:
    """Whether the total is the product of the quantity and the unit price on the lines above:
    `LITRES: 67.86`, `PRICE: 2.112`, `Total fuel: 143.32`."""
    amount = total.candidate.amount
    above = [one for one in cells if total.line - _PUMP_LINES <= one.line < total.line]
    quantities, prices = ([c for c in above if c.column == name] for name in (QUANTITY, UNIT_PRICE))
    others = any(one.column == TOTAL for one in above)
    if total.column != TOTAL or amount is None or others or not (quantities and prices):
        return False
    return factors_of(amount, quantities[-1].candidate, prices[-1].candidate) is not None


def _with_counts(cells: Sequence[Cell], tagged: TaggedPage, slope: float) -> list[Cell]:
    """Add numbers at the start of a description line that stand in the page's quantity column.

    A tagger runs one description into the next where both begin with a count: `1 feta cheese`.
    """
    counts = [cell for cell in cells if cell.column == QUANTITY]
    priced = {cell.line for cell in cells if cell.column in (UNIT_PRICE, TOTAL)}
    found: list[Cell] = []
    for number, cell in enumerate(cells):
        span = cell.candidate.span
        first = span.tokens[0]
        quantity = parse_quantity(tagged.tokens[first].text)
        if quantity is None or not _is_count(cell, counts, priced, tagged):
            found.append(cell)
            continue
        origin = len(tagged.tokens) + number  # a span of its own
        head = tagged.span(span.label, [first])
        found.append(cell_of(QUANTITY, Candidate(head, quantity), origin, slope))
        if len(span.tokens) > 1:
            rest = tagged.span(span.label, span.tokens[1:])
            found.append(cell_of(DESCRIPTION, Candidate(rest, rest.text), origin, slope))
    return found


def _is_count(cell: Cell, counts: Sequence[Cell], priced: Set[int], tagged: TaggedPage) -> bool:
    """Whether the first word of a description on this line is the quantity of a new item."""
    first, *rest = cell.candidate.span.tokens
    if cell.column != DESCRIPTION or not _COUNT.match(tagged.tokens[first].text):
        return False
    if any(count.line == cell.line and count.left <= cell.right for count in counts):
        return False
    if not any(_same_left(cell, count) for count in counts):
        return False
    if rest:
        # With a price on the line it may as well go on with the line above: `Zone A / 90 Min`.
        return cell.line not in priced
    following = first + 1
    tokens = tagged.tokens
    if following == len(tokens) or tokens[following].line != tokens[first].line:
        return False  # a number alone is the rest of a name: `RED WINE` `750`
    return tagged.tags.labels[following] == f"B-{cell.candidate.span.label}"


def _same_left(cell: Cell, other: Cell) -> bool:
    return abs(cell.left - other.left) <= max(cell.height, other.height)
