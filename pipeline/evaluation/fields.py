"""Compare header and summary fields of a record with document-level truth."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz

from pipeline.assembly.values.canonical import PUBLISHED_ORDERS, canonical
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.scores import Score, total
from pipeline.labels import Label, LabelSet, Role, ValueType, label_of
from pipeline.receipt import Contents

SIMILAR = 0.8


@dataclass(frozen=True, slots=True)
class Outcome:
    """One field of one receipt: the true and the predicted value.

    Attributes:
        truth: as published; ``None`` where the receipt has no such field.
        value: in the form that ``canonical`` gives to truth; ``None`` if not found.
        text: as read.
        confidence: the record's, 0 to 1.
        right: equal in value; a field that is rightly missing has no outcome.
        exact: ``text`` is the truth letter for letter, white space aside.
        similar: for texts, a similarity of at least 0.8 on letters and digits.
    """

    label: str
    truth: str | None
    value: str | None
    text: str | None
    confidence: float | None
    right: bool
    exact: bool
    similar: bool | None


def outcomes(contents: Contents, page: AnnotatedPage, label_set: LabelSet) -> list[Outcome]:
    """All fields that the truth or the record has, for the labels that the source annotates.

    Amounts are equal as numbers whatever their sign (discounts are published with a minus and
    without), dates as days, times to the minute, phones by digits, texts and codes by letters and
    digits without case. A published date such as ``03/04/2018`` does
    not say whether day or month comes first: either reading of it counts.
    """
    return list(_outcomes(contents, page, label_set))


def _outcomes(contents: Contents, page: AnnotatedPage, label_set: LabelSet) -> Iterator[Outcome]:
    for label in field_labels(page, label_set):
        truth = page.fields.get(label.name) or None
        field = getattr(contents, label.name, None) or contents.extra.get(label.name)
        value = None if field is None else as_text(field.value)
        if truth is None and value is None:
            continue
        text = None if field is None else field.text
        yield Outcome(
            label=label.name,
            truth=truth,
            value=value,
            text=text,
            confidence=None if field is None else field.confidence,
            right=same(value, truth, label.type),
            exact=text is not None and truth is not None and text.split() == truth.split(),
            similar=similar(value, truth) if label.type is ValueType.TEXT else None,
        )


def field_labels(page: AnnotatedPage, label_set: LabelSet) -> list[Label]:
    """The labels outside line items whose truth is known for this receipt.

    Where a source marks spans of a label and publishes no single value (two different
    taxes), there is nothing to compare with.
    """
    tagged = {label_of(tag) for tag in page.tags}
    marked = {one.name for one in label_set.labels if tagged & {*label_set.parts_of(one.name)}}
    return [
        label
        for label in label_set.labels
        if label.role is not Role.TABLE
        and label.name in page.annotated
        and (page.fields.get(label.name) or label.name not in marked)
    ]


def field_figures(label_set: LabelSet, annotated: Container[str]) -> Iterator[str]:
    """The names of the figures that ``field_counts`` may have."""
    yield "fields.micro"
    for label in label_set.labels:
        if label.name in annotated and label.role is not Role.TABLE:
            yield f"fields.{label.name}"
            yield f"fields.{label.name}.exact"
            if label.type is ValueType.TEXT:
                yield f"fields.{label.name}.similar"


def field_counts(found: Sequence[Outcome]) -> dict[str, Score]:
    """Counts of one receipt: ``fields.NAME`` by value, ``fields.NAME.exact`` letter by letter,
    ``fields.NAME.similar`` for texts, and ``fields.micro`` over all names by value."""
    counts: dict[str, Score] = {}
    for outcome in found:
        name = f"fields.{outcome.label}"
        counts[name] = _count(outcome, outcome.right)
        counts[f"{name}.exact"] = _count(outcome, outcome.exact)
        if outcome.similar is not None:
            counts[f"{name}.similar"] = _count(outcome, outcome.similar)
    counts["fields.micro"] = total(_count(outcome, outcome.right) for outcome in found)
    return counts


def _count(outcome: Outcome, hit: bool) -> Score:
    return Score(int(hit), int(outcome.value is not None), int(outcome.truth is not None))


def as_text(value: object) -> str:
    """A field's value as text: numbers with at least two decimals, dates as ``2018-12-25``."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return max(f"{value:.2f}", f"{value:f}", key=len)
    return str(value)


def same(predicted: str | None, truth: str | None, value_type: ValueType) -> bool:
    """Whether a value (as ``as_text`` gives it) is the published one."""
    if predicted is None or truth is None:
        return False
    if value_type is ValueType.TEXT:
        return letters(predicted) == letters(truth)
    if value_type is ValueType.PHONE:
        # A truth may hold the trunk's (0), which the number dialled from abroad has not.
        return digits(predicted) in {digits(truth), canonical(truth, value_type)}
    if value_type is ValueType.DATE:
        return predicted[:10] in {canonical(truth, value_type, order) for order in PUBLISHED_ORDERS}
    wanted = canonical(truth, value_type)
    if wanted is None:
        return False
    if value_type.is_code:
        return letters(predicted) == letters(wanted)
    if value_type.is_number:
        return abs(Decimal(predicted)) == abs(Decimal(wanted))
    return predicted[:5] == wanted[:5]


def similar(predicted: str | None, truth: str | None) -> bool:
    """A similarity of at least 0.8 on letters and digits."""
    if predicted is None or truth is None:
        return False
    return fuzz.ratio(letters(predicted), letters(truth)) >= 100 * SIMILAR


def letters(text: str) -> str:
    """Letters and digits, case folded, in one Unicode normal form.

    Accents count. Alignment, which looks for texts that may be misread, drops them:
    ``pipeline.data.fuzzy_spans.letters_and_digits``.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character.isalnum())


def digits(text: str) -> str:
    """Digits alone."""
    return "".join(character for character in text if character.isdigit())
