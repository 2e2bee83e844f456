"""Canonical forms of ground-truth texts, so that equal values are equal strings."""

from __future__ import annotations

import datetime
from decimal import Decimal

from pipeline.assembly.values.amounts import NumberFormat, infer_number_format
from pipeline.assembly.values.conventions import Conventions
from pipeline.assembly.values.date_order import DateOrders
from pipeline.assembly.values.dates import DateOrder
from pipeline.assembly.values.parse import parse
from pipeline.labels import ValueType

PUBLISHED_ORDERS = (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
"""The orders that published dates may have; their data sets do not say which."""


def canonical(
    text: str,
    value_type: ValueType,
    order: DateOrder = DateOrder.DAY_FIRST,
    number_format: NumberFormat | None = None,
) -> str | None:
    """Amounts ``1234.50`` or ``1.463``, quantities and rates ``2`` or ``0.456``, dates
    ``2018-12-25``, times ``14:33`` or ``14:33:05``, phone numbers digits only, texts with single
    spaces.

    A truth stands alone, without a page to take conventions from: dates are read in
    ``order`` where both orders are possible, amounts in ``number_format``, by default by their own
    separators.

    Returns:
        ``None`` where the text does not hold a value of the type.
    """
    own = number_format or infer_number_format([text], None)
    alone = Conventions(None, None, own, DateOrders({order: 1.0}))
    value = parse(text, value_type, alone)
    if isinstance(value, Decimal):
        plain = f"{value.normalize():f}"
        return max(f"{value:.2f}", plain, key=len) if value_type is ValueType.AMOUNT else plain
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is not None and value_type is ValueType.PHONE:
        return "".join(character for character in value if character.isdigit())
    return value
