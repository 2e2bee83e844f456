"""Header and summary fields of a record against document-level truth."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

from rapidfuzz import fuzz

from pipeline.assembly.canonical import canonical
from pipeline.assembly.dates import DateOrder
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.scores import Score
from pipeline.labels import LabelSet, Role, ValueType
from pipeline.receipt import Contents

SIMILAR = 0.8


def field_scores(
    contents: Iterable[Contents], pages: Iterable[AnnotatedPage], label_set: LabelSet
) -> dict[str, Score]:
    """Exact match a field, over the labels that each page's source annotates.

    Amounts are equal as numbers, dates as days, times to the minute, phones by digits and
    texts by letters and digits without case. A published date such as ``03/04/2018`` does
    not say whether day or month comes first: either reading of it counts. ``NAME~`` beside
    a text field counts similarity of at least 0.8 instead. A field predicted where the
    source annotates the label and the receipt has none is a false positive.
    """
    scores: dict[str, Score] = {}
    for record, page in zip(contents, pages, strict=True):
        for label in label_set.labels:
            if label.role not in (Role.HEADER, Role.SUMMARY) or label.name not in page.annotated:
                continue
            truth = page.fields.get(label.name) or None
            predicted = _predicted(record, label.name)
            exact = _same(predicted, truth, label.type)
            _count(scores, label.name, predicted, truth, exact)
            if label.type is ValueType.TEXT:
                similar = _similar(predicted, truth)
                _count(scores, f"{label.name}~", predicted, truth, similar)
    return scores


def _count(
    scores: dict[str, Score], name: str, predicted: object, truth: str | None, hit: bool
) -> None:
    new = Score(int(hit), int(predicted is not None), int(truth is not None))
    scores[name] = scores.get(name, Score()) + new


def _predicted(record: Contents, name: str) -> str | None:
    """The field's value as text, in the form that ``canonical`` gives to truth."""
    field = getattr(record, name, None) or record.extra.get(name)
    if field is None:
        return None
    value = field.value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value)


def _same(predicted: str | None, truth: str | None, value_type: ValueType) -> bool:
    if predicted is None or truth is None:
        return False
    if value_type is ValueType.TEXT:
        return letters(predicted) == letters(truth)
    if value_type is ValueType.PHONE:
        return digits(predicted) == digits(truth)
    if value_type is ValueType.DATE:
        return predicted[:10] in {canonical(truth, value_type, order) for order in DateOrder}
    wanted = canonical(truth, value_type)
    if wanted is None:
        return False
    if value_type in (ValueType.AMOUNT, ValueType.QUANTITY):
        return Decimal(predicted) == Decimal(wanted)
    return predicted[:5] == wanted[:5]


def _similar(predicted: str | None, truth: str | None) -> bool:
    if predicted is None or truth is None:
        return False
    return fuzz.ratio(letters(predicted), letters(truth)) >= 100 * SIMILAR


def letters(text: str) -> str:
    """Letters and digits, lower case."""
    return "".join(character for character in text.lower() if character.isalnum())


def digits(text: str) -> str:
    """Digits alone."""
    return "".join(character for character in text if character.isdigit())
