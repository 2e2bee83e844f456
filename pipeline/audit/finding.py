"""A finding: what is worth a look on which receipts, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from pipeline.receipt import Field, PixelBox, Source

Label = Literal["right", "harmless"]


class Severity(StrEnum):
    """How much depends on a finding, from a note to money that may be paid twice."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReceiptRef(_Part):
    """Which receipt: its file, page, and region of the page."""

    path: str
    page: int
    region: PixelBox | None = Constraint(default=None, exclude_if=lambda region: region is None)
    attachment: str | None = Constraint(default=None, exclude_if=lambda name: name is None)

    @classmethod
    def of(cls, source: Source) -> ReceiptRef:
        return cls(
            path=source.path,
            page=source.page,
            region=source.region,
            attachment=source.attachment,
        )


class Look(_Part):
    """A place to look at.

    Attributes:
        receipt: index into the finding's ``receipts``.
        field: the record's key, such as ``total`` or ``items[2].description``.
        box: pixels of the upright page, x0, y0, x1, y1.
    """

    receipt: int
    field: str
    page: int
    box: PixelBox


class Finding(_Part):
    """One thing to look at.

    Attributes:
        id: the same in every run for the same rule and receipts, so that labels stay with it.
        score: 0 to 1, the probability that the finding is right as far as the rule can tell;
            recalibrated by reviewers' labels where there are any.
        receipts: the one that was judged first, then those it is compared with.
        amount: the money at risk in ``currency``; ``None`` if the rule is not about an amount.
        person: who claims the receipt, if claims were given.
        label: a reviewer's verdict from an earlier run.
    """

    id: str
    rule: str
    severity: Severity
    score: float = Constraint(ge=0, le=1)
    receipts: list[ReceiptRef]
    reason: str
    look_at: list[Look]
    suggested_action: str
    amount: float | None = None
    currency: str | None = None
    person: str | None = None
    label: Label | None = None


def finding_id(rule: str, keys: Iterable[str], detail: str = "") -> str:
    """Twelve hexadecimal digits, from the rule, the receipts' keys and what tells apart several
    findings of a rule on one receipt."""
    text = "\n".join((rule, *keys, detail))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def looks(
    fields: Sequence[tuple[str, Field[Any] | None]], source: Source, receipt: int = 0
) -> list[Look]:
    """The boxes of fields with their names; missing and inferred fields have none."""
    return [
        Look(receipt=receipt, field=name, page=page, box=box)
        for name, field in fields
        if field is not None
        for page, box in zip(_pages(field, source), field.boxes, strict=True)
    ]


def _pages(field: Field[Any], source: Source) -> list[int]:
    return field.pages or [source.page] * len(field.boxes)
