"""Claims in another currency than their receipt, by the policy's rates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.finding import Finding, Severity
from pipeline.audit.policy.document import PolicyFile
from pipeline.audit.policy.values import in_currency
from pipeline.audit.receipts import AuditedReceipt, money
from pipeline.audit.rules.claimed_amounts import claim_text
from pipeline.audit.rules.context import Context

ABOVE_EXCHANGED = "claim-above-exchanged"
_SPREAD = 1.1
"""Above the rate of a policy: rates move within a year, and cards and banks take a few percent."""


def exchanged_claims(
    policy: PolicyFile, receipt: AuditedReceipt, context: Context
) -> Iterator[Finding]:
    """`claim-above-exchanged`: claims, at least one of them in another currency, that are together
    worth over a tenth more than the receipt's total.

    They are left alone if the policy lacks a rate.
    """
    total, currency = receipt.record.total, receipt.value("currency")
    foreign = [
        one
        for one in receipt.claims
        if one.amount is not None and one.currency not in (None, currency)
    ]
    if total is None or currency is None or not foreign:
        return
    whole = in_currency(total.value, currency, policy)
    parts = [
        whole if one.amount is None else in_currency(one.amount, one.currency or currency, policy)
        for one in receipt.claims
    ]
    known = [part for part in parts if part is not None]
    if whole is None or len(known) < len(parts) or not 0 < whole * _SPREAD < sum(known):
        return
    texts = ", ".join(claim_text(one, total.value, currency) for one in receipt.claims)
    found = receipt.finding(
        ABOVE_EXCHANGED,
        Severity.MEDIUM,
        total.confidence,
        f"Claimed: {texts}; that is {_amount(sum(known), policy)} by the policy's rates. The "
        f"receipt shows {money(total.value, currency)}, which is {_amount(whole, policy)}.",
        "Ask at what rate it was paid.",
        fields=("total", "currency"),
    )
    excess = round(sum(known) - whole, 2)
    person = foreign[0].person or receipt.person
    yield found.model_copy(update={"amount": excess, "currency": policy.currency, "person": person})


def _amount(amount: float, policy: PolicyFile) -> str:
    return money(Decimal(str(amount)), policy.currency)
