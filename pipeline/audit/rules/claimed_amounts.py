"""Claims that ask for more than their receipt shows, or that have none."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.audit.finding import Finding, ReceiptRef, Severity, finding_id
from pipeline.audit.receipts import AuditedReceipt, Claim, money
from pipeline.audit.rules.claimed_bill import bill_of
from pipeline.audit.rules.context import Context

ABOVE_RECEIPT = "claim-above-receipt"
BY_SEVERAL = "claimed-by-several"
_CENT = Decimal("0.01")


def claimed_amounts(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`claim-above-receipt` for one claim, `claimed-by-several` for claims that add up to more than
    the total. A bill shared in parts that add up to it is left alone.

    A claim in another currency than the receipt's is too much if the others add up to the total;
    what else it is worth is a matter of a policy's rates.
    """
    bill = bill_of(receipt, context)
    if bill is None:
        return
    same = [
        one for one in bill.claims if one.amount is None or one.currency in (None, bill.currency)
    ]
    if not same:
        return
    excess = sum(map(bill.asked, same), Decimal()) - bill.total
    others = [one for one in bill.claims if one not in same and one.amount and one.amount > 0]
    if excess < (Decimal() if others else _CENT):
        return
    claims = [*same, *others]
    parts = ", ".join(map(bill.claim_text, claims))
    is_one = len(bill.receipts) == 1
    if len(claims) == 1:
        rule, reason = ABOVE_RECEIPT, f"Claimed: {parts}; {bill.shows}."
    else:
        rule = BY_SEVERAL
        above = f"{money(excess, bill.currency)} too much"
        if others:
            above = "more than it shows" if is_one else "more than they show"
        bills = "one receipt" if is_one else f"{len(bill.receipts)} receipts of one file,"
        reason = f"{len(claims)} claims for {bills} of {bill.shown}: {parts}; together {above}."
    yield bill.finding(
        rule,
        Severity.HIGH,
        reason,
        f"Pay no more than {bill.shown} for {'this receipt' if is_one else 'these receipts'}.",
        ("total",),
    ).model_copy(
        update={
            "amount": None if others else float(excess),
            "currency": None if others else bill.currency,
        }
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
