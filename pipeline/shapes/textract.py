"""Records in the format of Amazon Textract: the response of AnalyzeExpense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.labels import ValueType
from pipeline.receipt import AmountField, Field, LineItem, PixelBox, Receipt, TaxLine

SUMMARY_TYPES = {
    "merchant_name": "VENDOR_NAME",
    "merchant_address": "VENDOR_ADDRESS",
    "merchant_phone": "VENDOR_PHONE",
    "merchant_tax_id": "VENDOR_VAT_NUMBER",
    "receipt_number": "INVOICE_RECEIPT_ID",
    "date": "INVOICE_RECEIPT_DATE",
    "subtotal": "SUBTOTAL",
    "tax": "TAX",
    "service_charge": "SERVICE_CHARGE",
    "tip": "GRATUITY",
    "discount": "DISCOUNT",
    "total": "TOTAL",
}
OTHER_FIELDS = (  # written as OTHER with the record's key as label
    *("merchant_brand", "country", "category", "time", "rounding", "change"),
)
ITEM_TYPES = {
    "code": "PRODUCT_CODE",
    "description": "ITEM",
    "quantity": "QUANTITY",
    "unit_price": "UNIT_PRICE",
    "discount": "OTHER",
    "total": "PRICE",
}

_Json = dict[str, Any]
_Place = tuple[int, PixelBox]
"""A page's number, and a box on it."""


def as_textract(record: Receipt) -> _Json:
    """The response of AnalyzeExpense with one expense document; without one, and with an ``Error``
    as in the SDKs' exceptions, if the page could not be read.

    ``ValueDetection.Text`` is as read, like the service's. If a digit was repaired, or an amount is
    the sum of several lines, it is the record's value, which cannot be parsed from the text.
    ``Blocks`` is empty, because the record does not have the page's words.
    ``source`` is added: the service knows no file names.
    """
    source = record.source.model_dump(mode="json")
    if record.status == "error":
        error = {"Code": "UnsupportedDocumentException", "Message": record.error or "not read"}
        metadata = {"Pages": 0}
        return {
            "DocumentMetadata": metadata,
            "ExpenseDocuments": [],
            "source": source,
            "Error": error,
        }
    sizes = {} if record.size is None else {record.source.page: record.size}
    sizes |= {further.page: further.size for further in record.further_pages}
    writer = _Writer(record.source.page, sizes, record.currency)
    rows = [{"LineItemExpenseFields": list(_item(item, writer))} for item in record.items]
    document = {
        "ExpenseIndex": 1,
        "SummaryFields": list(_summary(record, writer)),
        "LineItemGroups": [{"LineItemGroupIndex": 1, "LineItems": rows}] if rows else [],
        "Blocks": [],
    }
    return {
        "DocumentMetadata": {"Pages": len(record.page_numbers)},
        "ExpenseDocuments": [document],
        "source": source,
    }


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes fields; ``sizes`` of the pages makes pixels relative, ``page`` is the first."""

    page: int
    sizes: Mapping[int, tuple[int, int]]
    currency: Field[str] | None

    def write(self, read: Field[Any], kind: str) -> _Json:
        return self.detected(kind, _text(read), self.places(read), read.confidence)

    def summary(self, read: Field[Any], kind: str) -> _Json:
        """A summary field with its currency; parsers of the service's responses do not expect one
        in line items."""
        written = self.write(read, kind)
        if self.currency is not None and _is_money(read):
            confidence = _percent(self.currency.confidence)
            written["Currency"] = {"Code": self.currency.value, "Confidence": confidence}
        return written

    def labelled(self, read: Field[Any], kind: str, label: str) -> _Json:
        """A field under its label; ``OTHER`` is one without a type in the service. The label's
        position is not known; parsers require one, and get the value's."""
        return {**self.summary(read, kind), "LabelDetection": self.label(read, label)}

    def label(self, read: Field[Any], text: str) -> _Json:
        """A label; of a value without a position, which is derived, it is the whole page's."""
        place = self._geometry(self.places(read)) or _geometry_of(0.0, 0.0, 1.0, 1.0)
        return {"Text": text, "Confidence": _percent(read.confidence), **place}

    def detected(self, kind: str, text: str, places: list[_Place], confidence: float) -> _Json:
        """A value; ``PageNumber`` is the page of its first box."""
        sure = _percent(confidence)
        return {
            "Type": {"Text": kind, "Confidence": sure},
            "ValueDetection": {"Text": text, "Confidence": sure, **self._geometry(places)},
            "PageNumber": places[0][0] if places else self.page,
        }

    def places(self, read: Field[Any]) -> list[_Place]:
        numbers = read.pages or [self.page] * len(read.boxes)
        return list(zip(numbers, read.boxes, strict=True))

    def _geometry(self, places: list[_Place]) -> _Json:
        """The box around all boxes on the first one's page, as fractions of it; empty if either is
        unknown."""
        size = self.sizes.get(places[0][0]) if places else None
        if size is None or not all(size):
            return {}
        width, height = size
        boxes = [box for number, box in places if number == places[0][0]]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        x0, x1 = min(lefts) / width, max(rights) / width
        y0, y1 = min(tops) / height, max(bottoms) / height
        return _geometry_of(x0, y0, x1, y1)


