"""The values that a policy's names have on a receipt. A value that is missing has no key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.accents import plain_capitals
from pipeline.audit.policy.document import PolicyFile
from pipeline.audit.policy.holidays import holiday_name
from pipeline.audit.receipts import AuditedReceipt, Claim, value_of
from pipeline.receipt import LineItem

_SAME_NAME = (
    *("country", "time", "subtotal", "tax", "tip", "service_charge", "discount"),
    *("total", "currency"),
)
_NAMES = {
    "merchant": "merchant_name",
    "brand": "merchant_brand",
    "address": "merchant_address",
    "number": "receipt_number",
    "tax_number": "merchant_tax_id",
    **{name: name for name in _SAME_NAME},
}
_SATURDAY = 5


def receipt_values(receipt: AuditedReceipt, policy: PolicyFile) -> dict[str, Any]:
    """The values of ``receipt.…``, besides the line items."""
    record = receipt.record
    found: dict[str, Any] = {name: _plain(receipt.value(key)) for name, key in _NAMES.items()}
    found["category"] = receipt.category
    found |= _day_values(receipt)
    found |= _shares(receipt)
    found["amount"] = in_currency(receipt.value("total"), receipt.value("currency"), policy)
    number = record.merchant_tax_id
    found["has_tax_number"] = number is not None
    found["tax_number_valid"] = None if number is None else number.valid
    found["payment"] = next(
        (str(way.method.value) for way in record.payments if way.method is not None), None
    )
    found["item_count"] = float(receipt.item_count)
    found["itemised"] = receipt.item_count > 0
    found["needs_review"] = record.needs_review
    return {name: value for name, value in found.items() if value is not None}


def item_values(receipt: AuditedReceipt) -> list[dict[str, Any]]:
    """The values of ``receipt.items``."""
    return [_item_values(item) for item in receipt.record.items]


def claim_values(receipt: AuditedReceipt, claim: Claim | None) -> dict[str, Any]:
    """The values of ``claim.…`` for one claim of the receipt, or if it has none."""
    found: dict[str, Any] = {"people": float(len({one.person for one in receipt.claims}))}
    if claim is not None:
        found |= claim.other
        found |= {
            name: _plain(getattr(claim, name))
            for name in ("person", "amount", "currency", "category", "city", "trip", "approved_by")
        }
    return {name: value for name, value in found.items() if value is not None}


def mentioned(
    receipt: AuditedReceipt, words: Mapping[str, re.Pattern[str]]
) -> dict[str, list[int]]:
    """The numbers of the line items that have a word of each list."""
    texts = [plain_capitals(str(value_of(item.description) or "")) for item in receipt.record.items]
    return {
        name: [number for number, text in enumerate(texts) if pattern.search(text)]
        for name, pattern in words.items()
    }


def word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Matches each of the words as a whole, in capitals without accents."""
    listed = "|".join(re.escape(plain_capitals(word)) for word in words)
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)")


def in_currency(amount: Decimal | None, currency: str | None, policy: PolicyFile) -> float | None:
    """An amount in the policy's currency; ``None`` where the policy has no rate."""
    if amount is None or currency is None:
        return None
    if currency == policy.currency:
        return float(amount)
    rate = policy.rates.get(currency)
    return None if rate is None else float(amount * rate)


def _day_values(receipt: AuditedReceipt) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (time := receipt.value("time")) is not None:
        found["hour"] = float(time[:2])
    day: date | None = receipt.value("date")
    if day is None:
        return found
    found["date"] = day.isoformat()
    found["weekday"] = day.strftime("%A").lower()
    found["weekend"] = day.weekday() >= _SATURDAY
    found["age_days"] = float((receipt.judged_on - day).days)
    if (country := receipt.value("country")) is not None:
        name = holiday_name(country, day)
        found["holiday"] = name is not None
        found["holiday_name"] = name
    return found


def _shares(receipt: AuditedReceipt) -> dict[str, Any]:
    total = receipt.value("total")
    found = {}
    for name in ("tip", "tax"):
        part = receipt.value(name)
        if total is not None and part is not None and total > part:
            found[f"{name}_share"] = float(part / (total - part))
    return found


def _item_values(item: LineItem) -> dict[str, Any]:
    values = {
        name: _plain(value_of(getattr(item, name)))
        for name in ("description", "quantity", "unit_price", "total")
    }
    return {name: value for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
