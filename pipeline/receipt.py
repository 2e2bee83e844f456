"""The record of one receipt, typed, with its JSON Schema.

The shape is stable: other programs read it. A missing field is ``None``, never an
empty string or 0. ``SCHEMA_VERSION`` rises whenever the shape changes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic import Field as Constraint
from pydantic.config import JsonDict

from pipeline.categories import Category
from pipeline.labels import Table, ValueType

if TYPE_CHECKING:
    from PIL import Image

SCHEMA_VERSION: Final = "2.1"

Amount = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number"}),
]
TimeOfDay = Annotated[str, Constraint(pattern=r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")]
PixelBox = tuple[float, float, float, float]
Value = TypeVar("Value")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# A default that is a list would be copied for each field of a record, which takes half of the time
# of reading one.
_NO_ENTRIES: JsonDict = {"default": []}


class Field(_Record, Generic[Value]):
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
        default_factory=list, exclude_if=lambda others: not others, json_schema_extra=_NO_ENTRIES
    )
    pages: list[int] = Constraint(
        default_factory=list, exclude_if=lambda pages: not pages, json_schema_extra=_NO_ENTRIES
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


class LineItem(_Record):
    """One line item; columns that the receipt does not print are ``None``."""

    code: Field[str] | None = None
    description: Field[str] | None = None
    quantity: Field[Amount] | None = None
    unit_price: Field[Amount] | None = None
    discount: Field[Amount] | None = None
    total: Field[Amount] | None = None


class TaxLine(_Record):
    """The tax of one name and rate; what the receipt does not print is ``None``.

    Attributes:
        rate: in percent.
        net: the amount that the tax is on, without the tax.
    """

    name: Field[str] | None = None
    rate: Field[Amount] | None = None
    net: Field[Amount] | None = None
    amount: Field[Amount] | None = None


class Payment(_Record):
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


class Check(_Record):
    """One sum that should hold: ``expected`` computed from its parts, ``found`` on the receipt."""

    rule: str
    ok: bool
    expected: Amount
    found: Amount


class Source(_Record):
    """The file, and where in it the receipt is.

    Attributes:
        path: as given or as found in a folder; an address for remote files.
        page: from 1; the first one of a receipt that is on several.
        pages: present if the receipt is on several pages: their numbers.
        region: present if the page holds several receipts: the box around this one.
        sha256: hash of the file's bytes; ``None`` if unreadable.
        attachment: present for pages of a mail's attachment: its name in the mail, after the names
            of mails within which it is, such as ``forwarded.eml/receipt.pdf``.
        read_from: ``text`` if the words are the text of a PDF or mail, ``ocr`` if the page was read
            by an OCR engine; ``None`` if it was not read.
        duplicate_of: in folder runs, the ``path`` of the first input with the same bytes,
            if that is another one; the rest of the record is that file's.
    """

    path: str
    page: int = Constraint(ge=1)
    pages: list[int] = Constraint(
        default_factory=list, exclude_if=lambda pages: not pages, json_schema_extra=_NO_ENTRIES
    )
    region: PixelBox | None = Constraint(default=None, exclude_if=lambda region: region is None)
    sha256: str | None
    attachment: str | None = Constraint(default=None, exclude_if=lambda name: name is None)
    read_from: Literal["text", "ocr"] | None = None
    duplicate_of: str | None = None

    @property
    def part(self) -> str:
        """The part of the file in words, such as ``page 2`` or ``a.pdf, page 1``."""
        page = f"page {self.page}"
        return page if self.attachment is None else f"{self.attachment}, {page}"


class Envelope(_Record):
    """The source of a record and the status of reading it."""

    # Records of 2.0, which only lack `quality`, are read as well.
    schema_version: Literal["2.0", "2.1"] = SCHEMA_VERSION
    source: Source
    status: Literal["ok", "partial", "error"]
    error: str | None = None


class Contents(_Record):
    """The contents of the receipt: the result of assembly.

    Attributes:
        merchant_brand, category, country: derived from other values and words of the receipt;
            the country's ISO 3166 code.
        extra: fields of custom labels by name, each with its label's type.
        absent: amounts of the summary that are ``None``, each with the probability that the receipt
            has none, 0 to 1.
    """

    merchant_name: Field[str] | None = None
    merchant_brand: Field[str] | None = None
    merchant_address: Field[str] | None = None
    merchant_phone: Field[str] | None = None
    merchant_tax_id: TaxIdField | None = None
    country: Field[str] | None = None
    category: Field[Category] | None = None
    receipt_number: Field[str] | None = None
    date: Field[datetime.date] | None = None
    time: Field[TimeOfDay] | None = None
    subtotal: Field[Amount] | None = None
    tax: Field[Amount] | None = None
    service_charge: Field[Amount] | None = None
    tip: Field[Amount] | None = None
    discount: Field[Amount] | None = None
    rounding: Field[Amount] | None = None
    total: Field[Amount] | None = None
    cash: Field[Amount] | None = None
    change: Field[Amount] | None = None
    currency: Field[str] | None = None
    items: list[LineItem] = []
    taxes: list[TaxLine] = []
    payments: list[Payment] = []
    extra: dict[str, ExtraField] = {}
    absent: dict[str, float] = {}
    checks: list[Check] = []
    needs_review: bool = False

    def found_fields(self) -> dict[str, Field[Any]]:
        """The single-valued fields that have a value, in the record's order."""
        fields = {name: getattr(self, name) for name in FIELD_NAMES}
        return {name: field for name, field in fields.items() if field is not None}


