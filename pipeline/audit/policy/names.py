"""The names that a policy's expressions may use, with a value of each one's type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

ITEM: Final[Mapping[str, Any]] = {
    "description": "Tea",
    "quantity": 2.0,
    "unit_price": 1.5,
    "total": 3.0,
}
"""Of ``receipt.items``."""

RECEIPT: Final[Mapping[str, Any]] = {
    "merchant": "Blue Cafe",
    "brand": "Blue",
    "address": "1 Main St",
    "country": "US",
    "category": "meals",
    "number": "INV-1",
    "date": "2026-03-10",
    "time": "13:55",
    "hour": 13.0,
    "weekday": "tuesday",
    "weekend": False,
    "holiday": False,
    "holiday_name": "Labor Day",
    "age_days": 3.0,
    "subtotal": 10.0,
    "tax": 1.0,
    "tax_share": 0.1,
    "tip": 2.0,
    "tip_share": 0.2,
    "service_charge": 1.0,
    "discount": 1.0,
    "total": 13.0,
    "currency": "USD",
    "amount": 13.0,
    "has_tax_number": True,
    "tax_number": "DE136695976",
    "tax_number_valid": True,
    "payment": "VISA",
    "items": [ITEM],
    "item_count": 1.0,
    "itemised": True,
    "needs_review": False,
}
"""``amount`` is the total in the policy's currency; ``tip_share`` is of the total without the tip,
``tax_share`` of the total without the tax; ``age_days`` are from the receipt to the claim."""

CLAIM: Final[Mapping[str, Any]] = {
    "person": "Ada",
    "amount": 13.0,
    "currency": "USD",
    "category": "meals",
    "city": "Boston",
    "trip": "T-1",
    "approved_by": "Ben",
    "people": 1.0,
}
"""``people`` is how many people claim the receipt."""
