"""What claims are compared with: a receipt, or all receipts of a file that one row claims."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.audit.finding import Finding, ReceiptRef, Severity, looks
from pipeline.audit.receipts import AuditedReceipt, Claim, money
from pipeline.audit.rules.context import Context
from pipeline.audit.state.claimed_together import claimed_with, whole_claim
from pipeline.audit.state.entered import receipt_numbered


@dataclass(frozen=True, slots=True)
class Bill:
    """Receipts that are claimed together, mostly one.

    Attributes:
        receipts: in order of entry; findings are about the first of them.
        claims: an absent amount is the total.
        total: the sum of those that were read.
        currency: of all totals; ``None`` if it was not read.
        unread: of how many the total was not read.
    """

    receipts: tuple[AuditedReceipt, ...]
    claims: tuple[Claim, ...]
    total: Decimal
    currency: str | None
    unread: int

    @property
    def shown(self) -> str:
        """The total with its currency."""
        return money(self.total, self.currency)

    @property
    def shows(self) -> str:
        """The total as a part of a sentence: ``the receipt shows 12.50 EUR``."""
        count = len(self.receipts)
        who = "the receipt shows" if count == 1 else f"the {count} receipts of the file show"
        return f"{who} {self.shown}"

    def asked(self, claim: Claim) -> Decimal:
        """How much is claimed, in the claim's currency, or in the bill's if it names none."""
        return self.total if claim.amount is None else claim.amount

    def claim_text(self, claim: Claim) -> str:
        """Who claims how much."""
        own = self.currency if claim.amount is None else claim.currency or self.currency
        return f"{claim.person or 'unnamed'} {money(self.asked(claim), own)}"

    def finding(
        self, rule: str, severity: Severity, reason: str, action: str, fields: Sequence[str]
    ) -> Finding:
        """A finding about the claims; a note if a total was not read.

        Args:
            fields: of each receipt, whose boxes to look at.
        """
        if self.unread:
            severity = Severity.INFO
            reason += f" The total of {self.unread} of them was not read."
        totals = [one.record.total for one in self.receipts]
        score = math.prod(total.confidence for total in totals if total is not None)
        found = self.receipts[0].finding(rule, severity, score, reason, action)
        look_at = [
            look
            for number, one in enumerate(self.receipts)
            for look in looks(
                [(name, getattr(one.record, name)) for name in fields], one.record.source, number
            )
        ]
        refs = [ReceiptRef.of(one.record.source) for one in self.receipts]
        return found.model_copy(update={"receipts": refs, "look_at": look_at})


def bill_of(receipt: AuditedReceipt, context: Context) -> Bill | None:
    """What the receipt's claims are for.

    ``None`` if it has none, for all but the first of several receipts, and if there is no sum: no
    total was read, or totals are in several currencies.
    """
    if not receipt.claims:
        return None
    numbers = claimed_with(context.database, receipt) or [receipt.number]
    if numbers[0] != receipt.number:
        return None
    places = {_place(receipt): receipt}
    for other in (receipt_numbered(context.database, number) for number in numbers[1:]):
        places.setdefault(_place(other), other)  # a claim may name several copies of a file
    receipts = tuple(places.values())
    read = [one for one in receipts if one.record.total is not None]
    currencies = {one.value("currency") for one in read}
    if len(currencies) != 1:
        return None
    (currency,) = currencies
    claims = tuple(_claims(receipts))
    named = {one.currency for one in claims if one.currency}
    if currency is None and len(named) == 1:
        (currency,) = named
    total = sum((one.value("total") for one in read), Decimal())
    return Bill(receipts, claims, total, currency, len(receipts) - len(read))


def _place(receipt: AuditedReceipt) -> tuple[object, ...]:
    source = receipt.record.source
    return source.attachment, source.page, source.region


def _claims(receipts: Sequence[AuditedReceipt]) -> list[Claim]:
    """Those for all of the receipts once, and those for one of them with its own total if they say
    no amount."""
    if len(receipts) == 1:
        return [whole_claim(claim) for claim in receipts[0].claims]
    found: list[Claim] = []
    earlier: list[Claim] = []
    for receipt in receipts:
        for claim in receipt.claims:
            if claim.together is not None:
                found += [] if claim in earlier else [whole_claim(claim)]
            elif claim.amount is not None:
                found.append(claim)
            elif (total := receipt.value("total")) is not None:
                found.append(replace(claim, amount=total, currency=None))
        earlier += receipt.claims
    return found
