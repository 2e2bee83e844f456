"""Claims that ask for more than their receipt shows, or that have none."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.finding import Finding, ReceiptRef, Severity, finding_id
from pipeline.audit.receipts import AuditedReceipt, Claim, money
from pipeline.audit.rules.context import Context

ABOVE_RECEIPT = "claim-above-receipt"
BY_SEVERAL = "claimed-by-several"
_CENT = Decimal("0.01")


def claimed_amounts(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`claim-above-receipt` for one claim, `claimed-by-several` for claims that add up to more than
    the total. A bill shared in parts that add up to it is left alone."""
    total, currency = receipt.record.total, receipt.value("currency")
    claims = [one for one in receipt.claims if one.currency in (None, currency)]
    if total is None or not claims:
        return
    asked = [_asked(one, total.value) for one in claims]
    excess = sum(asked, Decimal()) - total.value
    if excess < _CENT:
        return
    parts = ", ".join(
        f"{claim.person or 'unnamed'} {money(amount, currency)}"
        for claim, amount in zip(claims, asked, strict=True)
    )
    shown = money(total.value, currency)
    if len(claims) == 1:
        rule, reason = ABOVE_RECEIPT, f"Claimed: {parts}; the receipt shows {shown}."
    else:
        rule = BY_SEVERAL
        reason = (
            f"{len(claims)} claims for one receipt of {shown}: {parts}; together "
            f"{money(excess, currency)} too much."
        )
    yield receipt.finding(
        rule,
        Severity.HIGH,
        total.confidence,
        reason,
        f"Pay no more than {shown} for this receipt.",
        fields=("total",),
        amount=excess,
    )


def claim_without_receipt(claim: Claim) -> Finding:
    """`claim-without-receipt`: no record is that of the claim."""
    asked = ""
    if claim.amount is not None:
        asked = f"; {money(claim.amount, claim.currency)} are claimed"
    return Finding(
        id=finding_id("claim-without-receipt", (repr(claim),)),
        rule="claim-without-receipt",
        severity=Severity.HIGH,
        score=1.0,
        receipts=[ReceiptRef(path=claim.path, page=claim.page or 1)],
        reason=f"No record of {claim.path} is among the audited ones{asked}.",
        look_at=[],
        suggested_action="Ask for the receipt.",
        amount=None if claim.amount is None else float(claim.amount),
        currency=claim.currency,
        person=claim.person,
    )


def _asked(claim: Claim, total: Decimal) -> Decimal:
    return total if claim.amount is None else claim.amount