_NOT_FIELDS = {*Table, "extra", "absent", "checks", "needs_review"}
FIELD_NAMES = tuple(name for name in Contents.model_fields if name not in _NOT_FIELDS)
"""The record's single-valued fields, in the record's order."""
KEY_FIELDS = ("merchant_name", "date", "total")
"""A record that lacks one of these is `partial`, where the label set has it; by default an
approved record has them all."""
REVIEW_BELOW: Mapping[str, float] = dict.fromkeys(KEY_FIELDS, 0.5)
"""The confidences below which a field asks for review by default."""


class FurtherPage(_Record):
    """A page after the first of a receipt that is on several."""

    page: int = Constraint(ge=1)
    size: tuple[int, int]
    rotation: Literal[0, 90, 180, 270] = Constraint(default=0, exclude_if=lambda turn: turn == 0)


class Quality(_Record):
    """How well the receipt was read, which `receipts drift` watches.

    Attributes:
        words, lines: how many were read.
        ocr_confidence: mean confidence of the OCR engine in a word; 1 for the text of a PDF.
        tag_entropy: mean entropy in bits of the tagger's label probabilities of a word; ``None``
            if the tagger gives no probabilities.
        tagged: share of the words that have a label.
        text_height: median height of a word's box in pixels.
        sharpness: how abrupt the edges of the print are, from the Laplacian of the picture;
            ``None`` without a picture.
    """

    words: int = Constraint(ge=0)
    lines: int = Constraint(ge=0)
    ocr_confidence: float | None = None
    tag_entropy: float | None = None
    tagged: float | None = None
    text_height: float | None = None
    sharpness: float | None = None


class Receipt(Contents, Envelope):
    """The record: envelope, contents, and what produced them.

    Attributes:
        size: width and height of the upright page in pixels; absent where no page was read.
        rotation: the clockwise rotation in degrees that made the page upright; absent if none.
            Of several receipts on a page each has its own, and its boxes are those on the page
            turned so.
        further_pages: present if the receipt is on several pages: size and rotation of those after
            the first.
        quality: absent where no page was read.
        approved: present with automatic approval: whether the record needs no human check at
            the requested precision.
    """

    size: tuple[int, int] | None = Constraint(default=None, exclude_if=lambda size: size is None)
    rotation: Literal[0, 90, 180, 270] = Constraint(default=0, exclude_if=lambda turn: turn == 0)
    further_pages: list[FurtherPage] = Constraint(default=[], exclude_if=lambda pages: not pages)
    quality: Quality | None = Constraint(default=None, exclude_if=lambda one: one is None)
    approved: bool | None = Constraint(default=None, exclude_if=lambda approved: approved is None)
    engine: str
    model: str
    timings: dict[str, float] = {}

    def draw(self, image: Image.Image | Sequence[Image.Image] | None = None) -> Image.Image:
        """The upright page with boxes coloured by confidence, and the values in a margin.

        Several pages are drawn one below the other.

        Args:
            image: the page as it was given to ``extract``, or the pages; by default they are
                loaded from ``source``.

        Raises:
            ImageError: the file of ``source`` cannot be loaded.
            ValueError: a picture has another size than the page that was read, or there are more
                or fewer than pages.
        """
        from pipeline.documents.images import upright_rgb
        from pipeline.documents.load import load_page
        from pipeline.drawing import draw_record

        if image is None:
            path, inside = Path(self.source.path), self.source.attachment
            pages = [load_page(path, number, attachment=inside) for number in self.page_numbers]
            return draw_record(self, pages)
        images = image if isinstance(image, Sequence) else [image]
        return draw_record(self, [upright_rgb(one) for one in images])

    @property
    def page_numbers(self) -> list[int]:
        """The pages that the receipt is on."""
        return self.source.pages or [self.source.page]


def receipt_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one record as serialised."""
    schema = Receipt.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
