"""Dates that can be read two ways on a page that does not say which."""

from __future__ import annotations

from pipeline.assembly.confidence.delivered import delivered, with_fields
from pipeline.assembly.dates import parse_date
from pipeline.assembly.locale import Locale
from pipeline.labels import LabelSet, ValueType
from pipeline.receipt import Contents


def with_other_dates(contents: Contents, label_set: LabelSet, locale: Locale) -> Contents:
    """The same contents; a date that may as well be another one names it."""
    if locale.order_is_told:
        return contents
    dates = [one for one in delivered(contents, label_set) if one.type is ValueType.DATE]
    marked = []
    for one in dates:
        other = parse_date(one.field.text, locale.order.other)
        others = [] if other is None or other == one.field.value else [other]
        marked.append(one.field.model_copy(update={"alternatives": others}))
    return with_fields(contents, dates, marked)
