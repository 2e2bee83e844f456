"""The JSON of corrections: what a person changes in a record."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import BaseModel, BeforeValidator, WithJsonSchema, create_model, model_validator
from pydantic import Field as Constraint

from pipeline.categories import Category
from pipeline.receipt import FIELD_NAMES, Contents, LineItem, Payment, TaxLine, TimeOfDay
from pipeline.service.schemas.base import PageNumber, RequestModel

_LONGEST_TEXT = 2000
_LONGEST_LABEL = 200
_MOST_ROWS = 500
_MOST_BOXES = 100
_MOST_LABELS = 100
_LONGEST_SIDE = 1_000_000
_LARGEST_AMOUNT = 10**12


def _exact(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("must be a number")
    return Decimal(str(value))


_Text = Annotated[str, Constraint(max_length=_LONGEST_TEXT)]
_Label = Annotated[str, Constraint(min_length=1, max_length=_LONGEST_LABEL)]
_Side = Annotated[float, Constraint(ge=0, le=_LONGEST_SIDE)]
_Amount = Annotated[
    Decimal,
    Constraint(ge=-_LARGEST_AMOUNT, le=_LARGEST_AMOUNT),
    BeforeValidator(_exact),
    WithJsonSchema({"type": "number", "minimum": -_LARGEST_AMOUNT, "maximum": _LARGEST_AMOUNT}),
]


class NewValue(RequestModel):
    """A value that a person gives.

    Attributes:
        text: as printed; by default that of the old field if its value is the same, else the
            value's own.
        boxes: where it is printed, in pixels of the upright page; by default those of the old
            field.
        pages: of a receipt on several pages, the number of each box's page.
    """

    value: Any
    text: _Text | None = None
    boxes: (
        Annotated[list[tuple[_Side, _Side, _Side, _Side]], Constraint(max_length=_MOST_BOXES)]
        | None
    ) = None
    pages: Annotated[list[PageNumber], Constraint(max_length=_MOST_BOXES)] | None = None

    @model_validator(mode="after")
    def _has_a_page_for_each_box(self) -> Self:
        if self.pages and len(self.pages) != len(self.boxes or []):
            raise ValueError("pages: must be as many as boxes")
        return self


class NewText(NewValue):
    """A text."""

    value: Annotated[str, Constraint(min_length=1, max_length=_LONGEST_TEXT)]


class NewAmount(NewValue):
    """A number."""

    value: _Amount


class NewDate(NewValue):
    """A date."""

    value: datetime.date


class NewTime(NewValue):
    """A time of day."""

    value: TimeOfDay


class NewCategory(NewValue):
    """A category of expense."""

    value: Category


class NewExtraText(NewText):
    """A text of a custom label, with the label's type."""

    type: Literal["text", "time", "phone", "code", "tax_id", "card"]


class NewExtraAmount(NewAmount):
    """A number of a custom label, with the label's type."""

    type: Literal["amount", "quantity", "rate"]


class NewExtraDate(NewDate):
    """A date of a custom label."""

    type: Literal["date"]


NewExtra = Annotated[NewExtraText | NewExtraAmount | NewExtraDate, Constraint(discriminator="type")]


class NewCardDigits(NewValue):
    """The last four digits of a card."""

    value: Annotated[str, Constraint(pattern=r"^[0-9]{4}$")]


_BY_NAME = {"time": NewTime, "category": NewCategory, "card_last4": NewCardDigits}
_BY_TYPE = {str: NewText, Decimal: NewAmount, datetime.date: NewDate}


def _new_values(record: type[BaseModel], names: Iterable[str], name: str, doc: str) -> Any:
    """A model with fields of the record's, each a new value of its type or null."""
    fields: dict[str, Any] = {field: (_new_value(record, field) | None, None) for field in names}
    return create_model(name, __base__=RequestModel, __doc__=doc, **fields)


def _new_value(record: type[BaseModel], name: str) -> Any:
    if name in _BY_NAME:
        return _BY_NAME[name]
    kinds = get_args(record.model_fields[name].annotation)
    (field,) = (kind for kind in kinds if kind is not type(None))
    return _BY_TYPE[field.model_fields["value"].annotation]


if TYPE_CHECKING:
    NewFields: TypeAlias = BaseModel
    NewItem: TypeAlias = BaseModel
    NewTax: TypeAlias = BaseModel
    NewPayment: TypeAlias = BaseModel
else:
    NewFields = _new_values(
        Contents, FIELD_NAMES, "NewFields", "Fields to change; null removes a field."
    )
    NewItem = _new_values(LineItem, LineItem.model_fields, "NewItem", "A line item.")
    NewTax = _new_values(TaxLine, TaxLine.model_fields, "NewTax", "A row of taxes.")
    NewPayment = _new_values(Payment, Payment.model_fields, "NewPayment", "A payment.")


class Correction(RequestModel):
    """What a person changes in a record; what is left out stays.

    Attributes:
        items, taxes, payments: the whole list as it should be.
        extra: fields of custom labels to change, by label; null removes one.
        accepted: whether the record is right as it is now.
    """

    fields: NewFields | None = None
    items: Annotated[list[NewItem], Constraint(max_length=_MOST_ROWS)] | None = None
    taxes: Annotated[list[NewTax], Constraint(max_length=_MOST_ROWS)] | None = None
    payments: Annotated[list[NewPayment], Constraint(max_length=_MOST_ROWS)] | None = None
    extra: Annotated[dict[_Label, NewExtra | None], Constraint(max_length=_MOST_LABELS)] | None = (
        None
    )
    accepted: bool | None = None
