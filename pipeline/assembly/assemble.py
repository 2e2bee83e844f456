"""Assembly: a page and its tags become what stands on the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipeline.assembly.fields import (
    Candidate,
    add_taxes,
    candidates,
    choose,
    choose_total,
    field_of,
)
from pipeline.assembly.locale import Locale, infer_locale
from pipeline.assembly.rows import line_items
from pipeline.assembly.spans import Span, spans_of
from pipeline.assembly.sums import check_sums
from pipeline.document import Page
from pipeline.labels import Label, LabelSet, Role, ValueType
from pipeline.receipt import Check, Contents
from pipeline.tagging.types import Tags

# The type that the record's shape gives each of its keys. A label of another name or
# type has no place there and comes out under `extra`.
_RECORD_TYPES = {
    "merchant_name": ValueType.TEXT,
    "merchant_address": ValueType.TEXT,
    "merchant_phone": ValueType.PHONE,
    "date": ValueType.DATE,
    "time": ValueType.TIME,
    **dict.fromkeys(
        ("subtotal", "tax", "tip", "discount", "total", "cash", "change"), ValueType.AMOUNT
    ),
}
_REQUIRED = ("total", "date", "merchant_name")
_SURE = 0.5


def assemble(page: Page, tags: Tags, label_set: LabelSet) -> Contents:
    """Everything that the tagged page says, typed and checked.

    A field's confidence is its span's mean tag probability times its mean OCR confidence,
    clipped to 0 to 1 (``spans.Span``). ``needs_review`` is set when a sum fails, or when a
    required field that the label set knows is missing or less than half certain.

    Raises:
        ValueError: the tags are not aligned with the page's tokens.
    """
    spans = spans_of(page, tags)
    by_label = {name: [s for s in spans if s.label == name] for name in label_set.names}
    locale = _locale(page, by_label, label_set)
    chosen = _chosen(page, tags, label_set, by_label, locale)
    items = line_items(label_set.with_role(Role.ITEM), spans, page, tags, locale)
    record = {name: chosen[name] for name in chosen if _in_record(label_set[name])}
    checks = check_sums(items, _amounts(record))
    return Contents(
        **_record_fields(record),
        currency=locale.currency if spans else None,
        items=items,
        extra={name: field_of(chosen[name]) for name in chosen if name not in record},
        checks=checks,
        needs_review=_needs_review(record, checks, label_set),
    )


def _in_record(label: Label) -> bool:
    return label.role is not Role.EXTRA and _RECORD_TYPES.get(label.name) is label.type


def _locale(page: Page, by_label: Mapping[str, Sequence[Span]], label_set: LabelSet) -> Locale:
    def texts(value_type: ValueType) -> list[str]:
        return [
            span.text
            for label in label_set.labels
            if label.type is value_type
            for span in by_label[label.name]
        ]

    return infer_locale(page, texts(ValueType.AMOUNT), texts(ValueType.DATE))


def _chosen(
    page: Page,
    tags: Tags,
    label_set: LabelSet,
    by_label: Mapping[str, Sequence[Span]],
    locale: Locale,
) -> dict[str, Candidate]:
    """The best candidate of every label but the items'; total and tax look at the others."""
    best = {
        label.name: choose(label, by_label[label.name], page, tags, locale)
        for label in label_set.labels
        if label.role is not Role.ITEM
    }
    chosen = {name: candidate for name, candidate in best.items() if candidate is not None}
    for name in ("total", "tax"):
        if name not in chosen or not _in_record(label_set[name]):
            continue
        rivals = candidates(by_label[name], ValueType.AMOUNT, locale)
        others = _amounts({key: value for key, value in chosen.items() if key != name})
        if name == "total":
            amounts = _all_amounts(by_label, label_set, locale)
            chosen[name] = choose_total(rivals, others, amounts) or chosen[name]
        else:
            chosen[name] = add_taxes(rivals, others, page, tags) or chosen[name]
    return chosen


def _all_amounts(
    by_label: Mapping[str, Sequence[Span]], label_set: LabelSet, locale: Locale
) -> list[Decimal]:
    return [
        candidate.amount
        for label in label_set.labels
        if label.type is ValueType.AMOUNT
        for candidate in candidates(by_label[label.name], ValueType.AMOUNT, locale)
        if candidate.amount is not None
    ]


def _amounts(chosen: Mapping[str, Candidate]) -> dict[str, Decimal]:
    return {
        name: candidate.amount
        for name, candidate in chosen.items()
        if candidate.amount is not None and _RECORD_TYPES.get(name) is ValueType.AMOUNT
    }


def _record_fields(record: Mapping[str, Candidate]) -> dict[str, Any]:
    """Plain mappings: the record's model gives each key's field its type."""
    return {name: field_of(candidate).model_dump() for name, candidate in record.items()}


def _needs_review(
    record: Mapping[str, Candidate], checks: Sequence[Check], label_set: LabelSet
) -> bool:
    if not all(check.ok for check in checks):
        return True
    required = [name for name in _REQUIRED if name in label_set.names]
    return any(name not in record or record[name].span.confidence < _SURE for name in required)
