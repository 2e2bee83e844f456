"""Records in the format of Azure Document Intelligence: prebuilt-receipt, API v4.

Fields that the service does not have (discounts, service charge, rounding, change, tax and receipt
numbers, custom labels, checks) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.categories import Category
from pipeline.receipt import Field, LineItem, Payment, PixelBox, Receipt, TaxLine
from pipeline.world import cldr

API_VERSION = "2024-11-30"
MODEL = "prebuilt-receipt"
DOCUMENT_TYPE = "receipt"

_Json = dict[str, Any]
_Value = Callable[[Any], _Json]
_SYMBOLS = "$€£¥₹₩฿₫₱₺"
_UNIT = re.compile(r"\d\s*([^\W\d_]{1,4})\.?$")  # behind a quantity: 0.456 kg
RECEIPT_TYPES = {
    Category.MEALS: "Meal",
    Category.LODGING: "Hotel",
    Category.FUEL: "Fuel&Energy.Gas",
    Category.GROUND_TRANSPORT: "Transportation",
    Category.PARKING: "Transportation.Parking",
    Category.AIR: "Transportation",
    Category.GROCERIES: "Supplies",
    Category.OFFICE_SUPPLIES: "Supplies",
    Category.PHARMACY: "Healthcare",
    Category.TELECOM: "Communication",
    Category.ENTERTAINMENT: "Entertainment",
    Category.OTHER: "Other",
}


def as_azure(record: Receipt) -> _Json:
    """The response of a finished analysis: ``status`` and ``analyzeResult``, or ``error``.

    ``content`` has only the text of the fields, one per line, because the record has no other;
    ``spans`` refer to it. ``source`` is added: the service knows no file names.
    """
    source = record.source.model_dump(mode="json")
    if record.status == "error":
        error = {"code": "InvalidContent", "message": record.error or "not read"}
        return {"status": "failed", "source": source, "error": error}
    writer = _Writer(record.source.page)
    fields = dict(_fields(record, writer))
    width, height = record.size or (0, 0)
    area = record.source.region or (0, 0, width, height)
    whole = [{"offset": 0, "length": len(writer.content)}]
    document = {
        "docType": DOCUMENT_TYPE,
        "boundingRegions": _areas(record, writer, area) if record.size else [],
        "spans": whole,
        "fields": fields,
        "confidence": min(_confidences(fields), default=0.0),
    }
    pages = [_page(record.source.page, (width, height), whole)]
    pages += [_page(further.page, further.size, []) for further in record.further_pages]
    result = {
        "apiVersion": API_VERSION,
        "modelId": MODEL,
        "stringIndexType": "unicodeCodePoint",
        "contentFormat": "text",
        "content": writer.content,
        "pages": pages,
        "documents": [document],
    }
    return {"status": "succeeded", "source": source, "analyzeResult": result}


def _areas(record: Receipt, writer: _Writer, area: PixelBox) -> list[_Json]:
    """The receipt's part of each of its pages."""
    further = (writer.region((0, 0, *page.size), page.page) for page in record.further_pages)
    return [writer.region(area, record.source.page), *further]


def _page(number: int, size: tuple[int, int], spans: list[_Json]) -> _Json:
    return {
        "pageNumber": number,
        "angle": 0,
        "width": size[0],
        "height": size[1],
        "unit": "pixel",
        "spans": spans,
        "words": [],
        "lines": [],
    }


@dataclass(slots=True)
class _Writer:
    """Writes fields one after the other, and the text that their spans refer to."""

    page: int
    content: str = field(default="")

    def write(self, read: Field[Any], kind: str, value: _Json) -> _Json:
        start = len(self.content)
        self.content += f"{read.text}\n"
        return {
            "type": kind,
            **value,
            "content": read.text,
            "boundingRegions": [
                self.region(box, number)
                for box, number in zip(
                    read.boxes, read.pages or [self.page] * len(read.boxes), strict=True
                )
            ],
            "spans": [{"offset": start, "length": len(read.text)}],
            "confidence": round(read.confidence, 4),
        }

    def region(self, box: PixelBox, page: int) -> _Json:
        x0, y0, x1, y1 = box
        return {"pageNumber": page, "polygon": [x0, y0, x1, y0, x1, y1, x0, y1]}


