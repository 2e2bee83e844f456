"""What the audit found, and what reviewers say about it."""

from __future__ import annotations

from typing import Literal

from pipeline.receipt import PixelBox
from pipeline.service.schemas.base import AnswerModel, Id, RequestModel


class FoundOn(AnswerModel):
    """A receipt of a finding: its record, and its file and page."""

    id: Id
    path: str
    page: int


class LookAt(AnswerModel):
    """A place to look at.

    Attributes:
        receipt: index into the finding's ``receipts``.
        box: pixels of the upright page.
    """

    receipt: int
    field: str
    page: int
    box: PixelBox


class Finding(AnswerModel):
    """What is worth a look, and why.

    Attributes:
        score: 0 to 1, recalibrated by labels.
        receipts: the record itself, then those that it is compared with.
        person: who claims the receipt.
        label: a reviewer's verdict.
    """

    id: str
    rule: str
    severity: Literal["info", "low", "medium", "high"]
    score: float
    receipts: list[FoundOn]
    reason: str
    look_at: list[LookAt]
    suggested_action: str
    amount: float | None
    currency: str | None
    person: str | None
    label: Literal["right", "harmless"] | None


class Findings(AnswerModel):
    """The findings about a record.

    Attributes:
        state: ``waiting`` until the audit has seen the record as it is now, ``off`` if it will not.
    """

    state: Literal["done", "waiting", "off"]
    findings: list[Finding]


class Verdict(RequestModel):
    """What a reviewer says about a finding; ``null`` takes it back."""

    label: Literal["right", "harmless"] | None
