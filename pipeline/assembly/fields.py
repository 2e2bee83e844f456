"""One value for each label: parse its spans, choose among them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.assembly.amounts import parse_amount
from pipeline.assembly.dates import parse_date
from pipeline.assembly.locale import Locale
from pipeline.assembly.phones import normalise_phone
from pipeline.assembly.quantities import parse_quantity
from pipeline.assembly.spans import Span, join, span_of
from pipeline.assembly.times import parse_time
from pipeline.document import Page
from pipeline.labels import Label, ValueType
from pipeline.receipt import Field
from pipeline.tagging.rules import keywords
from pipeline.tagging.rules.lines import read_lines
from pipeline.tagging.types import Tags

_UNTAGGED = 0.5  # of the confidence that a tag would have given

Value = Decimal | datetime.date | str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span and the value that its text holds, or that the sums say it should hold."""

    span: Span
    value: Value
    repaired: bool = False

    @property
    def amount(self) -> Decimal | None:
        return self.value if isinstance(self.value, Decimal) else None


def parse(text: str, value_type: ValueType, locale: Locale) -> Value | None:
    """``text`` as a value of its type, ``None`` where it holds none."""
    match value_type:
        case ValueType.AMOUNT:
            return parse_amount(text, locale.convention)
        case ValueType.QUANTITY:
            return parse_quantity(text)
        case ValueType.DATE:
            return parse_date(text, locale.order)
        case ValueType.TIME:
            return parse_time(text)
        case ValueType.PHONE:
            return normalise_phone(text)
        case ValueType.TEXT:
            return " ".join(text.split()) or None


def candidates(spans: Iterable[Span], value_type: ValueType, locale: Locale) -> list[Candidate]:
    """The spans that hold a value of the type, in reading order."""
    parsed = ((span, parse(span.text, value_type, locale)) for span in spans)
    return [Candidate(span, value) for span, value in parsed if value is not None]


def choose(
    label: Label, spans: Sequence[Span], page: Page, tags: Tags, locale: Locale
) -> Candidate | None:
    """The label's best candidate: texts by how much of the page speaks for them, others by
    probability; the earlier one of equals."""
    if label.type is ValueType.TEXT:
        spans = join_neighbours(page, tags, spans)
        return max(
            candidates(spans, label.type, locale),
            key=lambda candidate: candidate.span.probability * len(candidate.span.tokens),
            default=None,
        )
    return max(
        candidates(spans, label.type, locale),
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


def only_date(page: Page, tags: Tags, locale: Locale) -> Candidate | None:
    """The date of a page where none is tagged: the one that stands there, if it is but one."""
    found: dict[datetime.date, Candidate] = {}
    for line in read_lines(page):
        for match in keywords.DATE.finditer(line.text):
            value = parse_date(match[0], locale.order)
            if value is not None and not _is_part_of_number(line.text, match):
                span = span_of(page, tags, "date", line.within(*match.span()))
                unsure = replace(span, confidence=span.confidence * _UNTAGGED)
                found.setdefault(value, Candidate(unsure, value))
    return next(iter(found.values())) if len(found) == 1 else None


def _is_part_of_number(text: str, match: re.Match[str]) -> bool:
    """Whether the date's own mark joins it to more digits: `1-01-4-18-011129`."""
    mark = re.escape(next((c for c in match[0] if c in "-/."), " "))
    before = re.search(rf"\d{mark}$", text[: match.start()])
    return bool(before or re.match(rf"{mark}\d", text[match.end() :]))


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
