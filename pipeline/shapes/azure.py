"""Records in the format of Azure Document Intelligence: prebuilt-receipt, API v4.

Fields that the service does not have (discount, cash, change, custom labels, checks) are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.receipt import Field, LineItem, PixelBox, Receipt

API_VERSION = "2024-11-30"
MODEL = "prebuilt-receipt"
DOCUMENT_TYPE = "receipt"

_Json = dict[str, Any]
_Value = Callable[[Any], _Json]
_SYMBOLS = "$€£¥₹₩฿₫₱₺"


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
    }
    for name, (read, kind, value) in header.items():
        if read is not None:
            yield name, writer.write(read, kind, value(read.value))
    if record.items:
        items = [_item(item, writer, currency) for item in record.items]
        yield "Items", {"type": "array", "valueArray": items}
    amounts = {
        "Subtotal": record.subtotal,
        "TotalTax": record.tax,
        "Tip": record.tip,
        "Total": record.total,
    }
    for name, amount in amounts.items():
        if amount is not None:
            yield name, writer.write(amount, "currency", currency(amount.value))


def _item(item: LineItem, writer: _Writer, currency: _Value) -> _Json:
    columns: dict[str, tuple[Field[Any] | None, str, _Value]] = {
        "Description": (item.description, "string", _string),
        "Quantity": (item.quantity, "number", _number),
        "Price": (item.unit_price, "currency", currency),
        "TotalPrice": (item.total, "currency", currency),
    }
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
