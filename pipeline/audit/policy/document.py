"""The form of a policy file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from pipeline.audit.finding import Severity

Grouping = Literal["receipt", "person", "day", "month", "trip", "city", "merchant"]
Scalar = date | str | int | float | bool


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PolicyRule(_Part):
    """A condition on one receipt.

    Attributes:
        name: of the rule in findings: small letters, digits and hyphens.
        when: expression (CEL) that is true where the rule is broken. Where it asks for a value that
            the receipt does not have, the rule does not apply.
        categories: the categories that it is about; none for all.
        reason: may hold names in braces, such as ``{receipt.total}``, ``{receipt.tip_share:.0%}``.
    """

    name: str = Constraint(pattern=r"^[a-z0-9-]+$")
    when: str
    reason: str
    action: str
    categories: tuple[str, ...] = ()
    severity: Severity = Severity.MEDIUM


class Limit(_Part):
    """A limit on a sum of expenses.

    Attributes:
        per: what is summed up: one receipt, or all of one person, day, month, trip, city, merchant,
            or of several of these together.
        at_most: in the policy's currency.
        by_city: other limits by the claim's city.
    """

    name: str = Constraint(pattern=r"^[a-z0-9-]+$")
    per: tuple[Grouping, ...] = Constraint(min_length=1)
    at_most: Decimal = Constraint(gt=0)
    action: str
    categories: tuple[str, ...] = ()
    by_city: dict[str, Decimal] = {}
    severity: Severity = Severity.MEDIUM


class ExampleReceipt(_Part):
    """A receipt by some of its values, and who claims it; the rest of the record is missing."""

    receipt: dict[str, Scalar | list[dict[str, Scalar]]]
    claim: dict[str, Scalar] = {}


class Example(_Part):
    """Receipts, and the names of exactly those rules that the policy finds on them, in order."""

    name: str
    receipts: tuple[ExampleReceipt, ...] = Constraint(min_length=1)
    finds: tuple[str, ...]


class PolicyFile(_Part):
    """A policy as written.

    Attributes:
        currency: of limits and of ``receipt.amount``.
        rates: what one unit of other currencies is worth in it.
        words: lists of words by name; ``mentions.NAME`` says whether a line item has one of them.
        claim_columns: the columns of the claims, besides the known ones, that expressions use.
        own_categories: categories that claims use besides those of records.
    """

    name: str
    currency: str
    rates: dict[str, Decimal] = {}
    words: dict[str, tuple[str, ...]] = {}
    claim_columns: tuple[str, ...] = ()
    own_categories: tuple[str, ...] = ()
    rules: tuple[PolicyRule, ...] = ()
    limits: tuple[Limit, ...] = ()
    examples: tuple[Example, ...] = ()
