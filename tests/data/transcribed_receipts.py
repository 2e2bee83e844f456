"""A transcribed receipt for tests, and what was read of it."""

from __future__ import annotations

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.tags import spans

CAFE = {
    "id": "cafe-1",
    "source": "made",
    "merchant_name": "Corner Cafe",
    "merchant_address": "12 Harbour Street, Springfield",
    "merchant_phone": "555-123-4567",
    "merchant_tax_id": None,
    "date": "2019-04-05",
    "time": "14:30:00",
    "payment_method": "Cash",
    "subtotal": 11.5,
    "tax": 1.0,
    "tip": 0.0,
    "total": 12.5,
    "rounding": 0.0,
    "change": 7.5,
    "items": [
        {"description": "Flat White", "quantity": 2, "unit_price": 4.0, "total": 8.0},
        {"description": "Lemon Cake", "quantity": 1, "unit_price": 3.5, "total": 3.5},
    ],
    "items_add_up": True,
    "lines": [
        "CORNER CAFE",
        "12 Harbour Street",
        "Springfield",
        "Tel 555-123-4567",
        "4/5/2019   2:30 PM",
        "2 Flat White   4.00   8.00",
        "1 Lemon Cake   3.50",
        "Subtotal   11.50",
        "Tax   1.00",
        "Total   $12.50",
        "Cash   20.00",
        "Change   7.50",
        "Thank you",
    ],
}


def texts(page: AnnotatedPage, label: str) -> list[str]:
    words = [token.text for token in page.page.tokens]
    return [" ".join(words[first:end]) for own, first, end in spans(page.tags) if own == label]
