"""Who asks for the money of which receipt."""

from __future__ import annotations

import datetime
from typing import Literal

from pipeline.service.schemas.base import AnswerModel, Id


class Claim(AnswerModel):
    """Who asks for the money of a receipt.

    Attributes:
        path: the name of the receipt's file, or the id of the record or file: as given, and the
            file's id in a claim that was posted with the file.
        amount: what is claimed; ``null`` for the receipt's total.
        other: further columns, by name.
        receipts: the ids of its records; empty as long as there is none.
    """

    path: str
    page: int | None
    person: str | None
    amount: str | None
    currency: str | None
    category: str | None
    city: str | None
    trip: str | None
    submitted: datetime.date | None
    approved_by: str | None
    medium: Literal["paper", "electronic"] | None
    other: dict[str, str]
    receipts: list[Id]


class ClaimPage(AnswerModel):
    """A part of a list; ``next`` is the cursor of the next part, ``null`` at the end."""

    claims: list[Claim]
    next: str | None


class Claims(AnswerModel):
    """Who asks for the money of a record, in the order in which it was entered."""

    claims: list[Claim]


class EnteredClaims(AnswerModel):
    """How many claims were entered, and for how many of all there is no receipt."""

    entered: int
    without_receipt: int


class DeletedClaims(AnswerModel):
    """How many claims were deleted."""

    deleted: int
