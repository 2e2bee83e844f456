"""The types of a record's fields and of the rows of its tables."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic import Field as Constraint
from pydantic.config import JsonDict

from pipeline.labels import ValueType

Amount = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number"}),
]
TimeOfDay = Annotated[str, Constraint(pattern=r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")]
PixelBox = tuple[float, float, float, float]
Value = TypeVar("Value")


class RecordPart(BaseModel):
    """Whatever is in a record: it does not change and has no other keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# A default that is a list would be copied for each field of a record, which takes half of the time
# of reading one.
NO_ENTRIES: JsonDict = {"default": []}


class Field(RecordPart, Generic[Value]):
    """One value with its evidence.

    Attributes:
        value: the typed value.
        text: the text as read by OCR.
        confidence: the probability that ``value`` is right, 0 to 1.
        boxes: ``[x0, y0, x1, y1]`` of each text line's part, pixels of the upright page;
            empty where the value was derived rather than read (a currency from its country).
        repaired: present and true if ``text`` is misread: ``value`` is another reading that the
            OCR engine held possible and that the receipt's sums ask for.
        alternatives: present if ``text`` is ambiguous: its other possible values. 03/04/2020
            may be in April or March if the page does not say whether day or month comes first.
        pages: present if the receipt is on several pages: the number of each box's page.
    """

    value: Value
    text: str
    confidence: float = Constraint(ge=0, le=1)
    boxes: list[PixelBox]
    repaired: bool = Constraint(default=False, exclude_if=lambda repaired: not repaired)
    alternatives: list[Value] = Constraint(
        default_factory=list, exclude_if=lambda others: not others, json_schema_extra=NO_ENTRIES
    )
    pages: list[int] = Constraint(
        default_factory=list, exclude_if=lambda pages: not pages, json_schema_extra=NO_ENTRIES
    )


class TextField(Field[str]):
    """A custom label's text. Its type is stated, because a text may look like a number or a
    date."""

    type: Literal[
        ValueType.TEXT,
        ValueType.TIME,
        ValueType.PHONE,
        ValueType.CODE,
        ValueType.TAX_ID,
        ValueType.CARD,
    ]


class AmountField(Field[Amount]):
    """A custom label's number."""

    type: Literal[ValueType.AMOUNT, ValueType.QUANTITY, ValueType.RATE]


class DateField(Field[datetime.date]):
    """A custom label's date."""

    type: Literal[ValueType.DATE]


ExtraField = Annotated[TextField | AmountField | DateField, Constraint(discriminator="type")]


class TaxIdField(Field[str]):
    """A tax number.

    Attributes:
        valid: whether its check digits are right; ``None`` where the country is unknown, its
            numbers have no check digits, or this one has a form that is not known.
    """

    valid: bool | None = None


class LineItem(RecordPart):
    """One line item; columns that the receipt does not print are ``None``."""

    code: Field[str] | None = None
    description: Field[str] | None = None
    quantity: Field[Amount] | None = None
    unit_price: Field[Amount] | None = None
    discount: Field[Amount] | None = None
    total: Field[Amount] | None = None


class TaxLine(RecordPart):
    """The tax of one name and rate; what the receipt does not print is ``None``.

    Attributes:
        rate: in percent.
        net: the amount that the tax is on, without the tax.
    """

    name: Field[str] | None = None
    rate: Field[Amount] | None = None
    net: Field[Amount] | None = None
    amount: Field[Amount] | None = None


class Payment(RecordPart):
    """One means of payment; what the receipt does not print is ``None``.

    Attributes:
        method: ``cash``, or the card or other means as printed.
        amount: of cash what was handed over.
        card_last4: the last four digits of the card's number.
    """

    method: Field[str] | None = None
    amount: Field[Amount] | None = None
    card_last4: Field[Annotated[str, Constraint(pattern=r"^\d{4}$")]] | None = None


TableRow = LineItem | TaxLine | Payment
