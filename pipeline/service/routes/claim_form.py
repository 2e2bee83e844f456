"""The claim that may come with posted files; its fields are named as the columns of claims."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Form

from pipeline.audit.receipts import Claim
from pipeline.audit.records.claims import COLUMNS, claim_of_texts
from pipeline.errors import ConfigError
from pipeline.service.problems import Problem

_LONGEST = 200
_LONGEST_OTHER = 10_000
_ANY_PATH = "a file"  # its id is not known yet


def _text(description: str, longest: int = _LONGEST) -> Any:
    # No zero byte: PostgreSQL's texts hold none.
    return Form(max_length=longest, pattern=r"^[^\x00]*$", description=description)


def _claim(
    person: Annotated[str, _text("Who asks for the money.")] = "",
    amount: Annotated[
        str, _text("What is claimed, such as `12.50`; by default the receipt's total.")
    ] = "",
    currency: Annotated[str, _text("Of the amount, such as `EUR`.")] = "",
    category: Annotated[str, _text("The kind of expense; by default the record's.")] = "",
    city: Annotated[str, _text("Where the money was spent.")] = "",
    trip: Annotated[str, _text("On which trip the money was spent.")] = "",
    submitted: Annotated[str, _text("The date of the claim, such as `2026-03-31`.")] = "",
    approved_by: Annotated[str, _text("Who approved it.")] = "",
    medium: Annotated[
        str, _text("`paper` or `electronic`: as what the claimant got the receipt.")
    ] = "",
    page: Annotated[str, _text("Of a file with several receipts: the one that is claimed.")] = "",
    other: Annotated[
        str, _text("What policies ask for besides: a JSON object of texts.", _LONGEST_OTHER)
    ] = "",
) -> Claim | None:
    known = {
        "page": page,
        "person": person,
        "amount": amount,
        "currency": currency,
        "category": category,
        "city": city,
        "trip": trip,
        "submitted": submitted,
        "approved_by": approved_by,
        "medium": medium,
    }
    texts = {**_others(other), **known}
    if not any(text.strip() for text in texts.values()):
        return None
    try:
        return claim_of_texts({**texts, "path": _ANY_PATH})
    except ConfigError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error


PostedClaim = Annotated[Claim | None, Depends(_claim)]
"""The claim of a request's files, with a ``path`` that means nothing; ``None`` if no field of it
is given."""


def check_single(claim: Claim | None, count: int) -> None:
    """Check that what one receipt is claimed with is not said of several files.

    Raises:
        Problem: there are several files, and an amount or page.
    """
    if claim is not None and count > 1 and (claim.amount, claim.page) != (None, None):
        detail = "amount and page are those of one receipt: post its file alone"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)


def _others(text: str) -> dict[str, str]:
    if not text.strip():
        return {}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        detail = 'other must be a JSON object of texts, such as {"project": "X1"}'
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    if known := sorted(given.keys() & set(COLUMNS)):
        detail = f"other: {known[0]} has a field of its own"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    if not all(_is_text(part) for pair in given.items() for part in pair):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "other: not a text")
    return given


def _is_text(part: str) -> bool:
    """JSON can also say halves of characters, and zero bytes, which PostgreSQL's texts hold not."""
    return "\0" not in part and not any("\ud800" <= sign <= "\udfff" for sign in part)
