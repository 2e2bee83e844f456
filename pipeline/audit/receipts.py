"""A receipt under audit: its record, who claims it, and the day by which it is judged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.accents import plain_capitals
from pipeline.audit.finding import Finding, ReceiptRef, Severity, finding_id, looks
from pipeline.receipt import Field, Receipt, Source
from pipeline.world.cldr import currency_digits

_WORD = re.compile(r"[^\W_]+")
# What a merchant's receipts print or leave out: the legal form.
_LEGAL = frozenset(
    "SDN BHD BERHAD GMBH AG KG OHG UG INC LLC LTD CORP CO PLC SA SARL SAS SRL SPA BV NV AB AS OY"
    " PTY PTE PT TBK KK THE ENTERPRISE".split()
)


_USUAL_PLACES = 2


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the claims: who wants money for a receipt.

    Attributes:
        amount: what is claimed; ``None`` for the receipt's total.
        submitted: when the claim was made.
        medium: ``paper`` or ``electronic``: as what the claimant got the receipt.
        together: what is claimed for this and other receipts of the file, then ``amount`` is
            ``None`` (``state.claimed_together``); no column.
        other: further columns, by name, for policies.
    """

    path: str
    page: int | None = None
    person: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    category: str | None = None
    city: str | None = None
    trip: str | None = None
    submitted: date | None = None
    approved_by: str | None = None
    medium: str | None = None
    together: Decimal | None = field(default=None, repr=False)
    other: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditedReceipt:
    """One receipt as the rules see it.

    Attributes:
        number: in the order of entry, over all runs with one state; a rule that compares
            receipts reports at the later one.
        key: identifies the receipt over runs (``receipt_key``).
        item_count: of line items; tables have the number without the items.
        judged_on: the day the claim was submitted, or the receipt entered.
    """

    number: int
    key: str
    record: Receipt
    item_count: int
    claims: tuple[Claim, ...]
    judged_on: date

    @property
    def person(self) -> str | None:
        return next((claim.person for claim in self.claims if claim.person), None)

    @property
    def city(self) -> str | None:
        return next((claim.city for claim in self.claims if claim.city), None)

    @property
    def category(self) -> str | None:
        """As claimed, otherwise as the record says."""
        claimed = next((claim.category for claim in self.claims if claim.category), None)
        kind = self.value("category")
        return claimed or (str(kind) if kind else None)

    @property
    def merchant(self) -> str | None:
        return merchant_key(self.record)

    def value(self, name: str) -> Any:
        """The value of a field of the record, ``None`` if it was not found."""
        return value_of(getattr(self.record, name))

    def finding(
        self,
        rule: str,
        severity: Severity,
        score: float,
        reason: str,
        action: str,
        *,
        fields: tuple[str, ...] = (),
        amount: Decimal | None = None,
        detail: str = "",
    ) -> Finding:
        """A finding about this receipt alone.

        Args:
            fields: the single-valued fields whose boxes to look at.
            amount: at risk, in the receipt's currency.
            detail: tells apart several findings of the rule on this receipt.
        """
        source = self.record.source
        return Finding(
            id=finding_id(rule, (self.key,), detail),
            rule=rule,
            severity=severity,
            score=round(min(1.0, max(0.0, score)), 4),
            receipts=[ReceiptRef.of(source)],
            reason=reason,
            look_at=looks([(name, getattr(self.record, name)) for name in fields], source),
            suggested_action=action,
            amount=None if amount is None else float(amount),
            currency=None if amount is None else self.value("currency"),
            person=self.person,
        )


def value_of(found: Field[Any] | None) -> Any:
    """The field's value, ``None`` for a missing field."""
    return None if found is None else found.value


def receipt_key(source: Source) -> str:
    """The same for the same part of the same file, and another one for other bytes at its path."""
    region = "" if source.region is None else ",".join(f"{edge:.0f}" for edge in source.region)
    digest = (source.sha256 or "")[:16]
    return "#".join((source.path, source.attachment or "", str(source.page), region, digest))


def merchant_key(record: Receipt) -> str | None:
    """The merchant in capitals without accents, spaces, signs and legal form."""
    name = value_of(record.merchant_name)
    return None if name is None else name_key(str(name))


def name_key(name: str) -> str | None:
    """As ``merchant_key``, of any name."""
    words = _WORD.findall(plain_capitals(name))
    kept = [word for word in words if word not in _LEGAL] or words
    return "".join(kept) or None


def money(amount: Decimal, currency: str | None) -> str:
    """An amount as reasons print it, with the currency's decimals: ``1,234.50 EUR``."""
    places = currency_digits(currency) if currency else _USUAL_PLACES
    text = f"{amount:,.{places}f}"
    return f"{text} {currency}" if currency else text
