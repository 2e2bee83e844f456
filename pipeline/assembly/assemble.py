"""Assembly: a page and its tags become the contents of a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from typing import Any

from pipeline.assembly.confidence.approval import REQUIRED
from pipeline.assembly.confidence.calibration import Calibration
from pipeline.assembly.items.line_items import line_items
from pipeline.assembly.items.pruning import prune
from pipeline.assembly.items.rate_columns import rate_columns
from pipeline.assembly.retagging import without_labels
from pipeline.assembly.spans import Span, join, spans_of
from pipeline.assembly.summary.amount_candidates import find_amount_candidates
from pipeline.assembly.summary.options import Option, unassigned
from pipeline.assembly.summary.reconcile import adder_sums, reconcile
from pipeline.assembly.summary.repair import repair
from pipeline.assembly.summary.summed_rows import with_summed_rows
from pipeline.assembly.summary.sums import check_sums
from pipeline.assembly.summary.tip_suggestions import suggested_tips
from pipeline.assembly.untagged import likeliest_name, only_date, only_time
from pipeline.assembly.values.candidates import (
    Candidate,
    choose,
    field_of,
)
from pipeline.assembly.values.conventions import Conventions, infer_conventions
from pipeline.assembly.values.other_dates import with_other_dates
from pipeline.assembly.values.spaced_thousands import with_spaced_thousands
from pipeline.assembly.values.value_text import with_value_text
from pipeline.document import Page
from pipeline.labels import Label, LabelSet, Role, ValueType
from pipeline.receipt import Contents, LineItem
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
_SURE = 0.5


def assemble(
    page: Page, tags: Tags, label_set: LabelSet, calibration: Calibration | None = None
) -> Contents:
    """Convert a tagged page to typed and checked contents of a record.

    A field's confidence is what the calibration makes of the evidence; without one its span's
    mean tag probability times its mean OCR confidence, clipped to 0 to 1 (``spans.Span``). A date
    that can be read in several ways is less sure (``alternatives``).
    ``needs_review`` is set when a sum fails, or when a required field that the label set
    knows is missing, ambiguous or less than half certain.

    Raises:
        ValueError: the tags are not aligned with the page's tokens.
    """
    conventions = _locale(page, spans_of(page, tags), label_set)
    page, tags = with_spaced_thousands(page, tags, label_set, conventions)
    suggested = suggested_tips(page, conventions.number_format)
    tags = without_labels(tags, suggested | rate_columns(page), _amount_labels(label_set))
    tags = with_summed_rows(page, tags, label_set, conventions.number_format)
    spans = spans_of(page, tags)
    tagged = bool(spans)
    by_label = {name: [s for s in spans if s.label == name] for name in label_set.names}
    chosen = _chosen(page, tags, label_set, by_label, conventions)
    columns = label_set.with_role(Role.ITEM)
    items = line_items(columns, spans, page, tags, conventions)
    candidates = find_amount_candidates(page, tags, spans, label_set, conventions, suggested)
    summary = reconcile(candidates, _summary(label_set), _items_total(items))
    taken = {
        token for option in summary.values() for m in option.candidates for token in m.span.tokens
    }
    names = {column.name for column in columns}
    if any(taken & set(span.tokens) for span in spans if span.label in names):
        spans = _without_sums(spans, taken)
        items = line_items(columns, spans, page, tags, conventions)
    items = prune(items, summary)
    items, summary = repair(items, summary, candidates, page, conventions)
    chosen |= _summary_candidates(summary, page, tags, label_set, conventions)
    record = {name: chosen[name] for name in chosen if _in_record(label_set[name])}
    contents = Contents(
        **_record_fields(record),
        currency=conventions.currency if tagged else None,
        items=items,
        extra={
            name: {"type": label_set[name].type, **field_of(chosen[name]).model_dump()}
            for name in chosen
            if name not in record
        },
        checks=check_sums(items, _amounts(record), adder_sums(unassigned(candidates, summary))),
    )
    if calibration is not None:
        contents = calibration.apply(contents, page, tags, label_set)
    contents = with_other_dates(contents, label_set, conventions)
    return contents.model_copy(update={"needs_review": _needs_review(contents, label_set)})


def _without_sums(spans: Sequence[Span], taken: Set[int]) -> list[Span]:
    """Drop the spans of summary amounts, and spans on lines that have only such amounts: their
    words are key words."""
    sums = {line for span in spans if taken & set(span.tokens) for line in span.lines}
    left = [span for span in spans if not taken & set(span.tokens)]
    alone = Counter(line for span in left for line in span.lines)
    return [s for s in left if not (set(s.lines) <= sums and alone[s.lines[0]] == 1)]


def _amount_labels(label_set: LabelSet) -> set[str]:
    roles = (Role.SUMMARY, Role.ITEM)
    return {label.name for role in roles for label in label_set.with_role(role)}


def _in_record(label: Label) -> bool:
    return label.role is not Role.EXTRA and _RECORD_TYPES.get(label.name) is label.type


def _locale(page: Page, spans: Sequence[Span], label_set: LabelSet) -> Conventions:
    def texts(value_type: ValueType) -> list[str]:
        return [span.text for span in spans if label_set[span.label].type is value_type]

    return infer_conventions(page, texts(ValueType.AMOUNT), texts(ValueType.DATE))


def _chosen(
    page: Page,
    tags: Tags,
    label_set: LabelSet,
    by_label: Mapping[str, Sequence[Span]],
    conventions: Conventions,
) -> dict[str, Candidate]:
    """The best candidate of each label that is neither an item column nor a summary amount."""
    best = {
        label.name: choose(label, by_label[label.name], page, tags, conventions)
        for label in label_set.labels
        if label.role is not Role.ITEM and label.name not in _summary(label_set)
    }
    if "date" in best and best["date"] is None and _in_record(label_set["date"]):
        best["date"] = only_date(page, tags, conventions)
    if "time" in best and best["time"] is None and _in_record(label_set["time"]):
        best["time"] = only_time(page, tags)
    chosen = {
        name: with_value_text(candidate, label_set[name], page, tags, conventions)
        for name, candidate in best.items()
        if candidate is not None
    }
    if "merchant_name" in best and "merchant_name" not in chosen:
        name = likeliest_name(page, tags)
        chosen |= {} if name is None else {"merchant_name": name}
    return chosen


def _summary(label_set: LabelSet) -> list[str]:
    """The labels that take part in the sums."""
    return [
        label.name
        for label in label_set.labels
        if _in_record(label) and label.type is ValueType.AMOUNT
    ]


def _summary_candidates(
    summary: Mapping[str, Option],
    page: Page,
    tags: Tags,
    label_set: LabelSet,
    conventions: Conventions,
) -> dict[str, Candidate]:
    chosen: dict[str, Candidate] = {}
    for name, option in summary.items():
        if option.value is None:
            continue
        span = join(page, tags, [candidate.span for candidate in option.candidates])
        candidate = Candidate(span, option.value, option.repaired)
        if len(option.candidates) == 1:
            candidate = with_value_text(candidate, label_set[name], page, tags, conventions)
        chosen[name] = candidate
    return chosen


def _items_total(items: Sequence[LineItem]) -> Decimal | None:
    totals = [item.total.value for item in items if item.total]
    return sum(totals, Decimal(0)) if totals else None


def _amounts(chosen: Mapping[str, Candidate]) -> dict[str, Decimal]:
    return {
        name: candidate.amount
        for name, candidate in chosen.items()
        if candidate.amount is not None and _RECORD_TYPES.get(name) is ValueType.AMOUNT
    }


def _record_fields(record: Mapping[str, Candidate]) -> dict[str, Any]:
    """Fields as plain mappings, for validation by the record's model."""
    return {name: field_of(candidate).model_dump() for name, candidate in record.items()}


def _needs_review(contents: Contents, label_set: LabelSet) -> bool:
    if not all(check.ok for check in contents.checks):
        return True
    required = [getattr(contents, name) for name in REQUIRED if name in label_set.names]
    return any(
        field is None or field.confidence < _SURE or field.alternatives for field in required
    )
