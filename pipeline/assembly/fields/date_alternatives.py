"""Alternatives of ambiguous dates, on pages that do not settle the order of day and month."""

from __future__ import annotations

import datetime
from typing import Any

from pipeline.assembly.confidence.final_fields import final_fields, with_fields
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import ValueType
from pipeline.receipt import Contents, Field

_LEAST_LIKELY = 0.05  # another reading below this probability is left out


def with_date_alternatives(contents: Contents, tagged: TaggedPage) -> Contents:
    """The same contents with ``alternatives`` for ambiguous dates. Their confidence is that of the
    digits times the probability of the chosen order.

    Calibration covers only the first of these factors: most annotated dates do not say which
    number is the day, so receipts cannot be used to fit the second.
    """
    dates = [one for one in final_fields(contents, tagged.label_set) if one.type is ValueType.DATE]
    orders = tagged.conventions.date_orders
    marked = [_marked(one.field, orders.probabilities(one.field.text)) for one in dates]
    return with_fields(contents, dates, marked)


def _marked(field: Field[Any], days: dict[datetime.date, float]) -> Field[Any]:
    others = sorted((day for day in days if day != field.value), key=lambda day: -days[day])
    named = [day for day in others if days[day] >= _LEAST_LIKELY]
    confidence = field.confidence * days.get(field.value, 1.0)
    changed = {"alternatives": named, "confidence": confidence}
    return field.model_copy(update=changed)
