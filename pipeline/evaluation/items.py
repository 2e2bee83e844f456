"""Compare line items of a record with the annotated ones, matched one to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import numpy as np
from rapidfuzz import fuzz

from pipeline.assembly.values.canonical import canonical
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.assignment import most_pairs
from pipeline.evaluation.fields import SIMILAR, letters
from pipeline.evaluation.scores import Score
from pipeline.labels import LabelSet, Role, ValueType
from pipeline.receipt import Contents, LineItem

FIGURES = ("items.lenient", "items.strict")

Truth = Mapping[str, str]
Match = Callable[[LineItem, Truth], bool]


def item_counts(contents: Contents, page: AnnotatedPage, label_set: LabelSet) -> dict[str, Score]:
    """Counts of one receipt whose source annotates line items; otherwise empty.

    ``items.lenient``: descriptions are similar (at least 0.8 on letters and digits) and
    amounts are equal. ``items.strict``: every column that the source annotates is equal,
    descriptions by letters and digits without case. In both, a column that the truth
    lacks must be missing.
    """
    columns = annotated_columns(page, label_set)
    if "description" not in columns:
        return {}
    return {
        "items.lenient": match_items(contents.items, page.items, lenient),
        "items.strict": match_items(contents.items, page.items, strict_in(columns)),
    }


def annotated_columns(page: AnnotatedPage, label_set: LabelSet) -> dict[str, ValueType]:
    """The columns of line items that the page's source annotates."""
    return {
        label.column: label.type
        for label in label_set.with_role(Role.ITEM)
        if label.name in page.annotated and label.column is not None
    }


def match_items(predicted: Sequence[LineItem], truth: Sequence[Truth], match: Match) -> Score:
    """The one-to-one assignment of predicted to true items with the most matches."""
    return Score(len(found_items(predicted, truth, match)), len(predicted), len(truth))


def found_items(predicted: Sequence[LineItem], truth: Sequence[Truth], match: Match) -> set[int]:
    """The numbers of the true items that have a partner in the assignment with the most matches."""
    if not predicted or not truth:
        return set()
    matches = np.array([[match(item, true) for true in truth] for item in predicted])
    return {true for _, true in most_pairs(matches)}


def lenient(item: LineItem, truth: Truth) -> bool:
    """Whether the descriptions are similar and the amounts equal."""
    description = letters(item.description.value) if item.description else ""
    alike = fuzz.ratio(description, letters(truth.get("description", ""))) >= 100 * SIMILAR
    return alike and _amount(item, "total") == _true_amount(truth, "total")


def strict_in(columns: Mapping[str, ValueType]) -> Match:
    """A match that requires all these columns to be equal."""

    def match(item: LineItem, truth: Truth) -> bool:
        return all(_equal(item, truth, name, kind) for name, kind in columns.items())

    return match


def _equal(item: LineItem, truth: Truth, column: str, kind: ValueType) -> bool:
    if kind is not ValueType.TEXT:
        return _amount(item, column) == _true_amount(truth, column, kind)
    field = getattr(item, column)
    return letters(field.value if field else "") == letters(truth.get(column, ""))


def _amount(item: LineItem, column: str) -> Decimal | None:
    field = getattr(item, column)
    return field.value if field else None


def _true_amount(truth: Truth, column: str, kind: ValueType = ValueType.AMOUNT) -> Decimal | None:
    text = canonical(truth.get(column, ""), kind)
    return None if text is None else Decimal(text)
