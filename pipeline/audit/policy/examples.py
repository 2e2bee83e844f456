"""Run the examples of a policy: what its author expects is what the audit finds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from pipeline.audit.policy.document import Example, ExampleReceipt
from pipeline.audit.policy.exchanged_claims import exchanged_claims
from pipeline.audit.policy.limits import limits
from pipeline.audit.policy.rules import Policy
from pipeline.audit.receipts import Claim
from pipeline.audit.records.claims import COLUMNS
from pipeline.audit.records.read import ReadRecord
from pipeline.audit.rules.context import context_of
from pipeline.audit.state.database import open_state
from pipeline.audit.state.entered import enter, pending
from pipeline.errors import ConfigError, did_you_mean
from pipeline.plain_errors import plain_problems
from pipeline.receipt import Receipt

_FIELDS = {
    "merchant": "merchant_name",
    "brand": "merchant_brand",
    "address": "merchant_address",
    "number": "receipt_number",
    "tax_number": "merchant_tax_id",
    **{
        name: name
        for name in (
            *("country", "category", "date", "time", "subtotal", "tax", "tip"),
            *("service_charge", "discount", "total", "currency"),
        )
    },
}
_OTHERS = ("tax_number_valid", "payment", "items", "item_count", "needs_review")


def check_examples(policy: Policy, where: str) -> None:
    """Run all examples.

    Raises:
        ConfigError: one is not a receipt, or gives other findings than it says.
    """
    for example in policy.file.examples:
        place = f"{where}: example {example.name!r}"
        found = findings_on(policy, example, place)
        if sorted(found) != sorted(example.finds):
            raise ConfigError(
                f"{place}: finds {', '.join(found) or 'nothing'}, "
                f"not {', '.join(example.finds) or 'nothing'}"
            )


def findings_on(policy: Policy, example: Example, where: str) -> list[str]:
    """The names of the rules that an example's receipts break."""
    with open_state(None) as database:
        for number, one in enumerate(example.receipts, start=1):
            record, count = _record(one.receipt, f"{number}.jpg", policy.file.currency, where)
            day = record.date.value if record.date else date.today()
            claims = [_claim(one, f"{number}.jpg", where)] if one.claim else []
            enter(database, ReadRecord(record, count), claims, day + timedelta(days=1), (), 1)
        context = context_of(database)
        return [
            finding.rule
            for receipt in pending(database, 1, "")
            for finding in (
                *policy.rules(receipt, context),
                *limits(policy.file, receipt, context),
                *exchanged_claims(policy.file, receipt, context),
            )
        ]


def _record(values: Mapping[str, Any], path: str, currency: str, where: str) -> tuple[Receipt, int]:
    for name in values:
        if name not in (*_FIELDS, *_OTHERS):
            known = [*_FIELDS, *_OTHERS]
            hint = did_you_mean(name, known) or f" (known: {', '.join(known)})"
            raise ConfigError(f"{where}: {name!r} cannot be given{hint}")
    fields = {_FIELDS[name]: _field(value) for name, value in values.items() if name in _FIELDS}
    fields.setdefault("currency", _field(currency))
    if "merchant_tax_id" in fields:
        fields["merchant_tax_id"]["valid"] = values.get("tax_number_valid")
    items = [
        {name: _field(value) for name, value in item.items()} for item in values.get("items", ())
    ]
    payments = [{"method": _field(values["payment"])}] if "payment" in values else []
    plain = {
        "source": {"path": path, "page": 1, "sha256": None},
        "status": "ok",
        "engine": "",
        "model": "",
        "items": items,
        "payments": payments,
        "needs_review": values.get("needs_review", False),
        **fields,
    }
    try:
        record = Receipt.model_validate(plain)
    except ValidationError as error:
        raise ConfigError(f"{where}: {plain_problems(error, Receipt)[0]}") from error
    return record, int(values.get("item_count", len(items)))


def _claim(one: ExampleReceipt, path: str, where: str) -> Claim:
    values = dict(one.claim)
    known: dict[str, Any] = {name: values.pop(name) for name in COLUMNS if name in values}
    try:
        if "amount" in known:
            known["amount"] = Decimal(str(known["amount"]))
        if "submitted" in known:
            known["submitted"] = date.fromisoformat(str(known["submitted"]))
    except (ValueError, ArithmeticError) as error:
        raise ConfigError(f"{where}: claim: {error}") from error
    other = {name: str(value) for name, value in values.items()}
    return Claim(path=path, **known, other=other)


def _field(value: Any) -> dict[str, Any]:
    return {"value": value, "text": str(value), "confidence": 1.0, "boxes": []}
