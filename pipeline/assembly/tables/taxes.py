"""The list of taxes: one entry for each name and rate."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.assembly.summary.options import NOTHING, TAX, Option
from pipeline.assembly.tables.rows import Row
from pipeline.assembly.tables.table_rows import (
    AMOUNT,
    Chosen,
    fields_of,
    table_rows,
    text_of,
    with_rest,
)
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, ZERO
from pipeline.labels import Table
from pipeline.receipt import TaxLine

NAME, RATE, NET = "name", "rate", "net"


def tax_lines(tagged: TaggedPage, tax: Option) -> list[TaxLine]:
    """The taxes, top to bottom, each with an amount.

    A receipt may print a tax more than once, in the sums and in a table, and the total of several.
    Of the ways to take rows for repetitions or totals the first counts with which the amounts add
    up to the tax.

    Args:
        tax: the record's.
    """
    rows = table_rows(Table.TAXES, tagged, Chosen(TAX, tax))
    rows = _without_repetitions([row for row in rows if AMOUNT in row.columns], of_zero=True)
    ways = [rows, _without_totals(rows), _without_repetitions(rows)]
    ways += [_without_repetitions(ways[1]), _without_totals(ways[2]), _of_option(rows, tax)]
    right = (way for way in ways if tax.candidates and _adds_up(way, tax.amount))
    chosen = next(right, ways[-2])
    return [TaxLine.model_validate(fields_of(row, TaxLine.model_fields)) for row in chosen]


def taxes_total(tagged: TaggedPage) -> Decimal | None:
    """The sum of the taxes, each counted once; ``None`` if none has a rate."""
    rows = table_rows(Table.TAXES, tagged, Chosen(TAX, NOTHING))
    rows = _without_repetitions(_without_totals([r for r in rows if AMOUNT in r.columns]))
    is_rated = any(RATE in row.columns for row in rows)
    return sum((_amount(row) for row in rows), ZERO) if is_rated else None


def _adds_up(rows: Sequence[Row], tax: Decimal) -> bool:
    return abs(sum((_amount(row) for row in rows), ZERO) - tax) <= CENT


def _amount(row: Row) -> Decimal:
    return row.amount(AMOUNT) or ZERO


def _of_option(rows: Sequence[Row], tax: Option) -> list[Row]:
    """The rows of the amounts that make up the record's tax."""
    tokens = {t for one in tax.candidates for t in one.span.tokens}
    return [
        row
        for row in rows
        if any(tokens & set(cell.candidate.span.tokens) for cell in row.of(AMOUNT))
    ]


def _without_totals(rows: Sequence[Row]) -> list[Row]:
    """Without rows without a rate whose amount is the sum of others: of all those with a rate, or
    of all rows above it."""
    kept: list[Row] = []
    rated = [row for row in rows if RATE in row.columns]
    for row in rows:
        groups = [group for group in (rated, kept) if len(group) > 1 and row not in group]
        if RATE in row.columns or not any(_adds_up(group, _amount(row)) for group in groups):
            kept.append(row)
    return kept


def _without_repetitions(rows: Sequence[Row], of_zero: bool = False) -> list[Row]:
    """Rows of one amount, rate and name as one; either may lack rate or name.

    Args:
        of_zero: only such rows without a tax, which no sum tells.
    """
    kept: list[Row] = []
    for row in rows:
        may_repeat = not (of_zero and _amount(row))
        same = [n for n, other in enumerate(kept) if may_repeat and _repeats(row, other)]
        if same:
            # Of two taxes of one rate and amount the one that lacks most of what the row says.
            most = max(same, key=lambda n: len(row.columns - kept[n].columns))
            kept[most] = with_rest(kept[most], row)
        else:
            kept.append(row)
    return kept


def _repeats(row: Row, other: Row) -> bool:
    """Whether nothing that is printed with one of the rows differs from the other."""
    if _amount(row) != _amount(other):
        return False
    rates = row.amount(RATE), other.amount(RATE)
    names = text_of(row, NAME), text_of(other, NAME)
    return (None in rates or rates[0] == rates[1]) and ("" in names or names[0] == names[1])
