"""The rows of taxes and payments, from the cells that are tagged as their columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.assembly.fields.candidates import Candidate, field_of
from pipeline.assembly.summary.options import Option
from pipeline.assembly.tables.cells import Cell, cell_of, cells_of, skew
from pipeline.assembly.tables.rows import Row, gap, rows_of
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import parse_amount
from pipeline.labels import Label, Table, ValueType

AMOUNT, METHOD = "amount", "method"
_HEADS = {
    Table.TAXES: frozenset({"name", "rate", "net"}),
    Table.PAYMENTS: frozenset({METHOD}),
}
"""The columns that may stand above an amount; a card's number is printed below it."""
_REACH = 1.5  # row heights between two rows of one entry
_ENDS = " :;.,*@(-=#"  # of a name, beside its letters


@dataclass(frozen=True, slots=True)
class Chosen:
    """The amounts of the table that the sums of the summary chose.

    Attributes:
        label: the summary's.
    """

    label: str
    option: Option

    def cells(self, tagged: TaggedPage, slope: float) -> list[Cell]:
        """Their cells, whatever they are tagged as, with values that may be corrected."""
        found = []
        for one in self.option.candidates:
            read = parse_amount(one.span.text, tagged.conventions.number_format)
            sure = None if read == one.value else self.option.repaired
            candidate = Candidate(replace(one.span, label=self.label), one.value, sure)
            found.append(cell_of(AMOUNT, candidate, -1, slope))
        return found

    def alone(self, row: Row) -> Row:
        """The row without other amounts that are tagged alike: what a tax is on may be taken for a
        tax, too."""
        tokens = {t for one in self.option.candidates for t in one.span.tokens}
        amounts = [c for c in row.of(AMOUNT) if c.candidate.span.label == self.label]
        if not any(tokens & set(cell.candidate.span.tokens) for cell in amounts):
            return row
        others = [c for c in amounts if not tokens & set(c.candidate.span.tokens)]
        return Row([cell for cell in row.cells if cell not in others])


def table_rows(
    table: Table, tagged: TaggedPage, chosen: Chosen, more: Iterable[Cell] = ()
) -> list[Row]:
    """The rows of a table, top to bottom; each has at most one amount.

    A text line with several amounts gives several rows, and a row without an amount is joined to
    the next one if that has no more than what it lacks.

    Args:
        chosen: the amounts that the sums chose.
        more: cells that are not tagged as the table's.
    """
    slope = skew(tagged)
    labels = tagged.label_set.of_table(table)
    if not labels:
        return []
    cells = [*more, *chosen.cells(tagged, slope)]
    taken = {token for cell in cells for token in cell.candidate.span.tokens}
    for label in labels:
        own = column_cells(label, tagged, slope)
        cells += [cell for cell in own if not taken & set(cell.candidate.span.tokens)]
    rows = [part for row in rows_of(cells) for part in _entries(chosen.alone(row))]
    joined: list[Row] = []
    for row in rows:
        if joined and joined[-1].columns <= _HEADS[table] and _is_rest(row, joined[-1]):
            joined[-1].cells.extend(row.cells)
        else:
            joined.append(row)
    return joined


def column_cells(label: Label, tagged: TaggedPage, slope: float) -> list[Cell]:
    """The cells of all spans of a label, one a text line."""
    parts = [
        (origin, part)
        for origin, span in enumerate(tagged.spans)
        if span.label == label.name
        for part in tagged.split_at_lines(span)
    ]
    cells = list(cells_of(label, parts, tagged, slope))
    if label.type is not ValueType.TEXT:
        return cells
    named = [(cell, str(cell.candidate.value).strip(_ENDS)) for cell in cells]
    return [
        replace(cell, candidate=replace(cell.candidate, value=name)) for cell, name in named if name
    ]


def fields_of(row: Row, columns: Iterable[str]) -> dict[str, Any]:
    """The row's columns as plain values of the record's model."""
    found = {column: first(row, column) for column in columns}
    return {name: field_of(one).model_dump() for name, one in found.items() if one is not None}


def first(row: Row, column: str) -> Candidate | None:
    """The likeliest of a column's cells; on a tie the first."""
    cells = row.of(column)
    return max((c.candidate for c in cells), key=lambda c: c.span.probability, default=None)


def with_rest(row: Row, other: Row) -> Row:
    """The row with the columns that only the other one has."""
    return Row([*row.cells, *(cell for cell in other.cells if cell.column not in row.columns)])


def _entries(row: Row) -> list[Row]:
    """The entries that stand side by side: a new one begins where a column comes again after an
    amount."""
    entries = [Row()]
    for cell in sorted(row.cells, key=lambda cell: cell.left):
        columns = entries[-1].columns
        if cell.column in columns and AMOUNT in columns:
            entries.append(Row())
        entries[-1].cells.append(cell)
    return entries


def _is_rest(row: Row, above: Row) -> bool:
    near = gap(above, row) <= _REACH * (row.bottom - row.top)
    return near and AMOUNT in row.columns - above.columns and not row.columns & above.columns


def by_distance(row: Row, rows: Sequence[Row]) -> list[Row]:
    """Rows by their vertical distance, at equal ones the upper first."""
    return sorted(rows, key=lambda other: (gap(row, other), other.top))


def text_of(row: Row, column: str) -> str:
    """The column's value in lower case, empty if there is none."""
    candidate = first(row, column)
    return "" if candidate is None else str(candidate.value).casefold()
