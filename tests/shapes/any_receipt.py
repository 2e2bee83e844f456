"""Any valid receipt, as a Hypothesis strategy, and one that has everything."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from extra_fields import EXTRAS
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pipeline.categories import Category
from pipeline.receipt import Check, Field, LineItem, Payment, Receipt, Source, TaxLine

WIDTH, HEIGHT = 400, 800

_numbers = st.floats(0, 1e4, allow_nan=False)
_boxes = st.lists(st.tuples(_numbers, _numbers, _numbers, _numbers), max_size=3)
_texts = st.text(max_size=20)
_amounts = st.decimals(allow_nan=False, allow_infinity=False, places=2)
_times = st.from_regex(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", fullmatch=True)


def _fields(values: SearchStrategy[Any], kind: Any) -> SearchStrategy[Any]:
    field = st.builds(
        Field[kind],
        value=values,
        text=_texts,
        confidence=st.floats(0, 1),
        boxes=_boxes,
        repaired=st.booleans(),
    )
    return st.none() | field


_items = st.builds(
    LineItem,
    code=_fields(_texts, str),
    description=_fields(_texts, str),
    quantity=_fields(_amounts, Decimal),
    unit_price=_fields(_amounts, Decimal),
    discount=_fields(_amounts, Decimal),
    total=_fields(_amounts, Decimal),
)
_taxes = st.builds(
    TaxLine,
    name=_fields(_texts, str),
    **dict.fromkeys(("rate", "net", "amount"), _fields(_amounts, Decimal)),
)
_payments = st.builds(Payment, method=_fields(_texts, str), amount=_fields(_amounts, Decimal))

RECEIPTS: SearchStrategy[Receipt] = st.builds(
    Receipt,
    source=st.builds(Source, path=_texts, page=st.integers(1, 9), sha256=st.none()),
    status=st.sampled_from(["ok", "partial", "error"]),
    error=st.none() | _texts,
    engine=_texts,
    model=_texts,
    size=st.none() | st.tuples(st.integers(0, 5000), st.integers(0, 5000)),
    approved=st.none() | st.booleans(),
    **dict.fromkeys(
        ("merchant_name", "merchant_address", "merchant_phone", "receipt_number"),
        _fields(_texts, str),
    ),
    country=_fields(st.sampled_from(["DE", "MY", "US"]), str),
    category=_fields(st.sampled_from(Category), Category),
    date=_fields(st.dates(), datetime.date),
    time=_fields(_times, str),
    **dict.fromkeys(
        (
            *("subtotal", "tax", "service_charge", "tip", "discount", "rounding", "total"),
            *("cash", "change"),
        ),
        _fields(_amounts, Decimal),
    ),
    currency=_fields(st.sampled_from(["EUR", "MYR", "USD"]), str),
    items=st.lists(_items, max_size=3),
    taxes=st.lists(_taxes, max_size=2),
    payments=st.lists(_payments, max_size=2),
    extra=EXTRAS,
)


def read(value: Any, text: str, line: int = 0, confidence: float = 0.9) -> dict[str, Any]:
    """A field on a text line of its own."""
    box = (40.0, 20.0 * line, 140.0, 20.0 * line + 16)
    return {"value": value, "text": text, "confidence": confidence, "boxes": [box]}


def whole_receipt() -> Receipt:
    """One of everything."""
    return Receipt.model_validate(
        {
            "source": Source(path="a.jpg", page=2, sha256=None),
            "status": "ok",
            "engine": "fake",
            "model": "fake",
            "size": (WIDTH, HEIGHT),
            "merchant_name": read("ACME SDN BHD", "ACME SDN BHD", 0, 0.97),
            "merchant_address": read("3 JALAN, 50000 KL", "3 JALAN, 50000 KL", 1),
            "merchant_phone": read("0312345678", "03-1234 5678", 2),
            "merchant_brand": read("Acme", "ACME SDN BHD", 0),
            "merchant_tax_id": {"valid": None, **read("000123456789", "000123456789", 2)},
            "country": {"value": "MY", "text": "SDN BHD", "confidence": 0.9, "boxes": []},
            "category": {"value": "meals", "text": "COLA", "confidence": 0.9, "boxes": []},
            "receipt_number": read("A-0012", "A-0012", 3),
            "date": read(datetime.date(2020, 4, 3), "03/04/2020", 3),
            "time": read("14:33", "2:33 PM", 4),
            "items": [
                {
                    "code": read("4711", "4711", 5),
                    "description": read("COLA", "COLA", 5),
                    "quantity": read(Decimal(2), "2 l", 6),
                    "unit_price": read(Decimal("3.50"), "3.50", 6),
                    "discount": read(Decimal("0.50"), "-0.50", 6),
                    "total": read(Decimal("7.00"), "7.00", 5),
                },
                {"total": read(Decimal("1.00"), "1.00", 7, 0.4)},
            ],
            "subtotal": read(Decimal("8.00"), "8.00", 8),
            "tax": {
                "value": Decimal("0.80"),
                "text": "0.30 0.50",
                "confidence": 0.8,
                "boxes": [(40, 180, 90, 196), (40, 200, 90, 216)],
            },
            "taxes": [
                {
                    "name": read("GST", "GST", 9),
                    "rate": read(Decimal(6), "6%", 9),
                    "net": read(Decimal("5.00"), "5.00", 9),
                    "amount": read(Decimal("0.30"), "0.30", 9),
                },
                {"amount": read(Decimal("0.50"), "0.50", 10)},
            ],
            "payments": [
                {
                    "method": {"value": "cash", "text": "10.00", "confidence": 0.9, "boxes": []},
                    "amount": read(Decimal("10.00"), "10.00", 14),
                },
                {
                    "method": read("VISA", "VISA", 14),
                    "amount": read(Decimal("1.00"), "1.00", 14),
                    "card_last4": read("9797", "****9797", 14),
                },
            ],
            "service_charge": read(Decimal("0.80"), "0.80", 10),
            "rounding": read(Decimal("-0.02"), "-0.02", 12),
            "tip": read(Decimal("1.00"), "1.00", 11),
            "discount": read(Decimal("0.50"), "-0.50", 12),
            "total": read(Decimal("9.30"), "RM9.30", 13, 0.99),
            "cash": read(Decimal("10.00"), "10.00", 14),
            "change": read(Decimal("0.70"), "0.70", 15),
            "currency": read("MYR", "RM9.30", 13),
            "extra": {"loyalty_points": {"type": "quantity", **read(Decimal(12), "12", 16)}},
            "checks": [Check(rule="cash-change=total", ok=True, expected=Decimal("9.30"),
                             found=Decimal("9.30"))],
        }
    )  # fmt: skip
