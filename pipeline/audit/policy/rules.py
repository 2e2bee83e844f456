"""Apply a policy's rules to a receipt."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.audit.finding import Finding, Look, Severity, looks
from pipeline.audit.policy.document import PolicyFile, PolicyRule
from pipeline.audit.policy.expressions import Expression, cel_values
from pipeline.audit.policy.values import claim_values, item_values, mentioned, receipt_values
from pipeline.audit.receipts import AuditedReceipt
from pipeline.audit.rules.context import Context

_BOXES = {
    "merchant": "merchant_name",
    "brand": "merchant_name",
    "address": "merchant_address",
    "number": "receipt_number",
    "tax_number": "merchant_tax_id",
    "tax_number_valid": "merchant_tax_id",
    "amount": "total",
    "tip_share": "tip",
    "tax_share": "tax",
    "hour": "time",
    **dict.fromkeys(("weekday", "weekend", "holiday", "holiday_name", "age_days"), "date"),
}
_OWN = ("date", "time", "subtotal", "tax", "tip", "service_charge", "discount", "total")
_UNSEEN = "unknown"


@dataclass(frozen=True, slots=True)
class Policy:
    """A loaded policy.

    Attributes:
        expressions: of the rules, by their names.
        words: matches any of each list, by its name.
        uses_items: whether an expression asks for line items; most policies do not, and they are
            many values.
        text: of the file.
    """

    file: PolicyFile
    expressions: Mapping[str, Expression]
    words: Mapping[str, re.Pattern[str]]
    uses_items: bool
    text: str

    def rules(self, receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
        """The rules that the receipt breaks, in the order of the file; of several claims the first
        that breaks a rule counts."""
        wanted = [rule for rule in self.file.rules if _is_about(rule.categories, receipt)]
        if not wanted or receipt.record.status == "error":
            return
        with_words = mentioned(receipt, self.words)
        of_all = {
            "receipt": receipt_values(receipt, self.file)
            | ({"items": item_values(receipt)} if self.uses_items else {}),
            "mentions": {name: bool(items) for name, items in with_words.items()},
        }
        of_each = [claim_values(receipt, claim) for claim in receipt.claims or (None,)]
        shared = cel_values(of_all)
        values = [shared | cel_values({"claim": one}) for one in of_each]
        for rule in wanted:
            expression = self.expressions[rule.name]
            for claim, one in zip(of_each, values, strict=True):
                if expression.is_true(one):
                    look_at = _looks(receipt, expression, with_words)
                    yield _finding(receipt, rule, {**of_all, "claim": claim}, look_at)
                    break


def _is_about(categories: Sequence[str], receipt: AuditedReceipt) -> bool:
    return not categories or receipt.category in categories


def _finding(
    receipt: AuditedReceipt, rule: PolicyRule, plain: Mapping[str, Any], look_at: list[Look]
) -> Finding:
    found = receipt.finding(
        rule.name,
        rule.severity,
        _score(receipt, look_at),
        filled(rule.reason, plain),
        rule.action,
        amount=None if rule.severity is Severity.INFO else receipt.value("total"),
    )
    person = plain["claim"].get("person", receipt.person)
    return found.model_copy(update={"look_at": look_at, "person": person})


def filled(template: str, values: Mapping[str, Mapping[str, Any]]) -> str:
    """A template with names in braces, filled in; missing values are "unknown"."""
    parts = []
    for text, name, form, _ in string.Formatter().parse(template):
        parts.append(text)
        if name is not None:
            root, _, key = name.partition(".")
            value = values.get(root, {}).get(key)
            parts.append(_UNSEEN if value is None else format(value, form or _form(value)))
    return "".join(parts)


def _form(value: Any) -> str:
    return ",.2f" if isinstance(value, float) else ""


def _score(receipt: AuditedReceipt, look_at: Sequence[Look]) -> float:
    """The least confidence of the fields that the rule is about."""
    names = {look.field for look in look_at if "[" not in look.field}
    fields = [getattr(receipt.record, name) for name in names]
    return float(min((field.confidence for field in fields if field), default=1.0))


def _looks(
    receipt: AuditedReceipt, expression: Expression, with_words: Mapping[str, list[int]]
) -> list[Look]:
    record = receipt.record
    names = []
    for path in sorted(expression.used):
        root, _, name = path.partition(".")
        if root == "receipt" and (name in _OWN or name in _BOXES):
            names.append(_BOXES.get(name, name))
    fields = [(name, getattr(record, name)) for name in dict.fromkeys(names)]
    for name, numbers in with_words.items():
        if f"mentions.{name}" in expression.used:
            fields += [
                (f"items[{number}].description", record.items[number].description)
                for number in numbers
            ]
    return looks(fields, record.source)
