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
    the total. A bill shared in parts that add up to it is left alone.

    A claim in another currency than the receipt's is too much if the others add up to the total;
    what else it is worth is a matter of a policy's rates.
    """
    total, currency = receipt.record.total, _currency(receipt)
    same = [one for one in receipt.claims if one.amount is None or one.currency in (None, currency)]
    if total is None or not same:
        return
    excess = sum((_asked(one, total.value) for one in same), Decimal()) - total.value
    others = [one for one in receipt.claims if one not in same and one.amount and one.amount > 0]
    if excess < (Decimal() if others else _CENT):
        return
    claims = [*same, *others]
    shown = money(total.value, currency)
    parts = ", ".join(claim_text(one, total.value, currency) for one in claims)
    if len(claims) == 1:
        rule, reason = ABOVE_RECEIPT, f"Claimed: {parts}; the receipt shows {shown}."
    else:
        above = "more than it shows" if others else f"{money(excess, currency)} too much"
        rule = BY_SEVERAL
        reason = f"{len(claims)} claims for one receipt of {shown}: {parts}; together {above}."
    yield receipt.finding(
        rule,
        Severity.HIGH,
        total.confidence,
        reason,
        f"Pay no more than {shown} for this receipt.",
        fields=("total",),
        amount=None if others else excess,
    ).model_copy(update={"currency": None if others else currency})


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


def claim_text(claim: Claim, total: Decimal, currency: str | None) -> str:
    """Who claims how much.

    Args:
        total, currency: of the receipt, for a claim that does not say them.
    """
    own = currency if claim.amount is None else claim.currency or currency
    return f"{claim.person or 'unnamed'} {money(_asked(claim, total), own)}"


def _currency(receipt: AuditedReceipt) -> str | None:
    """The receipt's; if it was not read, the one in which it is claimed, if there is one only."""
    claimed = {one.currency for one in receipt.claims if one.currency}
    read: str | None = receipt.value("currency")
    return read or (claimed.pop() if len(claimed) == 1 else None)


def _asked(claim: Claim, total: Decimal) -> Decimal:
    return total if claim.amount is None else claim.amount
