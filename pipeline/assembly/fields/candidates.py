"""Candidates for a field: spans with the value of their text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.spans import Span
from pipeline.assembly.values.conventions import Conventions
from pipeline.assembly.values.parse import Value, parse
from pipeline.labels import ValueType
from pipeline.receipt import Field


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span with the value of its text, or with a corrected value.

    Attributes:
        repaired: the probability that the corrected value is right; ``None`` if it is as read.
    """

    span: Span
    value: Value
    repaired: float | None = None

    @property
    def amount(self) -> Decimal | None:
        return self.value if isinstance(self.value, Decimal) else None


def candidates(
    spans: Iterable[Span], value_type: ValueType, conventions: Conventions
) -> list[Candidate]:
    """The spans that contain a value of the type, in reading order."""
    parsed = ((span, parse(span.text, value_type, conventions)) for span in spans)
    return [Candidate(span, value) for span, value in parsed if value is not None]


def field_of(candidate: Candidate) -> Field[Value]:
    """The record's field, with the candidate's evidence.

    The OCR engine's confidence in a text says nothing about the value that it is corrected to.
    """
    span, repaired = candidate.span, candidate.repaired
    return Field[Value](
        value=candidate.value,
        text=span.text,
        confidence=span.confidence if repaired is None else span.probability * repaired,
        boxes=span.pixel_boxes,
        repaired=repaired is not None,
    )
