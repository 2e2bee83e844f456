"""One record of a file of transcribed receipts."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.data.annotation_records import describe_error


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class TranscribedItem(_Record):
    """A line item; what a column lacks was not printed, but what it has may be inferred."""

    description: str
    quantity: float | None = None
    unit_price: float | None = None
    total: float | None = None


class Transcription(_Record):
    """A receipt's text and values as published.

    Attributes:
        source: the collection it comes from, such as ``portugal``.
        date, time: ``2018-12-25`` and ``20:13:39``.
        tip: tips or service charges.
        items_add_up: whether the publisher found that the items' totals give the receipt's.
        lines: the text from top to bottom; several spaces part columns.
        picture: the scan in a SROIE folder, relative to a folder above the file.
    """

    id: str
    source: str
    merchant_name: str | None = None
    merchant_address: str | None = None
    merchant_phone: str | None = None
    merchant_tax_id: str | None = None
    date: str | None = None
    time: str | None = None
    payment_method: str | None = None
    subtotal: float | None = None
    tax: float | None = None
    tip: float | None = None
    total: float | None = None
    rounding: float | None = None
    change: float | None = None
    items: tuple[TranscribedItem, ...] = ()
    items_add_up: bool | None = None
    lines: tuple[str, ...] = Field(min_length=1)
    picture: str | None = None


def transcription_of(line: str) -> Transcription:
    """Parse one line of JSON.

    Raises:
        ValueError: it is not such a record; the message says what is wrong with it.
    """
    try:
        return Transcription.model_validate_json(line)
    except ValidationError as error:
        raise ValueError(describe_error(error, Transcription)) from error
