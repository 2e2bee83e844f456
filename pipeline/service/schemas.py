"""The JSON of requests and answers, shared by the service and its client."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic import Field as Constraint

from pipeline.categories import Category
from pipeline.receipt import FIELD_NAMES, Contents, LineItem, Payment, Receipt, TaxLine, TimeOfDay

Id = Annotated[str, Constraint(pattern=r"^[0-9a-f]{32}$")]
Moment = datetime.datetime

LARGEST_AMOUNT = 10**12
_LONGEST_TEXT = 2000
_MOST_ROWS = 500
_MOST_BOXES = 100
_LONGEST_SIDE = 1_000_000
_LAST_PAGE = 100_000


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Request(BaseModel):
    # Numbers that are texts, dates that are numbers and the like are refused.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Problem(BaseModel):
    """An error, as RFC 9457 has it.

    Attributes:
        errors: what is wrong with which part of the request.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    request_id: str | None = None
    errors: list[str] | None = None


class StoredReceipt(_Model):
    """A record with its place in the service.

    Attributes:
        version: rises with each change; also the ``ETag``.
        accepted: whether a person has said that the record is right.
        record: what `receipts extract` gives.
    """

    id: Id
    file_id: Id
    version: int
    accepted: bool
    created_at: Moment
    updated_at: Moment
    record: Receipt


class JobFile(_Model):
    """One posted file.

    Attributes:
        name: as the client named it, without folders.
        duplicate: the same bytes had been posted before; they are not read twice.
        receipts: its records, once it is ``done`` or ``failed``.
    """

    id: Id
    name: str
    sha256: str
    state: Literal["queued", "reading", "done", "failed", "cancelled"]
    duplicate: bool
    receipts: list[StoredReceipt]


class Job(_Model):
    """The files of one request; ``finished`` once none waits or is being read."""

    id: Id
    created_at: Moment
    finished: bool
    files: list[JobFile]


class ReceiptPage(_Model):
    """A part of a list; ``next`` is the cursor of the next part, ``null`` at the end."""

    receipts: list[StoredReceipt]
    next: str | None


class Change(_Model):
    """One field that a person changed; ``old`` and ``new`` are the field or list of rows."""

    field: str
    old: Any
    new: Any
    version: int
    changed_by: str
    changed_at: Moment


class Changes(_Model):
    """The changes of a record, oldest first."""

    changes: list[Change]


class NewWebhook(_Request):
    """A webhook to be made."""

    url: Annotated[str, Constraint(min_length=1, max_length=2000)]


class Webhook(_Model):
    """An address that is told when a file is finished or a record changed or deleted."""

    id: Id
    url: str
    created_at: Moment


class CreatedWebhook(Webhook):
    """A new webhook with the secret that signs its messages; it is shown only once."""

    secret: str


class Webhooks(_Model):
    """All webhooks."""

    webhooks: list[Webhook]


class Delivery(_Model):
    """One message to a webhook.

    Attributes:
        due_at: when it is sent next; ``null`` once it was delivered or given up.
        outcome: of the last attempt.
    """

    id: Id
    event: str
    created_at: Moment
    attempts: int
    due_at: Moment | None
    delivered_at: Moment | None
    outcome: str | None


class Deliveries(_Model):
    """The latest messages, newest first."""

    deliveries: list[Delivery]


class Health(_Model):
    """``ok``, or why not."""

    status: str


def _exact(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("must be a number")
    return Decimal(str(value))


_Text = Annotated[str, Constraint(max_length=_LONGEST_TEXT)]
_Side = Annotated[float, Constraint(ge=0, le=_LONGEST_SIDE)]
PageNumber = Annotated[int, Constraint(ge=1, le=_LAST_PAGE)]
_Amount = Annotated[
    Decimal,
    Constraint(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT),
    BeforeValidator(_exact),
    WithJsonSchema({"type": "number", "minimum": -LARGEST_AMOUNT, "maximum": LARGEST_AMOUNT}),
]


class NewValue(_Request):
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


class NewCardDigits(NewValue):
    """The last four digits of a card."""

    value: Annotated[str, Constraint(pattern=r"^[0-9]{4}$")]


_BY_NAME = {"time": NewTime, "category": NewCategory, "card_last4": NewCardDigits}
_BY_TYPE = {str: NewText, Decimal: NewAmount, datetime.date: NewDate}


def _new_values(record: type[BaseModel], names: Iterable[str], name: str, doc: str) -> Any:
    """A model with fields of the record's, each a new value of its type or null."""
    fields: dict[str, Any] = {field: (_new_value(record, field) | None, None) for field in names}
    return create_model(name, __base__=_Request, __doc__=doc, **fields)


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


class Correction(_Request):
    """What a person changes in a record; what is left out stays.

    Attributes:
        items, taxes, payments: the whole list as it should be.
        accepted: whether the record is right as it is now.
    """

    fields: NewFields | None = None
    items: Annotated[list[NewItem], Constraint(max_length=_MOST_ROWS)] | None = None
    taxes: Annotated[list[NewTax], Constraint(max_length=_MOST_ROWS)] | None = None
    payments: Annotated[list[NewPayment], Constraint(max_length=_MOST_ROWS)] | None = None
    accepted: bool | None = None
