"""Claims in another currency than their receipt, by the policy's rates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.finding import Finding, Severity
from pipeline.audit.policy.document import PolicyFile
from pipeline.audit.policy.values import in_currency
from pipeline.audit.receipts import AuditedReceipt, Claim, money
from pipeline.audit.rules.claimed_bill import bill_of
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
    bill = bill_of(receipt, context)
    if bill is None or bill.currency is None:
        return
    currency = bill.currency
    foreign = [
        one
        for one in bill.claims
        if one.amount is not None and one.currency not in (None, currency)
    ]
    if not foreign:
        return
    whole = in_currency(bill.total, currency, policy)
    parts = [in_currency(bill.asked(one), _currency(one, currency), policy) for one in bill.claims]
    known = [part for part in parts if part is not None]
    if whole is None or len(known) < len(parts) or not 0 < whole * _SPREAD < sum(known):
        return
    texts = ", ".join(map(bill.claim_text, bill.claims))
    shows = bill.shows
    found = bill.finding(
        ABOVE_EXCHANGED,
        Severity.MEDIUM,
        f"Claimed: {texts}; that is {_amount(sum(known), policy)} by the policy's rates. "
        f"{shows[0].upper()}{shows[1:]}, which is {_amount(whole, policy)}.",
        "Ask at what rate it was paid.",
        ("total", "currency"),
    )
    excess = round(sum(known) - whole, 2)
    person = foreign[0].person or receipt.person
    yield found.model_copy(update={"amount": excess, "currency": policy.currency, "person": person})


def _currency(claim: Claim, of_bill: str) -> str:
    return of_bill if claim.amount is None else claim.currency or of_bill


def _amount(amount: float, policy: PolicyFile) -> str:
    return money(Decimal(str(amount)), policy.currency)
