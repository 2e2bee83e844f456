"""Compare the rows of a record's tables with the annotated ones, matched one to one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import numpy as np
from rapidfuzz import fuzz

from pipeline.assembly.values.amounts import NumberFormat, may_have_thousandths
from pipeline.assembly.values.canonical import canonical
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.assignment import most_pairs
from pipeline.evaluation.fields import SIMILAR, as_text, letters, same
from pipeline.evaluation.scores import Score
from pipeline.labels import LabelSet, Table, ValueType
from pipeline.receipt import Contents, LineItem, TableRow

NAMING = {Table.ITEMS: "description", Table.TAXES: "rate", Table.PAYMENTS: "method"}
"""The column without which a source does not annotate a table."""
FIGURES = tuple(f"{table}.{name}" for table in Table for name in ("lenient", "strict"))

_PART_OF_UNIT = re.compile(r"\d[.,]\d")
Truth = Mapping[str, str]
Match = Callable[[TableRow, Truth], bool]


def item_counts(contents: Contents, page: AnnotatedPage, label_set: LabelSet) -> dict[str, Score]:
    """Counts of the tables that the receipt's source annotates.

    ``items.lenient``: descriptions are similar (at least 0.8 on letters and digits) and
    amounts are equal; ``taxes.lenient``: rates and amounts are equal; ``payments.lenient``:
    amounts are equal. ``NAME.strict``: every column that the source annotates is equal, texts by
    letters and digits without case. In both, a column that the truth lacks must be missing.
    """
    counts = {}
    for table in Table:
        columns, truth = annotated_columns(page, label_set, table), page.rows_of(table)
        if NAMING[table] in columns and truth is not None:
            found = getattr(contents, table)
            counts[f"{table}.lenient"] = match_items(found, truth, _LENIENT[table])
            counts[f"{table}.strict"] = match_items(found, truth, strict_in(columns))
    return counts


def annotated_columns(
    page: AnnotatedPage, label_set: LabelSet, table: Table = Table.ITEMS
) -> dict[str, ValueType]:
    """The columns of a table that the page's source annotates."""
    return {
        label.column: label.type
        for label in label_set.of_table(table)
        if label.name in page.annotated and label.column is not None
    }


def match_items(predicted: Sequence[TableRow], truth: Sequence[Truth], match: Match) -> Score:
    """The one-to-one assignment of predicted to true rows with the most matches."""
    return Score(len(found_items(predicted, truth, match)), len(predicted), len(truth))


def found_items(predicted: Sequence[TableRow], truth: Sequence[Truth], match: Match) -> set[int]:
    """The numbers of the true rows that have a partner in the assignment with the most matches."""
    if not predicted or not truth:
        return set()
    matches = np.array([[match(item, true) for true in truth] for item in predicted])
    return {true for _, true in most_pairs(matches)}


def lenient(row: TableRow, truth: Truth) -> bool:
    """Whether the descriptions of two line items are similar and the amounts equal."""
    assert isinstance(row, LineItem)
    description = letters(row.description.value) if row.description else ""
    alike = fuzz.ratio(description, letters(truth.get("description", ""))) >= 100 * SIMILAR
    return alike and _number(row, "total") == _true_number(truth, "total")


def strict_in(columns: Mapping[str, ValueType]) -> Match:
    """A match that requires all these columns to be equal."""

    def match(row: TableRow, truth: Truth) -> bool:
        return all(_equal(row, truth, name, kind) for name, kind in columns.items())

    return match


_LENIENT: Mapping[Table, Match] = {
    Table.ITEMS: lenient,
    Table.TAXES: strict_in({"rate": ValueType.RATE, "amount": ValueType.AMOUNT}),
    Table.PAYMENTS: strict_in({"amount": ValueType.AMOUNT}),
}


def _equal(row: TableRow, truth: Truth, column: str, kind: ValueType) -> bool:
    if kind.is_number:
        return _number(row, column) == _true_number(truth, column, kind)
    field, wanted = getattr(row, column), truth.get(column) or None
    if field is None or wanted is None:
        return field is None and wanted is None
    return same(as_text(field.value), wanted, kind)


def _number(row: TableRow, column: str) -> Decimal | None:
    field = getattr(row, column)
    return field.value if field else None


def _true_number(truth: Truth, column: str, kind: ValueType = ValueType.AMOUNT) -> Decimal | None:
    text = truth.get(column, "")
    own = _decimals_format(text) if column == "unit_price" and _is_per_measure(truth) else None
    value = canonical(text, kind, number_format=own)
    return None if value is None else Decimal(value)


def _decimals_format(text: str) -> NumberFormat:
    return NumberFormat.COMMA if "," in text else NumberFormat.POINT


def _is_per_measure(truth: Truth) -> bool:
    """Whether the three digits behind a unit price's only separator are decimals, as of fuel: the
    total has cents and is less than that many thousands, or there is none, but part of a unit."""
    price, total = truth.get("unit_price", ""), truth.get("total", "")
    if not may_have_thousandths(price):
        return False
    if not total:
        return _PART_OF_UNIT.search(truth.get("quantity", "")) is not None
    whole, thousands = canonical(total, ValueType.AMOUNT), canonical(price, ValueType.AMOUNT)
    if whole is None or thousands is None or may_have_thousandths(total):
        return False
    return Decimal(thousands) > abs(Decimal(whole))
