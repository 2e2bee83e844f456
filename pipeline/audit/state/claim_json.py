"""Claims as plain JSON values and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.audit.receipts import Claim


def plain_claim(claim: Claim) -> dict[str, Any]:
    """The claim as JSON values; ``claim_of`` reads it back the same."""
    plain = asdict(claim)
    plain["amount"] = None if claim.amount is None else str(claim.amount)
    del plain["together"]
    if claim.together is not None:
        plain["together"] = str(claim.together)
    plain["submitted"] = None if claim.submitted is None else claim.submitted.isoformat()
    return plain


def claim_of(plain: dict[str, Any]) -> Claim:
    """The claim that ``plain_claim`` wrote."""
    amount, submitted, together = plain["amount"], plain["submitted"], plain.get("together")
    return Claim(
        **{
            **plain,
            "amount": None if amount is None else Decimal(amount),
            "together": None if together is None else Decimal(together),
            "submitted": None if submitted is None else date.fromisoformat(submitted),
        }
    )
