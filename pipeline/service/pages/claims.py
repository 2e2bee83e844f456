"""The claims of a record as the review page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.audit.receipts import Claim, money, value_of
from pipeline.receipt import Receipt

_UNNAMED = "Unnamed"


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """One claim.

    Attributes:
        amount: with its currency, or that it is the receipt's total.
        facts: what else is known about it.
    """

    person: str
    amount: str
    facts: tuple[str, ...]


def shown_claims(claims: Sequence[Claim], record: Receipt) -> list[ShownClaim]:
    """The claims; an amount without a currency is in that of the receipt."""
    return [
        ShownClaim(claim.person or _UNNAMED, _amount(claim, record), tuple(_facts(claim)))
        for claim in claims
    ]


def _amount(claim: Claim, record: Receipt) -> str:
    if claim.amount is None:
        return "the receipt's total"
    return money(claim.amount, claim.currency or value_of(record.currency))


def _facts(claim: Claim) -> Iterator[str]:
    if claim.page is not None:
        yield f"page {claim.page}"
    if claim.category:
        yield claim.category
    if claim.trip:
        yield f"trip {claim.trip}"
    if claim.city:
        yield claim.city
    if claim.submitted:
        yield f"submitted {claim.submitted.isoformat()}"
    if claim.approved_by:
        yield f"approved by {claim.approved_by}"
    if claim.medium:
        yield claim.medium
    yield from (f"{name} {text}" for name, text in claim.other.items())
