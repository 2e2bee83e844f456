"""Parse a text as a value of a label's type."""

from __future__ import annotations

import datetime
from decimal import Decimal

from pipeline.assembly.values.amounts import parse_amount
from pipeline.assembly.values.codes import last_four_digits, parse_code, parse_tax_id
from pipeline.assembly.values.conventions import Conventions
from pipeline.assembly.values.dates import parse_date
from pipeline.assembly.values.percentages import parse_rate
from pipeline.assembly.values.phones import normalise_phone
from pipeline.assembly.values.quantities import parse_quantity
from pipeline.assembly.values.times import parse_time
from pipeline.labels import ValueType

Value = Decimal | datetime.date | str


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
        case ValueType.CODE:
            return parse_code(text)
        case ValueType.RATE:
            return parse_rate(text)
        case ValueType.TAX_ID:
            return parse_tax_id(text)
        case ValueType.CARD:
            return last_four_digits(text)
        case ValueType.TEXT:
            return " ".join(text.split()) or None
