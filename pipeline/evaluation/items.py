"""Line items of a record against the annotated ones, matched one to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import numpy as np
from rapidfuzz import fuzz

from pipeline.assembly.canonical import canonical
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.fields import SIMILAR, letters
from pipeline.evaluation.scores import Score
from pipeline.labels import ValueType
from pipeline.receipt import Contents, LineItem


def item_score(contents: Iterable[Contents], pages: Iterable[AnnotatedPage]) -> Score:
    """Micro-averaged over the receipts of sources that annotate line items.

    Two items match if their descriptions are similar (at least 0.8 on letters and digits)
    and their amounts are equal; a column that the truth lacks must be missing.
    """
    score = Score()
    for record, page in zip(contents, pages, strict=True):
        if "item_description" in page.annotated:
            score += match_items(record.items, page.items)
    return score


def match_items(predicted: Sequence[LineItem], truth: Sequence[Mapping[str, str]]) -> Score:
    """The assignment of predicted to true items with the most matches."""
    if not predicted or not truth:
        return Score(0, len(predicted), len(truth))
    from scipy.optimize import linear_sum_assignment

    matches = np.array([[_match(item, true) for true in truth] for item in predicted])
    rows, columns = linear_sum_assignment(matches, maximize=True)
    return Score(int(matches[rows, columns].sum()), len(predicted), len(truth))


def _match(item: LineItem, truth: Mapping[str, str]) -> bool:
    description = letters(item.description.value) if item.description else ""
    wanted = letters(truth.get("description", ""))
    amount = item.total.value if item.total else None
    return fuzz.ratio(description, wanted) >= 100 * SIMILAR and amount == _amount(truth)


def _amount(truth: Mapping[str, str]) -> Decimal | None:
    text = canonical(truth.get("total", ""), ValueType.AMOUNT)
    return None if text is None else Decimal(text)
