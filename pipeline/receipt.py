"""The record of one receipt, typed, with its JSON Schema.

The shape is stable: other programs read it. A missing field is ``None``, never an
empty string or 0. ``SCHEMA_VERSION`` rises whenever the shape changes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field as Constraint

from pipeline.categories import Category
from pipeline.labels import Table
from pipeline.receipt_fields import (
    NO_ENTRIES,
    Amount,
    AmountField,
    DateField,
    ExtraField,
    Field,
    LineItem,
    Payment,
    PixelBox,
    RecordPart,
    TableRow,
    TaxIdField,
    TaxLine,
    TextField,
    TimeOfDay,
)
from pipeline.receipt_quality import Quality

if TYPE_CHECKING:
    from PIL import Image

__all__ = [
    "FIELD_NAMES",
    "KEY_FIELDS",
    "REVIEW_BELOW",
    "SCHEMA_VERSION",
    "Amount",
    "AmountField",
    "Check",
    "Contents",
    "DateField",
    "Envelope",
    "ExtraField",
    "Field",
    "FurtherPage",
    "LineItem",
    "Payment",
    "PixelBox",
    "Quality",
    "Receipt",
    "Source",
    "TableRow",
    "TaxIdField",
    "TaxLine",
    "TextField",
    "TimeOfDay",
    "receipt_schema",
]

SCHEMA_VERSION: Final = "2.1"


class Check(RecordPart):
    """One sum that should hold: ``expected`` computed from its parts, ``found`` on the receipt."""

    rule: str
    ok: bool
    expected: Amount
    found: Amount


class Source(RecordPart):
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
        default_factory=list, exclude_if=lambda pages: not pages, json_schema_extra=NO_ENTRIES
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


class Envelope(RecordPart):
    """The source of a record and the status of reading it."""

    # Records of 2.0, which only lack `quality`, are read as well.
    schema_version: Literal["2.0", "2.1"] = SCHEMA_VERSION
    source: Source
    status: Literal["ok", "partial", "error"]
    error: str | None = None


class Contents(RecordPart):
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
    items: list[LineItem] = Constraint(default=[])
    taxes: list[TaxLine] = Constraint(default=[])
    payments: list[Payment] = Constraint(default=[])
    extra: dict[str, ExtraField] = Constraint(default={})
    absent: dict[str, float] = Constraint(default={})
    checks: list[Check] = Constraint(default=[])
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


class FurtherPage(RecordPart):
    """A page after the first of a receipt that is on several."""

    page: int = Constraint(ge=1)
    size: tuple[int, int]
    rotation: Literal[0, 90, 180, 270] = Constraint(default=0, exclude_if=lambda turn: turn == 0)


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
    timings: dict[str, float] = Constraint(default={})

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