def _fields(record: Receipt, writer: _Writer) -> Iterator[tuple[str, _Json]]:
    currency = _currency_of(record.currency)
    # Missing fields are absent, as in the service's responses.
    header: dict[str, tuple[Field[Any] | None, str, _Value]] = {
        "MerchantName": (record.merchant_name, "string", _string),
        "MerchantAddress": (record.merchant_address, "address", _address),
        "MerchantPhoneNumber": (record.merchant_phone, "phoneNumber", _phone),
        "TransactionDate": (record.date, "date", _date),
        "TransactionTime": (record.time, "time", _time),
        "CountryRegion": (record.country, "countryRegion", _country),
        "ReceiptType": (record.category, "string", _receipt_type),
    }
    for name, (read, kind, value) in header.items():
        if read is not None:
            yield name, writer.write(read, kind, value(read.value))
    if record.merchant_brand is not None:
        alias = writer.write(record.merchant_brand, "string", _string(record.merchant_brand.value))
        yield "MerchantAliases", {"type": "array", "valueArray": [alias]}
    tables = {
        "Items": [_object(_item(item, currency), writer) for item in record.items],
        "TaxDetails": [_object(_tax(tax, currency), writer) for tax in record.taxes],
        "Payments": [_object(_payment(one, currency), writer) for one in record.payments],
    }
    for name, rows in tables.items():
        if rows:
            yield name, {"type": "array", "valueArray": rows}
    amounts = {
        "Subtotal": record.subtotal,
        "TotalTax": record.tax,
        "Tip": record.tip,
        "Total": record.total,
    }
    for name, amount in amounts.items():
        if amount is not None:
            yield name, writer.write(amount, "currency", currency(amount.value))


_Columns = dict[str, tuple[Field[Any] | None, str, _Value]]


def _item(item: LineItem, currency: _Value) -> _Columns:
    unit = None if item.quantity is None else _unit(item.quantity)
    return {
        "ProductCode": (item.code, "string", _string),
        "Description": (item.description, "string", _string),
        "Quantity": (item.quantity, "number", _number),
        "QuantityUnit": (unit, "string", _string),
        "Price": (item.unit_price, "currency", currency),
        "TotalPrice": (item.total, "currency", currency),
    }


def _unit(quantity: Field[Any]) -> Field[str] | None:
    """The unit that is printed behind a quantity, ``None`` for pieces."""
    match = _UNIT.search(quantity.text)
    if match is None or match[1] in ("x", "X"):
        return None
    return Field[str](
        value=match[1],
        text=match[1],
        confidence=quantity.confidence,
        boxes=quantity.boxes,
        pages=quantity.pages,
    )


def _tax(tax: TaxLine, currency: _Value) -> _Columns:
    return {
        "Description": (tax.name, "string", _string),
        "Rate": (tax.rate, "number", _number),
        "NetAmount": (tax.net, "currency", currency),
        "Amount": (tax.amount, "currency", currency),
    }


def _payment(payment: Payment, currency: _Value) -> _Columns:
    return {
        "Method": (payment.method, "string", _string),
        "Amount": (payment.amount, "currency", currency),
    }


def _object(columns: _Columns, writer: _Writer) -> _Json:
    start = len(writer.content)
    cells = {
        name: writer.write(read, kind, value(read.value))
        for name, (read, kind, value) in columns.items()
        if read is not None
    }
    text = writer.content[start:].rstrip("\n")
    return {
        "type": "object",
        "valueObject": cells,
        "content": text,
        "boundingRegions": [
            region for cell in cells.values() for region in cell["boundingRegions"]
        ],
        "spans": [{"offset": start, "length": len(text)}],
        "confidence": min(_confidences(cells), default=0.0),
    }


def _confidences(fields: Mapping[str, _Json]) -> Iterator[float]:
    for one in fields.values():
        if "confidence" in one:
            yield one["confidence"]
        else:
            yield from (item["confidence"] for item in one["valueArray"])


def _currency_of(currency: Field[str] | None) -> _Value:
    """The currency properties of this receipt's amounts."""
    marks: _Json = {}
    if currency is not None:
        symbol = next((mark for mark in currency.text if mark in _SYMBOLS), None)
        marks = {"currencySymbol": symbol} if symbol else {}
        marks["currencyCode"] = currency.value

    def value(amount: Any) -> _Json:
        return {"valueCurrency": {**marks, "amount": float(amount)}}

    return value


def _country(value: Any) -> _Json:
    return {"valueCountryRegion": cldr.country(value).get("alpha3", value)}


def _receipt_type(value: Any) -> _Json:
    return {"valueString": RECEIPT_TYPES[value]}


def _string(value: Any) -> _Json:
    return {"valueString": value}


def _address(value: Any) -> _Json:
    return {"valueAddress": {}}  # the record does not split it; `content` has it all


def _phone(value: Any) -> _Json:
    return {"valuePhoneNumber": value}


def _date(value: Any) -> _Json:
    return {"valueDate": value.isoformat()}


def _time(value: Any) -> _Json:
    return {"valueTime": value if value.count(":") == 2 else f"{value}:00"}


def _number(value: Any) -> _Json:
    return {"valueNumber": float(value)}