def _geometry_of(x0: float, y0: float, x1: float, y1: float) -> _Json:
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    box = {"Width": x1 - x0, "Height": y1 - y0, "Left": x0, "Top": y0}
    polygon = [{"X": x, "Y": y} for x, y in corners]
    return {"Geometry": {"BoundingBox": box, "Polygon": polygon}}


def _summary(record: Receipt, writer: _Writer) -> Iterator[_Json]:
    for name, kind in SUMMARY_TYPES.items():
        if (read := getattr(record, name)) is not None:
            yield writer.summary(read, kind)
    yield from _paid(record, writer)
    # A custom label may have the name of a key of the record.
    others = [*((name, getattr(record, name)) for name in OTHER_FIELDS), *record.extra.items()]
    for name, read in others:
        if read is not None:
            yield writer.labelled(read, "OTHER", name)
    for tax in record.taxes:
        if len(record.taxes) > 1 and tax.amount is not None:
            yield writer.labelled(tax.amount, "TAX", _tax_name(tax))


def _paid(record: Receipt, writer: _Writer) -> Iterator[_Json]:
    """What was paid by each means; without a list of payments the cash."""
    amounts = [payment.amount for payment in record.payments]
    for read in amounts or [record.cash]:
        if read is not None:
            yield writer.summary(read, "AMOUNT_PAID")


def _tax_name(tax: TaxLine) -> str:
    parts = [tax.name.text if tax.name else "", tax.rate.text if tax.rate else ""]
    return " ".join(part for part in parts if part) or "tax"


def _item(item: LineItem, writer: _Writer) -> Iterator[_Json]:
    """The columns, and the whole row as the service adds it."""
    cells = [(name, read) for name in ITEM_TYPES if (read := getattr(item, name))]
    for name, read in cells:
        kind = ITEM_TYPES[name]
        label = {"LabelDetection": writer.label(read, name)} if kind == "OTHER" else {}
        yield {**writer.write(read, kind), **label}
    yield writer.detected(
        "EXPENSE_ROW",
        " ".join(read.text for _, read in cells),
        [place for _, read in cells for place in writer.places(read)],
        min((read.confidence for _, read in cells), default=0.0),
    )


def _text(read: Field[Any]) -> str:
    if isinstance(read.value, Decimal) and (read.repaired or len(read.boxes) > 1):
        return f"{read.value:f}"
    return read.text


def _is_money(read: Field[Any]) -> bool:
    if isinstance(read, AmountField):
        return read.type is ValueType.AMOUNT
    return isinstance(read.value, Decimal)


def _percent(confidence: float) -> float:
    return round(100 * confidence, 4)
