"""Other readings of ambiguous dates, on pages that do not settle the order of day and month."""

from __future__ import annotations

import datetime
from typing import Any

from pipeline.assembly.confidence.final_fields import final_fields, with_fields
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import ValueType
from pipeline.receipt import Contents, Field

_WORTH_NAMING = 0.05  # the probability from which on another reading is named


def with_other_dates(contents: Contents, tagged: TaggedPage) -> Contents:
    """The same contents with ``alternatives`` for ambiguous dates. Their confidence is that of the
    digits times the probability of the chosen order.

    The calibration knows the first of the two alone: most published dates do not say which
    number is the day, so that receipts cannot teach the second.
    """
    dates = [one for one in final_fields(contents, tagged.label_set) if one.type is ValueType.DATE]
    marked = [
        _marked(one.field, tagged.conventions.date_orders.shares(one.field.text)) for one in dates
    ]
    return with_fields(contents, dates, marked)


def _marked(field: Field[Any], shares: dict[datetime.date, float]) -> Field[Any]:
    share = shares.get(field.value, 1.0)
    others = sorted((day for day in shares if day != field.value), key=lambda day: -shares[day])
    named = [day for day in others if shares[day] >= _WORTH_NAMING]
    changed = {"alternatives": named, "confidence": field.confidence * share}
    return field.model_copy(update=changed)
