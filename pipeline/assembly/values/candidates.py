"""Choose one value for each label among its parsed spans."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.spans import Span, join
from pipeline.assembly.values.amounts import parse_amount
from pipeline.assembly.values.conventions import Conventions
from pipeline.assembly.values.dates import parse_date
from pipeline.assembly.values.phones import normalise_phone
from pipeline.assembly.values.quantities import parse_quantity
from pipeline.assembly.values.times import parse_time
from pipeline.document import Page
from pipeline.labels import Label, ValueType
from pipeline.receipt import Field
from pipeline.tagging.types import Tags

Value = Decimal | datetime.date | str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span with the value of its text, or the value that the sums require."""

    span: Span
    value: Value
    repaired: bool = False

    @property
    def amount(self) -> Decimal | None:
        return self.value if isinstance(self.value, Decimal) else None


def parse(text: str, value_type: ValueType, conventions: Conventions) -> Value | None:
    """``text`` as a value of its type, ``None`` if it is not one."""
    match value_type:
        case ValueType.AMOUNT:
            return parse_amount(text, conventions.number_format)
        case ValueType.QUANTITY:
            return parse_quantity(text)
        case ValueType.DATE:
            return parse_date(text, *conventions.date_orders.ranked)
        case ValueType.TIME:
            return parse_time(text)
        case ValueType.PHONE:
            return normalise_phone(text)
        case ValueType.TEXT:
            return " ".join(text.split()) or None


def candidates(
    spans: Iterable[Span], value_type: ValueType, conventions: Conventions
) -> list[Candidate]:
    """The spans that contain a value of the type, in reading order."""
    parsed = ((span, parse(span.text, value_type, conventions)) for span in spans)
    return [Candidate(span, value) for span, value in parsed if value is not None]


def choose(
    label: Label, spans: Sequence[Span], page: Page, tags: Tags, conventions: Conventions
) -> Candidate | None:
    """The label's best candidate: texts by how much of the page supports them, others by
    probability; on a tie the earlier one."""
    if label.type is ValueType.TEXT:
        spans = join_neighbours(page, tags, spans)
        return max(
            candidates(spans, label.type, conventions),
            key=lambda candidate: candidate.span.probability * len(candidate.span.tokens),
            default=None,
        )
    return max(
        candidates(spans, label.type, conventions),
        key=lambda candidate: candidate.span.probability,
        default=None,
    )


def join_neighbours(page: Page, tags: Tags, spans: Sequence[Span]) -> list[Span]:
    """Join spans of one label that follow each other on the same or the next line."""
    groups: list[list[Span]] = []
    for span in spans:
        if groups and span.lines[0] - groups[-1][-1].lines[-1] <= 1:
            groups[-1].append(span)
        else:
            groups.append([span])
    return [join(page, tags, group) for group in groups]


def field_of(candidate: Candidate) -> Field[Value]:
    """The record's field, with the candidate's evidence."""
    span = candidate.span
    return Field[Value](
        value=candidate.value,
        text=span.text,
        confidence=span.confidence,
        boxes=span.pixel_boxes,
        repaired=candidate.repaired,
    )
